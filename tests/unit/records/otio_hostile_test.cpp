// SPDX-License-Identifier: Apache-2.0
// Documents with values replaced by anything or left out: refused with a path or converted.
#include "libsmos/core/file.hpp"
#include "libsmos/core/random.hpp"
#include "libsmos/records/interchange/interchange.hpp"
#include "libsmos/records/json_value.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace smos;
using namespace smos::records;
using namespace smos::records::interchange;

namespace {

void collect(Json& json, std::vector<Json*>& all) {
    all.push_back(&json);
    if (json.is_structured()) {
        for (Json& inner : json)
            collect(inner, all);
    }
}

struct Member {
    Json* object;
    std::string name;
};

void collect_members(Json& json, std::vector<Member>& all) {
    if (json.is_object()) {
        for (const auto& [name, value] : json.items())
            all.push_back({&json, name});
    }
    if (json.is_structured()) {
        for (Json& inner : json)
            collect_members(inner, all);
    }
}

Json document_of(const std::string& name) {
    const auto text =
        read_file(std::string{SMOS_SOURCE_DIR} + "/tests/fuzz/corpus/otio/" + name, 1 << 20);
    REQUIRE_MESSAGE(static_cast<bool>(text), text.error().text());
    const auto document = parse_json(*text, name);
    REQUIRE_MESSAGE(static_cast<bool>(document), document.error().text());
    return *document;
}

Json anything(Random& random, const std::vector<Json*>& all) {
    const Json values[] = {nullptr,
                           true,
                           false,
                           0,
                           -1,
                           1,
                           0.0,
                           1e-300,
                           1e308,
                           0.5,
                           INT64_MAX,
                           INT64_MIN,
                           UINT64_MAX,
                           1e12,
                           -1e12,
                           "",
                           "auto",
                           "end",
                           "@c1.end-0.2s",
                           "999999999s",
                           "Stack.1",
                           "Clip.1",
                           "Gap.1",
                           Json::array(),
                           Json::object(),
                           Json::array({1, 0}),
                           Json::array({nullptr, nullptr}),
                           Json::array({INT64_MAX, INT64_MAX})};
    constexpr std::size_t count = sizeof values / sizeof values[0];
    const std::size_t drawn = random.below(count + 12);
    return drawn < count ? values[drawn] : *all[random.below(all.size())];
}

/// The JSON that came out, if any; a refusal names a place.
std::optional<Json> outcome(const Result<Converted>& result) {
    if (result)
        return *result->json;
    CHECK_FALSE(result.error().where.empty());
    CHECK_FALSE(result.error().message.empty());
    return std::nullopt;
}

void try_all(const Json& json) {
    std::optional<Json> timeline;
    switch (format_of(json)) {
    case Format::atoms:
        timeline = outcome(atoms_import(json));
        break;
    case Format::timeline:
        timeline = json;
        break;
    default:
        timeline = outcome(otio_import(json, {OtioProfile::premiere}));
        timeline = outcome(otio_import(json));
    }
    if (!timeline)
        return;
    for (const OtioAudio audio : {OtioAudio::samples, OtioAudio::frames}) {
        if (const auto otio = outcome(otio_export(*timeline, {audio})))
            (void)outcome(otio_import(*otio));
    }
}

} // namespace

TEST_CASE("a document with anything in any place is refused by name or converted") {
    for (const std::string name : {"timeline", "ours", "foreign", "atoms"}) {
        const Json document = document_of(name);
        for (std::uint64_t seed = 0; seed < 1500; ++seed) {
            CAPTURE(name);
            CAPTURE(seed);
            Random random{seed};
            Json changed = document;
            for (std::size_t i = 1 + random.below(3); i > 0; --i) {
                std::vector<Json*> all;
                collect(changed, all);
                Json value = anything(random, all);
                *all[random.below(all.size())] = std::move(value);
            }
            CHECK_NOTHROW(try_all(changed));
        }
    }
}

TEST_CASE("a document that lacks members is refused by name or converted") {
    for (const std::string name : {"timeline", "ours", "foreign", "atoms"}) {
        Json document = document_of(name);
        std::vector<Member> members;
        collect_members(document, members);
        CAPTURE(name);
        for (std::size_t without = 0; without < members.size(); ++without) {
            CAPTURE(members[without].name);
            Json changed = document;
            std::vector<Member> all;
            collect_members(changed, all);
            all[without].object->erase(all[without].name);
            CHECK_NOTHROW(try_all(changed));
            Random random{without};
            for (int more = 0; more < 3; ++more) {
                all.clear();
                collect_members(changed, all);
                const Member& member = all[random.below(all.size())];
                member.object->erase(member.name);
            }
            CHECK_NOTHROW(try_all(changed));
        }
    }
}
