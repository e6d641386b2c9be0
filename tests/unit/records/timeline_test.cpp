// SPDX-License-Identifier: Apache-2.0
// Timelines read, refused by name, and written as canonical bytes.
#include "libsmos/records/json_value.hpp"
#include "libsmos/records/timeline.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace smos;
using namespace smos::records;

namespace {

const char* const authored = R"({"schema":"smos.timeline/1","form":"authored","id":"t",
"rate":[30,1],"sample_rate":48000,"canvas":{"w":1080,"h":1920,"bg":"#000000","safe":"shorts"},
"assets":{"i1":{"kind":"image","request":{"capability":"cap.image.generate"}},
"v1":{"kind":"audio","request":{"capability":"cap.speech.tts","text":"hello"}},
"m1":{"kind":"audio","request":{"capability":"cap.music.generate"}}},
"tracks":[{"id":"v","kind":"video","items":[
{"id":"s1","asset":"i1","at":0,"dur":"2.5s","camera":"pan","lines":["v1"],"punches":[30]},
{"id":"x1","trans":"dissolve","in_off":4,"out_off":4},
{"id":"s2","asset":"i1","at":"75f","dur":"end"}]},
{"id":"c","kind":"caption","style":"karaoke-pop","lang":"en","items":[{"id":"c1","asset":"v1"}]},
{"id":"vo","kind":"audio","role":"voice","items":[{"id":"a1","asset":"v1"}]},
{"id":"mu","kind":"audio","role":"music","duck":{"key":"voice","db":-12},
"items":[{"id":"b1","asset":"m1","gain":-18.5,"fade":[480,4800]}]}],
"marks":[{"at":"8s","name":"interrupt"}],
"outputs":[{"id":"short","preset":"shorts","burn":true,"sidecar":["srt","vtt"]}]})";

Json base() { return *parse_json(authored, "test"); }

Error error_of(const Json& json) {
    const auto timeline = read_timeline(json);
    REQUIRE_FALSE(timeline);
    return timeline.error();
}

/// The error after one change at a JSON pointer.
Error after(const char* pointer, Json value) {
    Json json = base();
    json[Json::json_pointer{pointer}] = std::move(value);
    return error_of(json);
}

} // namespace

TEST_CASE("an authored timeline is read with its words for time") {
    const auto timeline = read_timeline(base());
    REQUIRE(timeline);
    CHECK(timeline->shots.size() == 2);
    CHECK(timeline->shots[0].dur.value == 75);
    CHECK(timeline->shots[1].at.value == 75);
    CHECK(timeline->shots[1].dur.kind == TimelineTime::Kind::end);
    CHECK(timeline->transitions.size() == 1);
    CHECK_FALSE(timeline->transitions[0].at.exact());
    CHECK(timeline->music[0].gain_db == -18.5);
    CHECK(timeline->duck->db == -12);
    CHECK(timeline->marks[0].at.value == 240);
    CHECK(timeline->outputs[0].sidecar.size() == 2);
}

TEST_CASE("errors name the path of the field") {
    CHECK(after("/surprise", 1).where == "timeline.surprise");
    CHECK(after("/assets/i1/surprise", 1).where == "timeline.assets.i1.surprise");
    CHECK(after("/assets/i1/kind", "smell").where == "timeline.assets.i1.kind");
    CHECK(after("/assets/i1/uri", "cas:x").where == "timeline.assets.i1.uri");
    CHECK(after("/tracks/0/items/0/dur", "soon").where == "timeline.tracks[0].items[0].dur");
    CHECK(after("/tracks/0/items/0/dur", -1).where == "timeline.tracks[0].items[0].dur");
    CHECK(after("/tracks/0/items/0/dur", "999999s").where == "timeline.tracks[0].items[0].dur");
    CHECK(after("/tracks/0/items/0/dur", 1.5).where == "timeline.tracks[0].items[0].dur");
    CHECK(after("/tracks/0/items/1/in_off", 601).where == "timeline.tracks[0].items[1].in_off");
    CHECK(after("/tracks/0/items/0/id", nullptr).where == "timeline.tracks[0].items[0].id");
    CHECK(after("/tracks/0/kind", "smell").where == "timeline.tracks[0].kind");
    CHECK(after("/tracks/2/role", "noise").where == "timeline.tracks[2].role");
    CHECK(after("/tracks/3/items/0/gain", "loud").where == "timeline.tracks[3].items[0].gain");
    CHECK(after("/tracks/3/items/0/gain", 100).where == "timeline.tracks[3].items[0].gain");
    CHECK(after("/tracks/3/items/0/fade", Json::array({1})).where ==
          "timeline.tracks[3].items[0].fade");
    CHECK(after("/canvas/w", 63).where == "timeline.canvas.w");
    CHECK(after("/canvas/h", 1919).where == "timeline.canvas.w");
    CHECK(after("/canvas/w", 1 << 30).where == "timeline.canvas.w");
    CHECK(after("/rate", Json::array({0, 1})).where == "timeline.rate");
    CHECK(after("/rate", Json::array({30, -1})).where == "timeline.rate");
    CHECK(after("/sample_rate", 44100).where == "timeline.sample_rate");
    CHECK(after("/outputs/0/lufs", -3).where == "timeline.outputs[0].lufs");
    CHECK(after("/schema", "other").where == "timeline.schema");
    CHECK(after("/tracks", 5).where == "timeline.tracks");
    CHECK(after("/tracks/0", "x").where == "timeline.tracks[0]");
    CHECK(after("/assets", Json::array()).where == "timeline.assets");
}

TEST_CASE("names that refer to nothing are found") {
    CHECK(after("/tracks/0/items/0/asset", "nobody").code == "unknown_asset");
    CHECK(after("/tracks/0/items/0/asset", "v1").code == "unknown_asset");
    CHECK(after("/tracks/0/items/0/lines", Json::array({"i1"})).where == "s1");
    CHECK(after("/tracks/3/items/0/asset", "i1").where == "b1");
    CHECK(after("/tracks/0/items", Json::array()).code == "empty_timeline");
}

TEST_CASE("anything else than an object is refused") {
    for (const char* text : {"[]", "null", "1", "\"x\"", "{}"})
        CHECK(error_of(*parse_json(text, "test")).code == "bad_timeline");
}

TEST_CASE("a resolved timeline comes back as the same bytes") {
    Timeline timeline = *read_timeline(base());
    for (auto& [id, asset] : timeline.assets) {
        asset.request.reset();
        asset.uri = "cas:sha256:" + std::string(64, 'a');
    }
    timeline.shots[1].dur = TimelineTime::of(75);
    timeline.transitions[0].at = TimelineTime::of(75);
    timeline.cues[0].at = TimelineTime::of(3);
    timeline.cues[0].dur = TimelineTime::of(20);
    timeline.cues[0].words = {{0, 300, "hello \"é😀\""}};
    timeline.voices[0].at_samples = timeline.music[0].at_samples = TimelineTime::of(0);
    timeline.voices[0].dur_samples = timeline.music[0].dur_samples = TimelineTime::of(48'000);
    for (auto& shot : timeline.shots)
        shot.move = CameraMove{};
    const std::string once = dump(write_timeline(timeline));
    const auto again = read_timeline(*parse_json(once, "again"));
    REQUIRE(again);
    CHECK(dump(write_timeline(*again)) == once);
    CHECK(again->duration_frames() == 150);
}
