// SPDX-License-Identifier: Apache-2.0
// Reading the authored and the resolved timeline.
#include "libsmos/records/timeline.hpp"

#include "libsmos/records/json_value.hpp"
#include "libsmos/records/timeline_fields.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace smos::records {
namespace {

using timeline_fields::Reader;

void read_asset(Reader reader, TimelineAsset& asset) {
    reader.text("kind", asset.kind, true);
    if (asset.kind != "image" && asset.kind != "audio") {
        reader.fail("kind", "is neither image nor audio");
    }
    reader.optional_text("uri", asset.uri);
    reader.optional_json("request", asset.request);
    reader.optional_text("license", asset.licence);
    reader.flag("ai", asset.ai);
    if (asset.uri.has_value() == asset.request.has_value()) {
        reader.fail("uri", "an asset needs either uri or request");
    }
    reader.done();
}

void read_move(Reader reader, CameraMove& move) {
    reader.pair("scale_ppm", move.scale_from_ppm, move.scale_to_ppm, 1'000'000, 8'000'000);
    reader.pair("x_ppm", move.x_from_ppm, move.x_to_ppm, 0, 1'000'000);
    reader.pair("y_ppm", move.y_from_ppm, move.y_to_ppm, 0, 1'000'000);
    reader.done();
}

void read_shot(Reader reader, TimelineShot& shot) {
    reader.text("id", shot.id, true);
    reader.text("asset", shot.asset, true);
    reader.time("at", shot.at);
    reader.time("dur", shot.dur);
    reader.text("fit", shot.fit, false);
    if (shot.fit != "cover")
        reader.fail("fit", "only cover is known");
    reader.text("camera", shot.camera, false);
    reader.texts("lines", shot.lines);
    reader.integers("punches", shot.punches);
    reader.optional_json("expect", shot.expect);
    if (auto inner = reader.object("anim"))
        read_move(*inner, shot.move.emplace());
    reader.done();
}

void read_transition(Reader reader, TimelineTransition& transition) {
    reader.text("id", transition.id, true);
    reader.text("trans", transition.kind, true);
    if (transition.kind != "dissolve")
        reader.fail("trans", "only dissolve is known");
    reader.time("at", transition.at);
    reader.integer("in_off", transition.in_off, 0, 600);
    reader.integer("out_off", transition.out_off, 0, 600);
    reader.done();
}

void read_words(Reader& reader, std::vector<TimelineWord>& words) {
    const Json* list = reader.find("words");
    if (list == nullptr)
        return;
    if (!list->is_array())
        return reader.fail("words", "expected an array");
    for (const Json& word : *list) {
        if (!word.is_array() || word.size() != 3 || !word[0].is_number_integer() ||
            !word[1].is_number_integer() || !word[2].is_string()) {
            return reader.fail("words", "a word is [start_ms, end_ms, \"text\"]");
        }
        words.push_back(
            {word[0].get<std::int64_t>(), word[1].get<std::int64_t>(), word[2].get<std::string>()});
    }
}

void read_cue(Reader reader, TimelineCue& cue) {
    reader.text("id", cue.id, true);
    reader.text("asset", cue.asset, false);
    reader.time("at", cue.at);
    reader.time("dur", cue.dur);
    read_words(reader, cue.words);
    reader.done();
}

void read_sound(Reader reader, TimelineSound& sound) {
    reader.text("id", sound.id, true);
    reader.text("asset", sound.asset, true);
    reader.samples("at_samples", sound.at_samples);
    reader.samples("dur_samples", sound.dur_samples);
    reader.number("gain", sound.gain_db, -60, 24);
    reader.pair("fade", sound.fade_in_samples, sound.fade_out_samples, 0, 48'000'000);
    reader.done();
}

void read_duck(Reader reader, TimelineDuck& duck) {
    std::string key;
    reader.text("key", key, false);
    reader.number("db", duck.db, -60, 0);
    reader.integer("attack_ms", duck.attack_ms, 1, 5000);
    reader.integer("release_ms", duck.release_ms, 1, 10000);
    reader.done();
}

void read_video_track(Reader& reader, Timeline& timeline) {
    reader.each("items", [&](Reader item) {
        if (item.find("trans") != nullptr) {
            read_transition(std::move(item), timeline.transitions.emplace_back());
            timeline.transitions.back().shots_before = timeline.shots.size();
        } else {
            read_shot(std::move(item), timeline.shots.emplace_back());
        }
    });
}

void read_track(Reader reader, Timeline& timeline) {
    std::string id, kind, role;
    reader.text("id", id, true);
    reader.text("kind", kind, true);
    if (kind == "video") {
        read_video_track(reader, timeline);
    } else if (kind == "caption") {
        reader.text("style", timeline.caption_style, false);
        reader.text("lang", timeline.language, false);
        reader.each("items",
                    [&](Reader item) { read_cue(std::move(item), timeline.cues.emplace_back()); });
    } else if (kind == "audio") {
        reader.text("role", role, true);
        if (role != "voice" && role != "music")
            reader.fail("role", "is neither voice nor music");
        auto& sounds = role == "voice" ? timeline.voices : timeline.music;
        if (auto inner = reader.object("duck"))
            read_duck(*inner, timeline.duck.emplace());
        reader.each("items",
                    [&](Reader item) { read_sound(std::move(item), sounds.emplace_back()); });
    } else {
        reader.fail("kind", "is none of video, caption, audio");
    }
    reader.done();
}

void read_output(Reader reader, TimelineOutput& output) {
    reader.text("id", output.id, true);
    reader.text("preset", output.preset, true);
    reader.flag("burn", output.burn);
    reader.texts("sidecar", output.sidecar);
    reader.number("lufs", output.lufs, -30, -5);
    reader.number("tp", output.true_peak_dbtp, -12, 0);
    reader.texts("encoder", output.encoder);
    reader.done();
}

void read_canvas(Reader reader, Timeline& timeline) {
    std::int64_t width = timeline.width_px;
    std::int64_t height = timeline.height_px;
    reader.integer("w", width, 64, 4096);
    reader.integer("h", height, 64, 4096);
    if (width % 2 != 0 || height % 2 != 0)
        reader.fail("w", "width and height have to be even");
    timeline.width_px = static_cast<int>(width);
    timeline.height_px = static_cast<int>(height);
    reader.text("bg", timeline.background, false);
    reader.text("safe", timeline.safe_area, false);
    reader.done();
}

void read_head(Reader& reader, Timeline& timeline) {
    std::string schema, form;
    reader.text("schema", schema, true);
    if (schema != "smos.timeline/1")
        reader.fail("schema", "is not smos.timeline/1");
    reader.text("form", form, false);
    reader.text("engine", form, false);
    reader.text("id", timeline.id, true);
    reader.pair("rate", timeline.rate_num, timeline.rate_den, 1, 240'000);
    reader.integer("sample_rate", timeline.sample_rate, 48000, 48000);
    if (auto inner = reader.object("canvas"))
        read_canvas(*inner, timeline);
    Json fonts;
    reader.json("fonts", fonts);
}

/// What one field cannot know: that every name refers to something.
std::optional<Error> check_references(const Timeline& timeline) {
    const auto missing = [&](const std::string& asset,
                             const std::string& item,
                             const char* kind) -> std::optional<Error> {
        const auto found = timeline.assets.find(asset);
        if (found != timeline.assets.end() && found->second.kind == kind)
            return std::nullopt;
        return Error{"unknown_asset",
                     fmt::format("no {} asset '{}'", kind, asset),
                     item,
                     "name an asset of the timeline"};
    };
    for (const auto& shot : timeline.shots) {
        if (auto error = missing(shot.asset, shot.id, "image"))
            return error;
        for (const auto& line : shot.lines) {
            if (auto error = missing(line, shot.id, "audio"))
                return error;
        }
    }
    for (const auto* sounds : {&timeline.voices, &timeline.music}) {
        for (const auto& sound : *sounds) {
            if (auto error = missing(sound.asset, sound.id, "audio"))
                return error;
        }
    }
    if (timeline.shots.empty()) {
        return Error{"empty_timeline", "there is no video item", "tracks", "add one"};
    }
    return std::nullopt;
}

} // namespace

std::int64_t Timeline::duration_frames() const {
    std::int64_t end = 0;
    for (const auto& shot : shots)
        end = std::max(end, shot.at.value + shot.dur.value);
    return end;
}

Result<Timeline> read_timeline(const Json& json) {
    Timeline timeline;
    timeline_fields::Problem problem;
    Reader reader{json, "timeline", problem, timeline.rate_num, timeline.rate_den};
    read_head(reader, timeline);
    reader.each_member("assets", [&](const std::string& id, Reader asset) {
        read_asset(std::move(asset), timeline.assets[id]);
    });
    reader.each("tracks", [&](Reader track) { read_track(std::move(track), timeline); });
    reader.each("marks", [&](Reader item) {
        TimelineMark& mark = timeline.marks.emplace_back();
        std::int64_t length = 0;
        item.time("at", mark.at);
        item.integer("dur", length, 0, 1'000'000);
        item.text("name", mark.name, true);
        item.text("note", mark.note, false);
        item.done();
    });
    reader.each("outputs", [&](Reader output) {
        read_output(std::move(output), timeline.outputs.emplace_back());
    });
    reader.done();
    if (problem.error)
        return *problem.error;
    if (const auto error = check_references(timeline))
        return *error;
    if (timeline.outputs.empty())
        timeline.outputs.emplace_back();
    return timeline;
}

} // namespace smos::records
