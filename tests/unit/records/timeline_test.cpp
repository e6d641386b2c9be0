// SPDX-License-Identifier: Apache-2.0
// Timelines read, refused by name, and written as canonical bytes.
#include "libsmos/records/json_value.hpp"
#include "libsmos/records/timeline/timeline_check.hpp"

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
    const TimelineTrack& video = timeline->main_track();
    REQUIRE(video.items.size() == 2);
    CHECK(video.items[0].dur.value == 75);
    CHECK(video.items[1].at.value == 75);
    CHECK(video.items[1].dur.kind == TimelineTime::Kind::end);
    REQUIRE(video.transitions.size() == 1);
    CHECK_FALSE(video.transitions[0].at.exact());
    CHECK(video.transitions[0].items_before == 1);
    CHECK(timeline->sounds_of("music")[0]->gain.value == -18'500'000);
    CHECK(timeline->tracks[3].duck->db.real() == -12);
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
    CHECK(after("/tracks/0/items/1/in_off", 6001).where == "timeline.tracks[0].items[1].in_off");
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
    CHECK(after("/tracks/0/items/0/lines", Json::array({"i1"})).where ==
          "timeline.tracks[0].items[0].lines[0]");
    CHECK(after("/tracks/3/items/0/asset", "i1").where == "timeline.tracks[3].items[0].asset");
    CHECK(after("/tracks/0/items", Json::array()).code == "empty_timeline");
}

TEST_CASE("anything else than an object is refused") {
    for (const char* text : {"[]", "null", "1", "\"x\"", "{}"})
        CHECK(error_of(*parse_json(text, "test")).where.rfind("timeline", 0) == 0);
}

namespace {

const char* const resolved = R"({"schema":"smos.timeline/1","form":"resolved","id":"r",
"rate":[30000,1001],"sample_rate":48000,"canvas":{"w":1080,"h":1920,"bg":"#000000","safe":"shorts"},
"assets":{"i":{"kind":"image","uri":"cas:sha256:aa","ai":false},
"f":{"kind":"video","uri":"cas:sha256:bb","avail":[0,300],"license":"cc0","ai":true},
"m":{"kind":"audio","uri":"cas:sha256:cc","ai":false},
"l":{"kind":"lut","uri":"cas:sha256:dd","ai":false}},
"tracks":[{"id":"v","kind":"video","items":[
{"id":"s1","at":0,"dur":75,"asset":"i","in":0,"speed":[1,1],"fit":"cover","blend":"normal",
"anim":{"view_micro":[[-38,[1000000,500000,500000]],[112,[1200000,250000,500000],"cubic-io"]]},
"punches":[30],"expect":{"persona":"ava"}},
{"id":"t1","trans":"wipe","at":75,"in_off":6,"out_off":6,"ease":"cubic-io",
"params":{"softness_micro":[[0,250000]],"direction":"left"}},
{"id":"s2","at":75,"dur":60,"asset":"f","in":12,"speed":[5,4],"fit":"contain","blend":"screen",
"anim":{"scale_micro":[[0,1000000],[60,1120000,"cubic-out"]],"opacity_micro":[[0,500000]]},
"fx":[["vignette",{"amount_micro":[[0,200000]]}],["lut",{"asset":"l"}]]}]},
{"id":"g","kind":"video","items":[{"id":"g1","at":10,"dur":20,
"gen":["gradient",{"degrees_micro":[[0,90000000]],"from":"#102030","to":"#ffffff"}],
"in":0,"speed":[1,1],"fit":"fill","blend":"normal"}]},
{"id":"c","kind":"caption","style":"karaoke-pop","lang":"en","items":[
{"id":"q","at":3,"dur":60,"words":[[0,300,"hello \"é😀\""]]}]},
{"id":"a","kind":"audio","role":"music","gain_micro":0,
"duck":{"key":"voice","db_micro":-12000000,"attack_ms":120,"release_ms":450},"items":[
{"id":"b","asset":"m","at_samples":0,"dur_samples":216216,"in_samples":96000,"gain_micro":-6500000,
"fade":[480,4800]}]}],
"marks":[{"at":8,"dur":0,"name":"beat"}],
"outputs":[{"id":"short","preset":"shorts","crop":"centre","burn":true,"sidecar":["srt"],
"lufs_micro":-14000000,"tp_micro":-1000000,"encoder":["libx264"]}]})";

