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

std::vector<records::TimelineItem>& shots(Timeline& timeline) {
    return timeline.main_track().items;
}
const std::vector<records::TimelineItem>& shots(const Timeline& timeline) {
    return timeline.main_track().items;
}
auto& transitions(Timeline& timeline) { return timeline.main_track().transitions; }
const auto& transitions(const Timeline& timeline) { return timeline.main_track().transitions; }
auto& cues(Timeline& timeline) { return timeline.tracks[1].cues; }
const auto& cues(const Timeline& timeline) { return timeline.tracks[1].cues; }
auto& voices(Timeline& timeline) { return timeline.tracks[2].sounds; }
const auto& voices(const Timeline& timeline) { return timeline.tracks[2].sounds; }

records::TimelineTrack track(const char* id, const char* kind, const char* role = "") {
    records::TimelineTrack made;
    made.id = id;
    made.kind = kind;
    made.role = role;
    return made;
}

void add_asset(Timeline& timeline, const char* id, const char* kind) {
    timeline.assets[id].kind = kind;
    timeline.assets[id].request = Json::object();
}

/// Three lines over two shots at 30 frames and 48 kHz.
Timeline authored() {
    Timeline timeline;
    timeline.id = "t";
    timeline.tracks = {track("v", "video"),
                       track("c", "caption"),
                       track("vo", "audio", "voice"),
                       track("mu", "audio", "music")};
    for (const char* id : {"a", "b", "c"}) {
        add_asset(timeline, id, "audio");
        records::TimelineSound voice;
        voice.id = std::string{"voice-"} + id;
        voice.asset = id;
        timeline.tracks[2].sounds.push_back(voice);
        records::TimelineCue cue;
        cue.id = std::string{"cue-"} + id;
        cue.asset = id;
        timeline.tracks[1].cues.push_back(cue);
    }
    add_asset(timeline, "i", "image");
    add_asset(timeline, "m", "audio");
    records::TimelineItem shot;
    shot.id = "s1";
    shot.asset = "i";
    shot.lines = {"a", "b"};
    shot.camera = "pan";
    timeline.tracks[0].items.push_back(shot);
    shot.id = "s2";
    shot.lines = {"c"};
    shot.camera = "unheard of";
    timeline.tracks[0].items.push_back(shot);
    records::TimelineTransition dissolve;
    dissolve.id = "x";
    dissolve.look.name = "dissolve";
    dissolve.in_off = 6;
    dissolve.out_off = 500;
    dissolve.items_before = 1;
    timeline.tracks[0].transitions.push_back(dissolve);
    records::TimelineSound music;
    music.id = "music";
    music.asset = "m";
    timeline.tracks[3].sounds.push_back(music);
    timeline.marks.push_back({TimelineTime::of(20), TimelineTime::of(0), "interrupt", ""});
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
    CHECK(voices(timeline)[0].at_samples.value == pacing.lead_samples);
    CHECK(voices(timeline)[1].at_samples.value ==
          pacing.lead_samples + 48'000 + pacing.gap_samples);
    CHECK(voices(timeline)[2].at_samples.value ==
          voices(timeline)[1].at_samples.value + 24'001 + pacing.cut_samples);
    CHECK(voices(timeline)[1].dur_samples.value == 24'001);
}

TEST_CASE("shots tile the film without holes and cut in a silence") {
    const auto timeline = *resolve_timeline(authored(), lines(), pacing);
    CHECK(shots(timeline)[0].at.value == 0);
    CHECK(shots(timeline)[0].at.value + shots(timeline)[0].dur.value ==
          shots(timeline)[1].at.value);
    const std::int64_t cut = shots(timeline)[1].at.value * 1600; // samples at 30 frames
    CHECK(cut > voices(timeline)[1].at_samples.value + voices(timeline)[1].dur_samples.value);
    CHECK(cut < voices(timeline)[2].at_samples.value);
    const std::int64_t end = voices(timeline)[2].at_samples.value +
                             voices(timeline)[2].dur_samples.value + pacing.tail_samples;
    CHECK(timeline.duration_frames() == (end + 1599) / 1600);
    CHECK(spoken_duration_ms(authored(), lines(), pacing) == end * 1000 / 48'000);
    CHECK(timeline.tracks[3].sounds[0].at_samples.value == 0);
    CHECK(timeline.tracks[3].sounds[0].dur_samples.value == timeline.duration_frames() * 1600);
}

TEST_CASE("a shot nobody speaks over shares the time before it and begins with a word") {
    Timeline timeline = authored();
    records::TimelineItem quiet = shots(timeline)[1];
    quiet.id = "s1b";
    quiet.lines.clear();
    shots(timeline).insert(shots(timeline).begin() + 1, quiet);
    transitions(timeline)[0].items_before = 2; // the first cut stays hard
    const auto before = *resolve_timeline(authored(), lines(), pacing);
    auto spoken = lines();
    spoken.at("a").words = {{0, 690, "one"}, {700, 990, "two"}};
    const auto resolved = *resolve_timeline(timeline, spoken, pacing);
    REQUIRE(shots(resolved).size() == 3);
    CHECK(shots(resolved)[2].at.value == shots(before)[1].at.value);
    // "two" begins 700 ms into the first line, which begins 300 ms into the film.
    CHECK(shots(resolved)[1].at.value == 30);
    CHECK(transitions(resolved)[0].at.value == shots(resolved)[2].at.value);

    Timeline last = authored();
    quiet.id = "s3";
    shots(last).push_back(quiet);
    const auto ends = *resolve_timeline(last, lines(), pacing);
    const std::int64_t whole = shots(before)[1].dur.value;
    CHECK(shots(ends)[1].dur.value == whole / 2); // no word is near: the even share
    CHECK(shots(ends)[1].dur.value + shots(ends)[2].dur.value == whole);
}

TEST_CASE("every time is exact, every shot has a move, dissolves fit their neighbours") {
    const auto timeline = *resolve_timeline(authored(), lines(), pacing);
    for (const auto& shot : shots(timeline)) {
        REQUIRE(shot.anim.view.keys.size() == 2);
        for (const std::int64_t at : {std::int64_t{-500}, std::int64_t{0}, shot.dur.value + 500})
            CHECK(records::value_at(shot.anim.view, 0, at) >= 1'000'000);
    }
    CHECK(transitions(timeline)[0].at.value == shots(timeline)[1].at.value);
    CHECK(transitions(timeline)[0].in_off == 6);
    CHECK(transitions(timeline)[0].out_off == shots(timeline)[1].dur.value / 2);
    CHECK(shots(timeline)[0].punches == std::vector<std::int64_t>{20});
    CHECK(shots(timeline)[1].punches.empty());
    for (const auto& cue : cues(timeline)) {
        CHECK(cue.at.exact());
        CHECK(cue.dur.value >= 1);
    }
}

TEST_CASE("captions start on a frame and keep their words on the sample") {
    const auto timeline = *resolve_timeline(authored(), lines(), pacing);
    for (std::size_t i = 0; i < cues(timeline).size(); ++i) {
        const auto& cue = cues(timeline)[i];
        const std::int64_t voice_ms = voices(timeline)[i].at_samples.value / 48;
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
    voices(timeline)[0].at_samples = TimelineTime::of(100'000);
    shots(timeline)[1].at = TimelineTime::of(140);
    shots(timeline)[0].at = TimelineTime::of(0);
    const auto resolved = *resolve_timeline(timeline, lines(), pacing);
    CHECK(voices(resolved)[0].at_samples.value == 100'000);
    CHECK(voices(resolved)[1].at_samples.value == 148'000 + pacing.gap_samples);
    CHECK(shots(resolved)[1].at.value == 140);
    CHECK(shots(resolved)[0].dur.value == 140);
}

TEST_CASE("the same input gives the same bytes, at other rates too") {
    for (const std::int64_t rate : {24, 25, 30, 60}) {
        Timeline timeline = authored();
        timeline.rate.num = rate;
        for (auto& [id, asset] : timeline.assets) {
            asset.request.reset();
            asset.uri = "cas:sha256:x";
        }
        const auto once = resolve_timeline(timeline, lines(), pacing);
        const auto twice = resolve_timeline(timeline, lines(), pacing);
        REQUIRE(once);
        CHECK(records::dump(write_timeline(*once)) == records::dump(write_timeline(*twice)));
        CHECK(shots(*once)[0].dur.value + shots(*once)[1].dur.value == once->duration_frames());
    }
    Timeline ntsc = authored();
    ntsc.rate = {30'000, 1001};
    CHECK(resolve_timeline(ntsc, lines(), pacing));
}

TEST_CASE("times hang on other items, frames on samples and back") {
    Timeline timeline = authored();
    records::TimelineTrack over = track("over", "video");
    records::TimelineItem title;
    title.id = "title";
    title.asset = "i";
    title.at = {TimelineTime::Kind::anchored, 2, "voice-b", false};
    title.dur = {TimelineTime::Kind::anchored, -5, "s1", true};
    over.items.push_back(title);
    timeline.tracks.push_back(over);
    timeline.tracks[3].sounds[0].at_samples = {TimelineTime::Kind::anchored, 480, "title", true};
    const auto resolved = *resolve_timeline(timeline, lines(), pacing);
    const auto& laid = resolved.tracks[4].items[0];
    CHECK(laid.at.value == (voices(resolved)[1].at_samples.value + 800) / 1600 + 2);
    CHECK(laid.at.value + laid.dur.value == shots(resolved)[0].dur.value - 5);
    CHECK(resolved.tracks[3].sounds[0].at_samples.value ==
          (laid.at.value + laid.dur.value) * 1600 + 480);

    timeline.tracks[4].items[0].at.anchor = "music";
    CHECK(error_item(timeline, lines()) == "music"); // each waits for the other
    timeline.tracks[3].sounds[0].at_samples = {};
    timeline.tracks[4].items[0].at.anchor = "nobody";
    CHECK(error_item(timeline, lines()) == "title");
}

TEST_CASE("shots with lengths of their own follow each other where nobody speaks") {
    Timeline timeline = authored();
    timeline.tracks.resize(1);
    auto& track = timeline.tracks[0];
    track.transitions.clear();
    track.items.resize(2);
    for (records::TimelineItem& item : track.items) {
        item.lines.clear();
        item.at = {};
        item.dur = TimelineTime::of(60);
    }
    auto resolved = resolve_timeline(timeline, {}, pacing);
    REQUIRE_MESSAGE(resolved, resolved.error().text());
    CHECK(resolved->tracks[0].items[1].at.value == 60);
    CHECK(resolved->duration_frames() == 120);
    track.items[1].at = {TimelineTime::Kind::anchored, 5, track.items[0].id, true};
    resolved = resolve_timeline(timeline, {}, pacing);
    REQUIRE_MESSAGE(resolved, resolved.error().text());
    CHECK(resolved->tracks[0].items[1].at.value == 65);
}

TEST_CASE("errors name the item") {
    auto spoken = lines();
    spoken.erase("b");
    CHECK(error_item(authored(), spoken) == "voice-b");

    Timeline unspoken = authored();
    shots(unspoken)[1].lines = {"nobody"};
    CHECK(error_item(unspoken, lines()) == "s2");

    Timeline hole = authored();
    shots(hole)[0].dur = TimelineTime::of(5);
    CHECK(resolve_timeline(hole, lines(), pacing)); // the background is seen there

    Timeline tiny = authored();
    shots(tiny)[1].at = TimelineTime::of(1);
    CHECK(error_item(tiny, lines()) == "s1");

    Timeline late = authored();
    shots(late)[1].at = TimelineTime::of(100'000);
    CHECK(error_item(late, lines()) == "s2");

    Timeline no_cut = authored();
    transitions(no_cut)[0].at = TimelineTime::of(3);
    CHECK(error_item(no_cut, lines()) == "x");

    Timeline too_many = authored();
    transitions(too_many).push_back(transitions(too_many)[0]);
    transitions(too_many)[1].id = "y";
    transitions(too_many)[1].items_before = 2;
    CHECK(error_item(too_many, lines()) == "y");

    Timeline mute = authored();
    cues(mute)[2].asset = "nobody";
    CHECK(error_item(mute, lines()) == "cue-c");
}
