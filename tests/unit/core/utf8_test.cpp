// SPDX-License-Identifier: Apache-2.0
// Hostile text made safe for one line, a file name, a terminal.
#include "libsmos/core/utf8.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace smos;

TEST_CASE("only well-formed UTF-8 is UTF-8") {
    for (const char* good : {"", "plain", "é", "\u07ff", "\uffff", "😀", "\xF4\x8F\xBF\xBF"}) {
        CAPTURE(good);
        CHECK(is_utf8(good));
    }
    for (const char* bad : {"\x80",                 // a continuation alone
                            "\xC0\xAF",             // overlong slash
                            "\xE0\x80\xAF",         // overlong
                            "\xF0\x80\x80\xAF",     // overlong
                            "\xED\xA0\x80",         // a surrogate
                            "\xF4\x90\x80\x80",     // beyond U+10FFFF
                            "\xF8\x88\x80\x80\x80", // five bytes
                            "\xE2\x82",             // cut off
                            "a\xFF"}) {
        CAPTURE(bad);
        CHECK_FALSE(is_utf8(bad));
    }
}

TEST_CASE("decoding never stops and never reads past the end") {
    const std::string text = "a\xE2\x82"
                             "b\xF0\x9F\x98";
    std::size_t offset = 0;
    std::u32string seen;
    while (offset < text.size())
        seen.push_back(next_code_point(text, offset));
    CHECK(offset == text.size());
    CHECK(seen == U"a\xFFFD\xFFFD"
                  U"b\xFFFD\xFFFD\xFFFD");
    std::string again;
    for (const char32_t c : code_points("é€😀"))
        append_code_point(again, c);
    CHECK(again == "é€😀");
}

TEST_CASE("cutting keeps whole code points") {
    CHECK(first_code_points("é€😀x", 3) == "é€😀");
    CHECK(first_code_points("é", 5) == "é");
    CHECK(first_code_points("é", 0).empty());
}

TEST_CASE("one line stays one line") {
    CHECK(one_line("  a\r\n\tb \x1b[31m c\x07\u0085\u2028\u2029 ") == "a b [31m c");
    CHECK(one_line("user\u202Egpj.exe") == "user gpj.exe");
    CHECK(one_line("\uFEFF\u2066x\u2069") == "x");
    CHECK(one_line(std::string{"nul\0nul", 7}) == "nul nul");
    CHECK(one_line("x\uFFFEy\uFFFFz\uFDD0") == "x y z");
    CHECK(one_line("שלום \"quoted\" 😀👩‍👩‍👧 $(cmd) ../") ==
          "שלום \"quoted\" 😀👩‍👩‍👧 $(cmd) ../");
    CHECK(one_line("\xFF") == "\uFFFD");
    CHECK(one_line("").empty());
    CHECK(is_utf8(one_line("\xED\xA0\x80\xC0\xAF")));
}

TEST_CASE("a slug is a harmless file name") {
    CHECK(slug("Hello,  World!") == "hello-world");
    CHECK(slug("../../etc/passwd") == "etc-passwd");
    CHECK(slug("$(rm -rf /); `x` | y & z > *") == "rm-rf-x-y-z");
    CHECK(slug("-rf --no-preserve-root") == "rf-no-preserve-root");
    CHECK(slug(std::string{"a\0b", 3}) == "a-b");
    CHECK(slug("CON") == "con");
    for (const char* nothing : {"", ".", "..", "/", "😀", "שלום", "---", "\n"}) {
        CAPTURE(nothing);
        CHECK(slug(nothing) == "untitled");
    }
    const std::string longest = slug(std::string(59, 'a') + "-" + std::string(100, 'b'));
    CHECK(longest == std::string(59, 'a'));
    for (const char c : slug("Ünï çödé 123 \xFF <script>"))
        CHECK(((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'));
}
