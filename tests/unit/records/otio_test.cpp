// SPDX-License-Identifier: Apache-2.0
// Timelines that go through OTIO and come back as they were.
#include "tests/unit/records/timeline_generator.hpp"

#include "libsmos/records/interchange/interchange.hpp"
#include "libsmos/records/json_value.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>
#include <string>

using namespace smos;
using namespace smos::records;
using namespace smos::records::interchange;

namespace {

Json json_of(const std::string& text) {
    auto json = parse_json(text, "test");
    REQUIRE_MESSAGE(static_cast<bool>(json), json.error().text());
    return *json;
}

Json sample() {
    std::ifstream file{std::string{SMOS_SOURCE_DIR} + "/tests/media_tool/timelines/every.json"};
    std::stringstream text;
    text << file.rdbuf();
    return json_of(text.str());
}

Converted exported(const Json& timeline, OtioAudio audio = OtioAudio::samples) {
    auto made = otio_export(timeline, {audio});
    REQUIRE_MESSAGE(static_cast<bool>(made), made.error().text());
    return *made;
}

Converted imported(const Json& otio) {
    auto made = otio_import(otio);
    REQUIRE_MESSAGE(static_cast<bool>(made), made.error().text());
    return *made;
}

/// As a library that sorts the members of every object writes it.
Json sorted(const Json& json) { return Json::parse(nlohmann::json::parse(json.dump()).dump()); }

void comes_back(const Json& timeline, OtioAudio audio) {
    const Converted otio = exported(timeline, audio);
    CHECK(dump(*imported(*otio.json).json) == dump(timeline));
    CHECK(dump(*imported(sorted(*otio.json)).json) == dump(timeline));
}

Error refused(const Json& otio) {
    const auto made = otio_import(otio);
    REQUIRE_FALSE(made);
    return made.error();
}

} // namespace

TEST_CASE("a timeline with every construct comes back identical") {
    comes_back(sample(), OtioAudio::samples);
    comes_back(sample(), OtioAudio::frames);
    CHECK(exported(sample()).unsupported.empty());
    CHECK(exported(sample()).warnings.empty());
}

TEST_CASE("generated timelines come back identical") {
    for (std::uint64_t seed = 0; seed < 400; ++seed) {
        const Json timeline = generated_timeline(seed);
        CAPTURE(seed);
        comes_back(timeline, OtioAudio::samples);
        comes_back(timeline, OtioAudio::frames);
    }
}

TEST_CASE("every rate is recovered from its double") {
    const int rates[][2] = {{24000, 1001},
                            {30000, 1001},
                            {60000, 1001},
                            {120000, 1001},
                            {24, 1},
                            {25, 1},
                            {50, 1},
                            {2997, 125},
                            {1, 1},
                            {60, 2}};
    for (const auto& rate : rates) {
        for (const int samples : {44100, 48000, 22050, 96000}) {
            Json timeline = sample();
            timeline["rate"] = {rate[0], rate[1]};
            timeline["sample_rate"] = samples;
            comes_back(timeline, OtioAudio::samples);
            comes_back(timeline, OtioAudio::frames);
        }
    }
}

TEST_CASE("hostile files are refused with the path of the field") {
    Json otio = *exported(sample()).json;
    const Json::json_pointer range{"/tracks/children/0/children/0/source_range"};
    const auto after = [&](const char* pointer, const Json& value) {
        Json changed = otio;
        changed[range / Json::json_pointer{pointer}] = value;
        return refused(changed).where;
    };
    const std::string path = "otio.tracks.children[0].children[0].source_range";
    CHECK(after("/duration/rate", 0) == path + ".duration.rate");
    CHECK(after("/duration/rate", -24.0) == path + ".duration.rate");
    CHECK(after("/duration/rate", 1e300) == path + ".duration.rate");
    CHECK(after("/duration/value", -1) == path + ".duration");
    CHECK(after("/duration/value", 1e300) == path + ".duration.value");
    CHECK(after("/start_time/value", "7") == path + ".start_time");
    CHECK(after("/start_time", Json::array()) == path + ".start_time");
    CHECK(after("", 12) == path);
    Json changed = otio;
    changed["tracks"]["children"][0]["children"] = 5;
    CHECK(refused(changed).where == "otio.tracks.children[0].children");
    changed["tracks"]["children"][0] = nullptr;
    CHECK(refused(changed).where == "otio.tracks.children");
    changed["tracks"] = "none";
    CHECK(refused(changed).where == "otio.tracks");
    CHECK(refused(Json::array()).where == "otio");
    CHECK(refused(json_of(R"({"OTIO_SCHEMA": "Clip.2"})")).where == "otio");
}
