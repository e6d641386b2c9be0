// SPDX-License-Identifier: Apache-2.0
// Assets, tracks, marks and outputs of one short vertical video.
#include "libsmos/stages/plan/plan_timeline.hpp"

#include "libsmos/core/hash.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

namespace smos::stages {
namespace {

using records::Json;

std::string joined(const std::vector<std::string>& words) {
    return fmt::format("{}", fmt::join(words, ", "));
}

std::string mood_of(const muse::Muse& muse) {
    if (!muse.style.mood.empty())
        return muse.style.mood;
    if (muse.moral.chaos > 0.6)
        return "energetic";
    return muse.moral.sophistication > 0.65 ? "luxurious" : "calm";
}

Json scene_asset(const records::Scene& scene,
                 const std::string& style,
                 const std::vector<std::string>& palette,
                 const std::string& mood,
                 std::int64_t seed) {
    return {{"kind", "image"},
            {"request",
             {{"capability", "cap.image.generate"},
              {"prompt", scene.visual},
              {"style", style},
              {"palette", palette},
              {"mood", mood},
              {"shot_type", scene.shot_type},
              {"seed", seed}}},
            {"ai", true}};
}

Json line_asset(const records::ScriptLine& line, const muse::Voice& voice) {
    return {{"kind", "audio"},
            {"request",
             {{"capability", "cap.speech.tts"},
              {"text", line.text},
              {"voice", voice.name},
              {"rate_wpm", voice.rate_wpm},
              {"pitch", voice.pitch}}},
            {"ai", true}};
}

Json bed_asset(const std::string& mood, std::int64_t seed) {
    return {{"kind", "audio"},
            {"request", {{"capability", "cap.music.generate"}, {"mood", mood}, {"seed", seed}}},
            {"ai", true}};
}

/// Shots with a dissolve between them; where an interrupt falls, and inside a line, the cut is
/// hard.
Json video_track(const Board& board, const muse::Muse& muse) {
    Json items = Json::array();
    const auto& scenes = board.storyboard.scenes;
    for (std::size_t i = 0; i < scenes.size(); ++i) {
        Json item = {{"id", fmt::format("c{}", i + 1)},
                     {"at", "auto"},
                     {"dur", "auto"},
                     {"asset", scenes[i].scene_id},
                     {"fit", "cover"},
                     {"lines", scenes[i].line_ids},
                     {"camera", scenes[i].camera_movement}};
        if (board.shows_persona[i])
            item["expect"] = {{"persona", muse.persona_id}};
        items.push_back(item);
        const bool soft = i + 1 < scenes.size() && !scenes[i + 1].pattern_interrupt &&
                          !scenes[i + 1].line_ids.empty();
        if (soft)
            items.push_back({{"id", fmt::format("t{}", i + 1)},
                             {"trans", "dissolve"},
                             {"at", "auto"},
                             {"in_off", 7},
                             {"out_off", 8}});
    }
    return {{"id", "v1"}, {"kind", "video"}, {"items", items}};
}

Json caption_track(const records::Script& script, const muse::Muse& muse) {
    Json items = Json::array();
    for (std::size_t i = 0; i < script.lines.size(); ++i)
        items.push_back({{"id", fmt::format("q{}", i + 1)},
                         {"at", "auto"},
                         {"dur", "auto"},
                         {"asset", script.lines[i].id}});
    return {{"id", "cap"},
            {"kind", "caption"},
            {"style", "karaoke-pop"},
            {"lang", muse.language},
            {"items", items}};
}

Json voice_track(const records::Script& script) {
    Json items = Json::array();
    for (std::size_t i = 0; i < script.lines.size(); ++i)
        items.push_back({{"id", fmt::format("a{}", i + 1)},
                         {"asset", script.lines[i].id},
                         {"at_samples", "auto"},
                         {"gain", 0}});
    return {{"id", "vo"}, {"kind", "audio"}, {"role", "voice"}, {"items", items}};
}

Json music_track() {
    const Json bed = {{"id", "m1"},
                      {"asset", "bed"},
                      {"at_samples", 0},
                      {"dur_samples", "end"},
                      {"gain", -9},
                      {"fade", {4800, 48000}}};
    return {{"id", "music"},
            {"kind", "audio"},
            {"role", "music"},
            {"duck", {{"key", "voice"}, {"db", -12}, {"attack_ms", 120}, {"release_ms", 450}}},
            {"items", Json::array({bed})}};
}

Json interrupt_marks(const records::Attention& attention) {
    Json marks = Json::array();
    for (const std::int64_t at_ms : attention.interrupts_ms)
        marks.push_back({{"at", fmt::format("{}s", at_ms / 1000)},
                         {"dur", 0},
                         {"name", "interrupt"},
                         {"note", "zoom_punch"}});
    return marks;
}

} // namespace

std::int64_t seed_for(const std::string& task_id, const std::string& purpose, std::uint64_t seed) {
    Sha256 hash;
    hash.update_field(task_id);
    hash.update_field(purpose);
    hash.update_field(std::to_string(seed));
    const Digest digest = hash.finish();
    std::int64_t value = 0;
    for (std::size_t i = 0; i < 4; ++i)
        value = value * 256 + digest[i];
    return (value & 0x7fffffff) | 1;
}

Json author_timeline(const std::string& task_id,
                     const Draft& draft,
                     const Board& board,
                     const Trend& trend,
                     const muse::Muse& muse,
                     std::uint64_t seed) {
    std::string style = joined(muse.style.look);
    if (!trend.style.empty())
        style += (style.empty() ? "" : ", ") + trend.style;
    const std::string mood = mood_of(muse);
    Json assets = Json::object();
    for (const records::Scene& scene : board.storyboard.scenes)
        assets[scene.scene_id] = scene_asset(
            scene, style, muse.style.palette, mood, seed_for(task_id, scene.scene_id, seed));
    for (const records::ScriptLine& line : draft.script.lines)
        assets[line.id] = line_asset(line, muse.voice);
    assets["bed"] = bed_asset(mood, seed_for(task_id, "bed", seed));
    const Json output = {{"id", "short"},
                         {"preset", "shorts"},
                         {"burn", true},
                         {"sidecar", {"srt", "vtt"}},
                         {"lufs", -14.0},
                         {"tp", -1.0},
                         {"encoder", Json::array({"libx264"})}};
    Json timeline;
    timeline["schema"] = "smos.timeline/1";
    timeline["id"] = task_id;
    timeline["rate"] = {30, 1};
    timeline["sample_rate"] = 48000;
    timeline["canvas"] = {{"w", 1080}, {"h", 1920}, {"bg", "#0b0d12"}, {"safe", "shorts"}};
    timeline["assets"] = assets;
    timeline["tracks"] = Json::array({video_track(board, muse),
                                      caption_track(draft.script, muse),
                                      voice_track(draft.script),
                                      music_track()});
    timeline["marks"] = interrupt_marks(board.attention);
    timeline["outputs"] = Json::array({output});
    return timeline;
}

} // namespace smos::stages
