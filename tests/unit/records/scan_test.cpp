// SPDX-License-Identifier: Apache-2.0
// The JSON grammar of RFC 8259, accepted and refused text by text.
#include "libsmos/core/limits.hpp"
#include "libsmos/records/json.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/records/scan.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace smos;
using namespace smos::records;

namespace {

const std::vector<std::string> accepted{
    "null",
    "true",
    " false\n",
    "0",
    "-0",
    "-1.5e+10",
    "1E400",
    "1e-400",
    "123456789012345678901",
    "0.1",
    "\"\"",
    R"("\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00")",
    R"("\ud800")",
    "\"\x7f é😀\"",
    "[]",
    "[ ]",
    "[1, [2], {}]",
    "{}",
    "{ }",
    R"({"a":1,"a":2,"":[{"b":null}]})",
    "\t{\"a\" : \"b\" }\r\n",
    "\"\xEF\xBF\xBD\"",
};

const std::vector<std::string> refused{
    "",
    " ",
    "nul",
    "True",
    "NaN",
    "Infinity",
    "-",
    "+1",
    "01",
    "-01",
    "1.",
    ".5",
    "1e",
    "1e+",
    "0x10",
    "1 2",
    "'a'",
    "\"",
    "\"\\x\"",
    "\"\\u12\"",
    "\"\\u12G4\"",
    "\"\\",
    "\"a\nb\"",
    std::string{"\"a\0b\"", 5},
    "[",
    "[1",
    "[1,]",
    "[,1]",
    "[1 2]",
    "]",
    "{",
    "{\"a\"",
    "{\"a\":",
    "{\"a\":}",
    "{\"a\":1",
    "{\"a\":1,}",
    "{a:1}",
    "{\"a\" 1}",
    "{1:2}",
    "{}}",
    "{}x",
    "/*c*/1",
    "1//",
    "\xEF\xBB\xBF{}",
    "\"\xFF\"",
    "\"\xC0\xAF\"",
    "\"\xED\xA0\x80\"",
    "{\"\xFF\":1}",
    std::string{"\0", 1},
    "\x0B"
    "1",
};

} // namespace

TEST_CASE("what the grammar allows is accepted") {
    for (const std::string& text : accepted) {
        CAPTURE(text);
        CHECK_FALSE(check_json(text));
    }
}

TEST_CASE("what the grammar forbids is refused with its place") {
    for (const std::string& text : refused) {
        CAPTURE(text);
        const auto problem = check_json(text);
        REQUIRE(problem);
        CHECK(problem->offset <= text.size());
        CHECK_FALSE(problem->what.empty());
        CHECK_FALSE(parse_json(text, "here"));
    }
    CHECK(check_json("{\"a\":\xFF}")->offset == 5);
    CHECK(check_json("{\"a\":01}")->offset == 6);
}

TEST_CASE("the depth is bounded, not the stack") {
    const auto nested = [](int depth) {
        return std::string(static_cast<std::size_t>(depth), '[') +
               std::string(static_cast<std::size_t>(depth), ']');
    };
    CHECK_FALSE(check_json(nested(limits::json_depth)));
    CHECK(check_json(nested(limits::json_depth + 1)));
    CHECK(check_json(std::string(1 << 20, '[')));
    CHECK(check_json(std::string(1 << 20, '{')));
    std::string objects;
    for (int i = 0; i < 200'000; ++i)
        objects += "{\"a\":";
    CHECK(check_json(objects)->what == "nested too deeply");
}

TEST_CASE("the members of an object are found where they stand") {
    const std::string text = R"( {"a" : 1.10 ,"b\u0041":{"a":2},"a":"x"} )";
    std::vector<std::string> keys, values;
    std::size_t end = 0;
    const auto problem = scan_object(text, end, [&](const ScanMember& member) {
        keys.emplace_back(member.key);
        values.push_back(text.substr(member.value_begin, member.value_end - member.value_begin));
    });
    CHECK_FALSE(problem);
    CHECK(keys == std::vector<std::string>{"a", R"(b\u0041)", "a"});
    CHECK(values == std::vector<std::string>{"1.10", R"({"a":2})", R"("x")"});
    CHECK(text[end] == '}');
    CHECK(end == text.size() - 2);
    const auto nothing = [](const ScanMember&) {};
    for (const char* other : {"[]", "1", "\"{}\"", "null"}) {
        CHECK(scan_object(other, end, nothing)->what == "not a JSON object");
    }
}

TEST_CASE("escaped keys are compared by what they mean") {
    CHECK(unescape("plain") == "plain");
    CHECK(unescape(R"(st\u0061tus)") == "status");
    CHECK(unescape(R"(\"\\\/\b\f\n\r\t)") == "\"\\/\b\f\n\r\t");
    CHECK(unescape(R"(\u00e9)") == "é");
}

TEST_CASE("values that no JSON value can hold say why") {
    CHECK(parse_json("1e400", "n").error().code == "bad_number");
    CHECK(parse_json(R"("\ud800")", "t").error().code == "bad_text");
    CHECK(parse_json("[1,]", "here").error().code == "bad_json");
    CHECK(parse_json("[1,]", "here").error().where == "here");
    CHECK(dump(*parse_json(R"({"b":1,"a":"é😀"})", "")) == R"({"b":1,"a":"é😀"})");
}
