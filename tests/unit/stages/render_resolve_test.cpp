// SPDX-License-Identifier: Apache-2.0
// Words become times: voices, shots, cuts, captions and music on one ruler.
#include "libsmos/records/json_value.hpp"
#include "libsmos/stages/render/render_resolve.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace smos;
using namespace smos::stages;
using records::Json;
using records::Timeline;
using records::TimelineTime;

namespace {

const Pacing pacing{};

/// Three lines over two shots at 30 frames and 48 kHz.
Timeline authored() {
    Timeline timeline;
    timeline.id = "t";
    for (const char* id : {"a", "b", "c"}) {
        timeline.assets[id] = {"audio", {}, Json::object(), {}, true};
        records::TimelineSound voice;
        voice.id = std::string{"voice-"} + id;
        voice.asset = id;
        timeline.voices.push_back(voice);
        records::TimelineCue cue;
        cue.id = std::string{"cue-"} + id;
        cue.asset = id;
        timeline.cues.push_back(cue);
    }
    timeline.assets["i"] = {"image", {}, Json::object(), {}, true};
    timeline.assets["m"] = {"audio", {}, Json::object(), {}, true};
    records::TimelineShot shot;
    shot.id = "s1";
    shot.asset = "i";
    shot.lines = {"a", "b"};
    shot.camera = "pan";
    timeline.shots.push_back(shot);
    shot.id = "s2";
    shot.lines = {"c"};
    shot.camera = "unheard of";
    timeline.shots.push_back(shot);
    records::TimelineTransition dissolve;
    dissolve.id = "x";
    dissolve.in_off = 6;
    dissolve.out_off = 500;
    dissolve.shots_before = 1;
    timeline.transitions.push_back(dissolve);
    records::TimelineSound music;
    music.id = "music";
    music.asset = "m";
    timeline.music.push_back(music);
    timeline.marks.push_back({TimelineTime::of(20), "interrupt", ""});
    timeline.outputs.emplace_back();
    return timeline;
}

std::map<std::string, SpokenLine> lines() {
    return {{"a", {48'000, {{0, 400, "one"}, {400, 990, "two"}}}},
            {"b", {24'001, {{0, 500, "three"}}}},
            {"c", {96'000, {{10, 1990, "four"}}}}};
}

std::string error_item(const Timeline& timeline, const std::map<std::string, SpokenLine>& spoken) {
    const auto resolved = resolve_timeline(timeline, spoken, pacing);
    REQUIRE_FALSE(resolved);
    CHECK_FALSE(resolved.error().message.empty());
    return resolved.error().where;
}

} // namespace

TEST_CASE("voices follow one another with the silences of the pacing") {
    const auto timeline = *resolve_timeline(authored(), lines(), pacing);
    const auto& voices = timeline.voices;
    CHECK(voices[0].at_samples.value == pacing.lead_samples);
    CHECK(voices[1].at_samples.value == pacing.lead_samples + 48'000 + pacing.gap_samples);
    CHECK(voices[2].at_samples.value == voices[1].at_samples.value + 24'001 + pacing.cut_samples);
    CHECK(voices[1].dur_samples.value == 24'001);
}

TEST_CASE("shots tile the film without holes and cut in a silence") {
    const auto timeline = *resolve_timeline(authored(), lines(), pacing);
    const auto& shots = timeline.shots;
    CHECK(shots[0].at.value == 0);
    CHECK(shots[0].at.value + shots[0].dur.value == shots[1].at.value);
    const std::int64_t cut = shots[1].at.value * 1600; // samples at 30 frames
    const auto& voices = timeline.voices;
    CHECK(cut > voices[1].at_samples.value + voices[1].dur_samples.value);
    CHECK(cut < voices[2].at_samples.value);
    const std::int64_t end =
        voices[2].at_samples.value + voices[2].dur_samples.value + pacing.tail_samples;
    CHECK(timeline.duration_frames() == (end + 1599) / 1600);
    CHECK(spoken_duration_ms(authored(), lines(), pacing) == end * 1000 / 48'000);
    CHECK(timeline.music[0].at_samples.value == 0);
    CHECK(timeline.music[0].dur_samples.value == timeline.duration_frames() * 1600);
}

TEST_CASE("a shot nobody speaks over shares the time before it and begins with a word") {
    Timeline timeline = authored();
    records::TimelineShot quiet = timeline.shots[1];
    quiet.id = "s1b";
    quiet.lines.clear();
    timeline.shots.insert(timeline.shots.begin() + 1, quiet);
    timeline.transitions[0].shots_before = 2; // the first cut stays hard
    const auto before = *resolve_timeline(authored(), lines(), pacing);
    auto spoken = lines();
    spoken.at("a").words = {{0, 690, "one"}, {700, 990, "two"}};
    const auto resolved = *resolve_timeline(timeline, spoken, pacing);
    REQUIRE(resolved.shots.size() == 3);
    CHECK(resolved.shots[2].at.value == before.shots[1].at.value);
    // "two" begins 700 ms into the first line, which begins 300 ms into the film.
    CHECK(resolved.shots[1].at.value == 30);
    CHECK(resolved.transitions[0].at.value == resolved.shots[2].at.value);

    Timeline last = authored();
    quiet.id = "s3";
    last.shots.push_back(quiet);
    const auto ends = *resolve_timeline(last, lines(), pacing);
    const std::int64_t whole = before.shots[1].dur.value;
    CHECK(ends.shots[1].dur.value == whole / 2); // no word is near: the even share
    CHECK(ends.shots[1].dur.value + ends.shots[2].dur.value == whole);
}

TEST_CASE("every time is exact, every shot has a move, dissolves fit their neighbours") {
    const auto timeline = *resolve_timeline(authored(), lines(), pacing);
    for (const auto& shot : timeline.shots) {
        REQUIRE(shot.move);
        CHECK(shot.move->scale_from_ppm >= 1'000'000);
        CHECK(shot.move->scale_to_ppm >= 1'000'000);
    }
    CHECK(timeline.transitions[0].at.value == timeline.shots[1].at.value);
    CHECK(timeline.transitions[0].in_off == 6);
    CHECK(timeline.transitions[0].out_off == timeline.shots[1].dur.value / 2);
    CHECK(timeline.shots[0].punches == std::vector<std::int64_t>{20});
    CHECK(timeline.shots[1].punches.empty());
    for (const auto& cue : timeline.cues) {
        CHECK(cue.at.exact());
        CHECK(cue.dur.value >= 1);
    }
}

TEST_CASE("captions start on a frame and keep their words on the sample") {
    const auto timeline = *resolve_timeline(authored(), lines(), pacing);
    for (std::size_t i = 0; i < timeline.cues.size(); ++i) {
        const auto& cue = timeline.cues[i];
        const std::int64_t voice_ms = timeline.voices[i].at_samples.value / 48;
        const std::int64_t cue_ms = cue.at.value * 1000 / 30;
        const auto spoken = lines().at(cue.asset).words;
        REQUIRE(cue.words.size() == spoken.size());
        for (std::size_t w = 0; w < spoken.size(); ++w) {
            const std::int64_t error_ms =
                cue_ms + cue.words[w].start_ms - (voice_ms + spoken[w].start_ms);
            CHECK(std::abs(error_ms) <= 17); // half a frame when clamped at the cue's start
            CHECK(cue.words[w].end_ms > cue.words[w].start_ms);
        }
    }
}

TEST_CASE("times that are exact stay") {
    Timeline timeline = authored();
    timeline.voices[0].at_samples = TimelineTime::of(100'000);
    timeline.shots[1].at = TimelineTime::of(140);
    timeline.shots[0].at = TimelineTime::of(0);
    const auto resolved = *resolve_timeline(timeline, lines(), pacing);
    CHECK(resolved.voices[0].at_samples.value == 100'000);
    CHECK(resolved.voices[1].at_samples.value == 148'000 + pacing.gap_samples);
    CHECK(resolved.shots[1].at.value == 140);
    CHECK(resolved.shots[0].dur.value == 140);
}

TEST_CASE("the same input gives the same bytes, at other rates too") {
    for (const std::int64_t rate : {24, 25, 30, 60}) {
        Timeline timeline = authored();
        timeline.rate_num = rate;
        for (auto& [id, asset] : timeline.assets) {
            asset.request.reset();
            asset.uri = "cas:sha256:x";
        }
        const auto once = resolve_timeline(timeline, lines(), pacing);
        const auto twice = resolve_timeline(timeline, lines(), pacing);
        REQUIRE(once);
        CHECK(records::dump(write_timeline(*once)) == records::dump(write_timeline(*twice)));
        CHECK(once->shots[0].dur.value + once->shots[1].dur.value == once->duration_frames());
    }
    Timeline ntsc = authored();
    ntsc.rate_num = 30'000;
    ntsc.rate_den = 1001;
    CHECK(resolve_timeline(ntsc, lines(), pacing));
}

TEST_CASE("errors name the item") {
    auto spoken = lines();
    spoken.erase("b");
    CHECK(error_item(authored(), spoken) == "voice-b");

    Timeline unspoken = authored();
    unspoken.shots[1].lines = {"nobody"};
    CHECK(error_item(unspoken, lines()) == "s2");

    Timeline hole = authored();
    hole.shots[0].dur = TimelineTime::of(5);
    CHECK(error_item(hole, lines()) == "s1");

    Timeline tiny = authored();
    tiny.shots[1].at = TimelineTime::of(1);
    CHECK(error_item(tiny, lines()) == "s1");

    Timeline late = authored();
    late.shots[1].at = TimelineTime::of(100'000);
    CHECK(error_item(late, lines()) == "s2");

    Timeline no_cut = authored();
    no_cut.transitions[0].at = TimelineTime::of(3);
    CHECK(error_item(no_cut, lines()) == "x");

    Timeline too_many = authored();
    too_many.transitions.push_back(too_many.transitions[0]);
    too_many.transitions[1].id = "y";
    too_many.transitions[1].shots_before = 2;
    CHECK(error_item(too_many, lines()) == "y");

    Timeline mute = authored();
    mute.cues[2].asset = "nobody";
    CHECK(error_item(mute, lines()) == "cue-c");
}
