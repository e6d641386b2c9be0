// SPDX-License-Identifier: Apache-2.0
// The resolved timeline as canonical JSON; its SHA-256 is the name of the render.
#include "libsmos/records/json_value.hpp"
#include "libsmos/records/timeline.hpp"

namespace smos::records {
namespace {

std::int64_t exact(const TimelineTime& time) {
    SMOS_EXPECT(time.exact());
    return time.value;
}

Json asset_json(const TimelineAsset& asset) {
    SMOS_EXPECT(asset.uri.has_value());
    Json json{{"kind", asset.kind}, {"uri", *asset.uri}};
    if (asset.licence)
        json["license"] = *asset.licence;
    json["ai"] = asset.ai;
    return json;
}

Json shot_json(const TimelineShot& shot) {
    SMOS_EXPECT(shot.move.has_value());
    const CameraMove& move = *shot.move;
    Json json{{"id", shot.id},
              {"at", exact(shot.at)},
              {"dur", exact(shot.dur)},
              {"asset", shot.asset},
              {"fit", shot.fit}};
    json["anim"] = Json{{"scale_ppm", {move.scale_from_ppm, move.scale_to_ppm}},
                        {"x_ppm", {move.x_from_ppm, move.x_to_ppm}},
                        {"y_ppm", {move.y_from_ppm, move.y_to_ppm}}};
    if (!shot.punches.empty())
        json["punches"] = shot.punches;
    if (shot.expect)
        json["expect"] = *shot.expect;
    return json;
}

Json video_items(const Timeline& timeline) {
    Json items = Json::array();
    for (const TimelineShot& shot : timeline.shots) {
        for (const TimelineTransition& transition : timeline.transitions) {
            if (exact(transition.at) != exact(shot.at))
                continue;
            items.push_back(Json{{"id", transition.id},
                                 {"trans", transition.kind},
                                 {"at", exact(transition.at)},
                                 {"in_off", transition.in_off},
                                 {"out_off", transition.out_off}});
        }
        items.push_back(shot_json(shot));
    }
    return items;
}

Json cue_json(const TimelineCue& cue) {
    Json words = Json::array();
    for (const TimelineWord& word : cue.words) {
        words.push_back(Json::array({word.start_ms, word.end_ms, word.text}));
    }
    return Json{{"id", cue.id}, {"at", exact(cue.at)}, {"dur", exact(cue.dur)}, {"words", words}};
}

Json sound_items(const std::vector<TimelineSound>& sounds) {
    Json items = Json::array();
    for (const TimelineSound& sound : sounds) {
        Json item{{"id", sound.id},
                  {"at_samples", exact(sound.at_samples)},
                  {"dur_samples", exact(sound.dur_samples)},
                  {"asset", sound.asset},
                  {"gain", sound.gain_db}};
        if (sound.fade_in_samples > 0 || sound.fade_out_samples > 0) {
            item["fade"] = {sound.fade_in_samples, sound.fade_out_samples};
        }
        items.push_back(item);
    }
    return items;
}

Json track_list(const Timeline& timeline) {
    Json tracks = Json::array();
    tracks.push_back(Json{{"id", "v1"}, {"kind", "video"}, {"items", video_items(timeline)}});
    Json cues = Json::array();
    for (const TimelineCue& cue : timeline.cues)
        cues.push_back(cue_json(cue));
    tracks.push_back(Json{{"id", "cap"},
                          {"kind", "caption"},
                          {"style", timeline.caption_style},
                          {"lang", timeline.language},
                          {"items", cues}});
    tracks.push_back(Json{{"id", "vo"},
                          {"kind", "audio"},
                          {"role", "voice"},
                          {"items", sound_items(timeline.voices)}});
    Json music{{"id", "music"}, {"kind", "audio"}, {"role", "music"}};
    if (timeline.duck) {
        music["duck"] = Json{{"key", "voice"},
                             {"db", timeline.duck->db},
                             {"attack_ms", timeline.duck->attack_ms},
                             {"release_ms", timeline.duck->release_ms}};
    }
    music["items"] = sound_items(timeline.music);
    tracks.push_back(music);
    return tracks;
}

Json output_json(const TimelineOutput& output) {
    return Json{{"id", output.id},
                {"preset", output.preset},
                {"burn", output.burn},
                {"sidecar", output.sidecar},
                {"lufs", output.lufs},
                {"tp", output.true_peak_dbtp},
                {"encoder", output.encoder}};
}

} // namespace

Json write_timeline(const Timeline& timeline) {
    Json assets = Json::object();
    for (const auto& [id, asset] : timeline.assets)
        assets[id] = asset_json(asset);
    Json outputs = Json::array();
    for (const TimelineOutput& output : timeline.outputs)
        outputs.push_back(output_json(output));
    return Json{{"schema", "smos.timeline/1"},
                {"form", "resolved"},
                {"id", timeline.id},
                {"rate", {timeline.rate_num, timeline.rate_den}},
                {"sample_rate", timeline.sample_rate},
                {"canvas",
                 {{"w", timeline.width_px},
                  {"h", timeline.height_px},
                  {"bg", timeline.background},
                  {"safe", timeline.safe_area}}},
                {"assets", assets},
                {"tracks", track_list(timeline)},
                {"outputs", outputs}};
}

} // namespace smos::records
