// SPDX-License-Identifier: Apache-2.0
// The short way between sections and text says exactly what the long way over values says.
#include "libsmos/records/json_value.hpp"
#include "libsmos/records/record.hpp"
#include "libsmos/records/sections.hpp"

#include <doctest/doctest.h>

#include <array>
#include <random>
#include <string>
#include <vector>

using namespace smos;
using namespace smos::records;

namespace {

Plan whole_plan() {
    Plan plan;
    plan.tool = "smos-plan";
    plan.version = "0.1.0";
    plan.at = "2026-01-01T00:00:00Z";
    plan.decision = "produce";
    plan.reasons = {{"style", "a \"quoted\" one", 0.5, {}}, {"é😀\n", "", {}, {}}};
    plan.muse.persona_id = "ava";
    plan.moral.score = 0.1;
    plan.moral.dimensions = {{"ego", 0.25}, {"", 1e-7}, {"vast", 1e300}};
    plan.estimate = Estimate{7, {{"cap.x", "p", "m", "image", 2, {3, 4}, 7}}};
    plan.script = Script{"t", "h", {{"l1", "\x7f/\\"}}, "c", {}};
    plan.timeline = Json::parse(R"({"a":[1,2.50,-0.0,1e5,{"b":null}]})");
    return plan;
}

/// What stands in for a value, a key or a comma.
const std::vector<std::string>& strange_words() {
    static const std::vector<std::string> words{"null",
                                                "true",
                                                "0",
                                                "-0",
                                                "-1",
                                                "1.0",
                                                "1e2",
                                                "1e400",
                                                "\"\"",
                                                "[]",
                                                "{}",
                                                "[null]",
                                                "\"é\"",
                                                "\"\\ud800\"",
                                                "4e18",
                                                "4611686018427387904",
                                                "4611686018427387905",
                                                "9223372036854775808",
                                                "18446744073709551616",
                                                "\"\\u0041\"",
                                                "[[]]",
                                                "{\"\":1}",
                                                "0.1",
                                                "2.5e-324"};
    return words;
}

struct Piece {
    std::size_t begin = 0;
    std::size_t size = 0;
};

/// Where values without an inside stand.
std::vector<Piece> plain_values(const std::string& text) {
    std::vector<Piece> found;
    bool quoted = false;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\') {
            ++i;
        } else if (text[i] == '"') {
            quoted = !quoted;
        } else if (!quoted && std::string_view{":,[]{}"}.find(text[i]) != std::string_view::npos) {
            if (i > begin && text[i] != ':')
                found.push_back({begin, i - begin});
            begin = i + 1;
        }
    }
    return found;
}

template <typename Section>
void check_same(const std::string& text) {
    CAPTURE(text);
    const std::string name{section_name<Section>()};
    auto record = Record::parse("{\"" + name + "\":" + text + "}");
    REQUIRE(record);
    const auto quick = record->template section<Section>();
    const auto value = parse_json(text, name);
    if (!value) {
        REQUIRE_FALSE(quick);
        CHECK(quick.error().text() == value.error().text());
        return;
    }
    if (value->is_null()) {
        CHECK_FALSE(*quick);
        return;
    }
    const auto slow = decode<Section>(*value, name);
    REQUIRE(static_cast<bool>(quick) == static_cast<bool>(slow));
    if (!slow) {
        CHECK(quick.error().text() == slow.error().text());
        return;
    }
    const std::string expected = dump(encode(*slow));
    CHECK(dump(encode(**quick)) == expected);
    record->conclude(**quick, Status::planned);
    CHECK(*record->raw(name) == expected);
}

} // namespace

TEST_CASE("a section as text is the same by the short way and by the long") {
    Cfo cfo;
    cfo.wallet = "a/b";
    cfo.state = "pending";
    cfo.gates = {{"balance", true, "within $1", 1, -2}, {"roi", false, "", {}, {}}};
    cfo.entry = EntryRef{9'007'199'254'740'993, "ff"};
    const std::string plan = dump(encode(whole_plan())), money = dump(encode(cfo));
    check_same<Plan>(plan);
    check_same<Cfo>(money);
    std::mt19937_64 random{20261121};
    const auto below = [&](std::size_t count) { return random() % count; };
    for (int i = 0; i < 20000; ++i) {
        std::string text = i % 2 == 0 ? plan : money;
        for (std::size_t changes = 1 + below(2); changes > 0; --changes) {
            const auto places = plain_values(text);
            const Piece place = places[below(places.size())];
            std::size_t at = place.begin;
            if (below(3) == 0 && text[at - 1] == ':') { // the member once more, behind itself
                const std::size_t key = text.rfind('"', text.rfind('"', at - 2) - 1);
                const std::string again = "," + text.substr(key, at - key);
                at += place.size + again.size();
                text.insert(place.begin + place.size, again + "0");
                text.replace(at, 1, strange_words()[below(strange_words().size())]);
            } else {
                text.replace(at, place.size, strange_words()[below(strange_words().size())]);
            }
        }
        if (!Record::parse("{\"x\":" + text + "}"))
            continue; // not JSON any more: no section is asked for
        if (i % 2 == 0)
            check_same<Plan>(text);
        else
            check_same<Cfo>(text);
    }
}