std::vector<std::string> codes_of(const Json& json) {
    std::vector<std::string> codes;
    for (const TimelineProblem& problem : check_timeline(json))
        codes.push_back(problem.code);
    return codes;
}

/// The problems after one change at a JSON pointer of the resolved timeline.
std::vector<TimelineProblem> problems_after(const char* pointer, Json value) {
    Json json = *parse_json(resolved, "test");
    json[Json::json_pointer{pointer}] = std::move(value);
    return check_timeline(json);
}

std::string code_after(const char* pointer, Json value) {
    for (const TimelineProblem& problem : problems_after(pointer, std::move(value)))
        if (problem.fatal)
            return problem.code + " " + problem.at;
    return "fine";
}

} // namespace

TEST_CASE("a resolved timeline comes back as the same JSON") {
    const Json json = *parse_json(resolved, "test");
    const auto timeline = read_timeline(json);
    REQUIRE_MESSAGE(timeline, (timeline ? "" : timeline.error().text()));
    CHECK(canonical_json(write_timeline(*timeline)) == canonical_json(json));
    CHECK(timeline->duration_frames() == 135);
    CHECK(canonical_json(json).substr(0, 30) == R"({"assets":{"f":{"ai":true,"ava)");
    CHECK(codes_of(json) == std::vector<std::string>{"no_licence", "no_licence", "no_licence"});
}

TEST_CASE("a resolved timeline holds integers only") {
    CHECK(code_after("/tracks/0/items/0/at", "2.5s") == "wrong_type /tracks/0/items/0/at");
    CHECK(code_after("/tracks/0/items/0/dur", nullptr) == "not_resolved /tracks/0/items/0/at");
    CHECK(code_after("/tracks/3/gain_micro", -0.5) == "wrong_type /tracks/3/gain_micro");
    CHECK(code_after("/tracks/3/gain", -6) == "unknown_key /tracks/3/gain");
    CHECK(code_after("/assets/m", Json{{"kind", "audio"}}) == "missing_field /assets/m/uri");
    CHECK(code_after("/outputs/0/lufs_micro", -99'000'000) == "out_of_range /outputs/0/lufs_micro");
}

TEST_CASE("a rate beyond all reason is refused, and no time is measured by it") {
    for (const std::int64_t rate : {std::int64_t{303'333'333'333'333'333}, INT64_MAX}) {
        const std::string code = code_after("/rate", Json::array({rate, 1}));
        CHECK(code == "out_of_range /rate");
    }
}

TEST_CASE("what cannot lie so is found before anything is opened") {
    CHECK(code_after("/tracks/0/items/2/at", 70) == "overlap /tracks/0/items/2/at");
    CHECK(code_after("/tracks/0/items/1/at", 76) == "no_cut /tracks/0/items/1/at");
    CHECK(code_after("/tracks/0/items/2/in", 5) == "no_handles /tracks/0/items/1/in_off");
    CHECK(code_after("/tracks/0/items/2/in", 299) == "source_overrun /tracks/0/items/2/dur");
    CHECK(code_after("/tracks/0/items/2/speed", Json::array({99, 4})) ==
          "source_overrun /tracks/0/items/2/dur");
    CHECK(code_after("/tracks/0/items/2/speed", Json::array({1, 0})) ==
          "out_of_range /tracks/0/items/2/speed");
    CHECK(code_after("/tracks/0/items/2/id", "s1") == "duplicate_id /tracks/0/items/2/id");
    CHECK(code_after("/tracks/0/items/2/fx/1/1/asset", "i") ==
          "unknown_asset /tracks/0/items/2/fx/1");
    CHECK(code_after("/tracks/0/items/2/fx/0/0", "vignete") ==
          "unknown_effect /tracks/0/items/2/fx/0/0");
    CHECK(code_after("/tracks/0/items/2/fx/0/1/amount_micro", 2'000'000) ==
          "out_of_range /tracks/0/items/2/fx/0/1/amount_micro");
    CHECK(code_after("/tracks/0/items/1/trans", "fizzle") ==
          "unknown_effect /tracks/0/items/1/trans");
    CHECK(code_after("/tracks/2/items/0/words/0/1", -5) ==
          "out_of_range /tracks/2/items/0/words/0/1");
    CHECK(code_after("/tracks/0/items/0/anim/view_micro/1/0", -90) ==
          "out_of_order /tracks/0/items/0/anim/view_micro/1/0");
    CHECK(code_after("/canvas/bg", "red") == "wrong_type /canvas/bg");
    const auto late = problems_after("/tracks/3/items/0/dur_samples", 400'000);
    CHECK(late.back().code == "ends_apart");
    CHECK_FALSE(late.back().fatal);
}

TEST_CASE("a mistyped key has a repair that makes it right") {
    Json json = base();
    json["tracks"][0]["items"][0]["asstt"] = json["tracks"][0]["items"][0]["asset"];
    json["tracks"][0]["items"][0].erase("asset");
    json["tracks"][0]["items"][2]["asset"] = "i2";
    json["assets"]["i1"]["a/b~c"] = 1;
    for (int round = 0; round < 4; ++round)
        for (const TimelineProblem& problem : check_timeline(json))
            if (problem.fix) {
                CHECK_FALSE(problem.hint.empty());
                json = json.patch(*problem.fix);
                break;
            }
    CHECK(read_timeline(json));
    CHECK(json["tracks"][0]["items"][0]["asset"] == "i1");
    CHECK(json["tracks"][0]["items"][2]["asset"] == "i1");
}

TEST_CASE("every problem is told, not the first alone") {
    Json json = base();
    json["canvas"]["w"] = 63;
    json["tracks"][0]["items"][0]["fit"] = "stretch";
    json["tracks"][3]["items"][0]["gain"] = 99;
    CHECK(codes_of(json) ==
          std::vector<std::string>{"out_of_range", "unknown_word", "out_of_range", "out_of_range"});
}

TEST_CASE("times hang on other items") {
    Json json = base();
    json["tracks"][0]["items"][2]["at"] = "@s1.end-0.2s";
    const auto timeline = read_timeline(json);
    REQUIRE(timeline);
    const TimelineTime& at = timeline->main_track().items[1].at;
    CHECK(at.kind == TimelineTime::Kind::anchored);
    CHECK(at.anchor == "s1");
    CHECK(at.at_anchor_end);
    CHECK(at.value == -6);
    for (const char* wrong : {"@s1.middle", "@s1.end-x", "@s1.end-1", "soon", "1.2.3s"})
        CHECK(after("/tracks/0/items/2/at", wrong).where == "timeline.tracks[0].items[2].at");
}

TEST_CASE("values between keyframes") {
    const Curve curve{{{0, {0, 100}, Easing::linear},
                       {10, {1'000'000, 100}, Easing::linear},
                       {20, {2'000'000, 100}, Easing::hold},
                       {30, {3'000'000, -100}, Easing::cubic_io}}};
    CHECK(value_at(curve, 0, -5) == 0);
    CHECK(value_at(curve, 0, 5) == 500'000);
    CHECK(value_at(curve, 0, 19) == 1'000'000);
    CHECK(value_at(curve, 0, 20) == 2'000'000);
    CHECK(value_at(curve, 0, 25) == 2'500'000);
    CHECK(value_at(curve, 0, 21) == doctest::Approx(2'028'000).epsilon(0.0001));
    CHECK(value_at(curve, 1, 25) == 0);
    CHECK(value_at(curve, 0, 99) == 3'000'000);
    const Curve in{{{0, {0}, Easing::linear}, {10, {1'000'000}, Easing::cubic_in}}};
    const Curve out{{{0, {0}, Easing::linear}, {10, {1'000'000}, Easing::cubic_out}}};
    CHECK(value_at(in, 0, 5) == 125'000);
    CHECK(value_at(out, 0, 5) == 875'000);
}
