// SPDX-License-Identifier: Apache-2.0
// The Atoms timeline as smos.timeline/1.
#include "libsmos/records/interchange/atoms_import.hpp"

#include "libsmos/core/utf8.hpp"
#include "libsmos/records/interchange/interchange.hpp"
#include "libsmos/records/interchange/layout.hpp"
#include "libsmos/records/interchange/otio_import_parts.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace smos::records::interchange {
namespace {

Json without(const Json& object, std::initializer_list<const char*> keys) {
    Json rest = object.is_object() ? object : Json::object();
    for (const char* key : keys)
        rest.erase(key);
    return rest;
}

/// fx, ambience and generic sound is ducked like music.
Json role_of(const AtomsObject& track, Findings& findings) {
    const std::string role = text_of(*track.json, "audio_role");
    if (role == "dialogue")
        return "voice";
    if (role != "music")
        findings.guessed(track.path + ".audio_role",
                         fmt::format("\"{}\" is taken as music", role.empty() ? "generic" : role));
    return "music";
}

} // namespace

AtomsImport::AtomsImport(const Json& root, const ImportOptions& options, Findings& findings)
    : document_(atoms_document(root, findings)),
      folder_(options.folder),
      canvas_(options.canvas),
      findings_(findings),
      assets_(Json::object()) {}

Json AtomsImport::run() {
    if (findings_.stopped())
        return {};
    const double fps = atoms_number(document_.sequence, "timebase_fps", 30, findings_);
    if (!(fps >= 1 && fps <= 1000)) {
        findings_.refuse(document_.sequence.path + ".timebase_fps", "is no rate of frames");
        return {};
    }
    rate_ = cut_off_ntsc(fps).value_or(nearest_rate(fps));
    if (rate_.value() != fps)
        findings_.guessed(document_.sequence.path + ".timebase_fps",
                          fmt::format("{} is taken as {}/{}", fps, rate_.num, rate_.den));
    for (const auto* objects : {&document_.tracks, &document_.clips})
        for (const AtomsObject& object : *objects)
            ids_.insert(object.id);
    place_clips();
    place_transitions();
    put_filters();
    put_automations();
    if (findings_.stopped())
        return {};
    return timeline();
}

void AtomsImport::place_clips() {
    for (const AtomsObject& track : document_.tracks) {
        const std::string kind = text_of(*track.json, "kind");
        if (kind != "video" && kind != "audio")
            return findings_.refuse(track.path + ".kind", "is neither video nor audio");
        audio_[track.id] = kind == "audio";
    }
    for (const AtomsObject& clip : document_.clips) {
        const Exact in = atoms_time(clip, "in_ms", 0, findings_);
        const Exact out = atoms_time(clip, "out_ms", 0, findings_);
        const double speed = atoms_number(clip, "speed", 1, findings_);
        AtomsPlaced placed;
        placed.clip = &clip;
        placed.audio = audio_[clip.parent];
        placed.rate = placed.audio ? Rate{48000, 1} : rate_;
        if (!(speed >= 1e-3 && speed <= 1e3))
            return findings_.refuse(clip.path + ".speed", "has to be 0.001 to 1000");
        if (out < in)
            return findings_.refuse(clip.path + ".out_ms", "is before in_ms");
        placed.speed = nearest_rate(speed);
        const Exact start = atoms_time(clip, "start_ms_on_timeline", 0, findings_);
        if (in.negative())
            return findings_.refuse(clip.path + ".in_ms", "is negative");
        Exact length = (out - in) * Exact::of(placed.speed.den, placed.speed.num);
        if (placed.audio && placed.speed.num != placed.speed.den) {
            findings_.lost(clip.path + ".speed", "sound is played at its own speed");
            placed.speed = {1, 1};
            length = out - in < length ? out - in : length;
        }
        const Exact end = start + length;
        if (!end.at(placed.rate).sound() || start.negative())
            return findings_.refuse(clip.path + ".start_ms_on_timeline",
                                    start.negative() ? "is negative" : "is out of range");
        placed.at = start.at(placed.rate).rounded();
        placed.end = end.at(placed.rate).rounded();
        placed.in = in.at(placed.rate).rounded();
        if (!start.at(placed.rate).whole() || !end.at(placed.rate).whole())
            findings_.guessed(clip.path,
                              fmt::format("lies between {}; moved to the nearest",
                                          placed.audio ? "samples" : "frames"));
        if (placed.end <= placed.at) {
            findings_.lost(clip.path, "is shorter than a frame; left out");
            continue;
        }
        by_id_[clip.id] = placed_.size();
        placed_.push_back(placed);
    }
}

Json AtomsImport::asset(const AtomsPlaced& placed) {
    const std::string id = text_of(*placed.clip->json, "asset_id");
    if (id.empty())
        findings_.refuse(placed.clip->path + ".asset_id", "is missing");
    const std::string name = id + (placed.audio ? "#a" : "#v");
    if (const auto known = asset_ids_.find(name); known != asset_ids_.end())
        return known->second;
    std::string made = slug(id);
    while (assets_->contains(made))
        made += placed.audio ? "-audio" : "-2";
    const AtomsObject* found = nullptr;
    for (const AtomsObject& one : document_.assets)
        found = one.id == id ? &one : found;
    Json asset = Json::object();
    std::string kind = placed.audio ? "audio" : "video";
    const std::string uri = found != nullptr ? text_of(*found->json, "source_uri") : "";
    if (uri.empty())
        findings_.lost(placed.clip->path + ".asset_id",
                       fmt::format("the file does not say where \"{}\" lies", id));
    if (found != nullptr && text_of(*found->json, "kind") == "image")
        kind = "image";
    asset["uri"] = uri.empty() ? "missing:" + made : uri_of(uri, folder_);
    asset["kind"] = kind;
    asset["meta"] = Json::object();
    asset["meta"]["atoms"] = found != nullptr ? *found->json : Json::object({{"id", id}});
    (*assets_)[made] = std::move(asset);
    asset_ids_[name] = made;
    return made;
}

Json AtomsImport::item(const AtomsPlaced& placed) {
    const AtomsObject& clip = *placed.clip;
    Json made = Json::object();
    made["id"] = clip.id;
    made[time_key(placed.audio, "at")] = placed.at;
    made[time_key(placed.audio, "dur")] = placed.end - placed.at;
    made["asset"] = asset(placed);
    made[time_key(placed.audio, "in")] = placed.in;
    if (placed.speed.num != placed.speed.den)
        made["speed"] = {placed.speed.num, placed.speed.den};
    const double gain = atoms_number(clip, "volume_db", 0, findings_);
    if (placed.audio)
        made["gain"] = gain;
    else if (gain != 0)
        findings_.lost(clip.path + ".volume_db", "the sound of a video clip is not taken");
    if (!placed.audio)
        put_picture(made, clip);
    for (const char* lost : {"stabilise", "optical_flow"}) {
        if (atoms_flag(clip, lost))
            findings_.lost(clip.path + "." + lost, "is not done while composing");
    }
    if (member(*clip.json, "mask_artifact_id") != nullptr)
        findings_.lost(clip.path + ".mask_artifact_id", "the mask is not applied");
    for (const auto& [key, value] : placed.extra.or_object().items()) {
        if (key == "anim" && made.contains("anim"))
            made["anim"].update(value);
        else if (!value.empty())
            made[key] = value;
    }
    made["meta"] = Json::object();
    made["meta"]["atoms"] = *clip.json;
    return made;
}

void AtomsImport::put_picture(Json& made, const AtomsObject& clip) {
    const std::string scale = text_of(*clip.json, "scale_mode");
    made["fit"] = scale == "fit" ? "contain" : scale == "custom" ? "none" : "cover";
    const std::string blend = text_of(*clip.json, "blend_mode");
    static const std::set<std::string> blends{"add", "screen", "multiply", "overlay"};
    if (blends.count(blend) != 0)
        made["blend"] = blend;
    else if (!blend.empty() && blend != "normal")
        findings_.lost(clip.path + ".blend_mode", fmt::format("\"{}\" is not known", blend));
    Json anim = Json::object();
    const double opacity =
        bounded(atoms_number(clip, "opacity", 1, findings_), 0, 1, clip.path + ".opacity");
    if (opacity != 1)
        anim["opacity"] = opacity;
    if (member(*clip.json, "position") != nullptr)
        anim["pos"] = still_position(clip);
    put_crop(anim, clip);
    if (!anim.empty())
        made["anim"] = std::move(anim);
}

Json AtomsImport::still_position(const AtomsObject& clip) {
    Json point = Json::array({0.5, 0.5});
    const Json* found = member(*clip.json, "position");
    if (found == nullptr)
        return point;
    const AtomsObject inner{found, clip.path + ".position", {}, {}};
    for (std::size_t axis = 0; axis < 2; ++axis)
        point[axis] = bounded(
            atoms_number(inner, axis == 0 ? "x" : "y", 0.5, findings_), -16, 16, inner.path);
    return point;
}

/// Theirs is what stays, ours is what is cut off.
void AtomsImport::put_crop(Json& anim, const AtomsObject& clip) {
    const Json* found = member(*clip.json, "crop");
    if (found == nullptr)
        return;
    const AtomsObject inner{found, clip.path + ".crop", {}, {}};
    const double x = atoms_number(inner, "x", 0, findings_);
    const double y = atoms_number(inner, "y", 0, findings_);
    const double right = 1 - x - atoms_number(inner, "w", 1, findings_);
    const double bottom = 1 - y - atoms_number(inner, "h", 1, findings_);
    const auto share = [](double value) { return value >= 0 && value <= 1; };
    if (share(x) && share(y) && share(right) && share(bottom) && x + right < 1 && y + bottom < 1)
        anim["crop"] = Json::array({x, y, right, bottom});
    else
        findings_.lost(inner.path, "is no part of the picture in shares of 0 to 1; not applied");
}

std::string AtomsImport::unique(const std::string& id) {
    std::string made = id;
    for (int n = 2; !ids_.insert(made).second; ++n)
        made = fmt::format("{}-{}", id, n);
    return made;
}

/// Clips that still overlap go onto a further track, the later one above.
std::vector<std::vector<std::size_t>> AtomsImport::lanes(const std::string& track) {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < placed_.size(); ++i) {
        if (placed_[i].clip->parent == track)
            order.push_back(i);
    }
    std::stable_sort(order.begin(), order.end(), [this](std::size_t a, std::size_t b) {
        return placed_[a].at < placed_[b].at;
    });
    std::vector<std::vector<std::size_t>> lanes(1);
    for (const std::size_t index : order) {
        std::size_t lane = 0;
        while (lane < lanes.size() && !lanes[lane].empty() &&
               placed_[lanes[lane].back()].end > placed_[index].at)
            ++lane;
        if (lane > 0)
            findings_.guessed(placed_[index].clip->path,
                              "overlaps another clip; laid on a track of its own above");
        if (lane == 64) {
            findings_.refuse(placed_[index].clip->path, "more than 64 clips overlap");
            break;
        }
        lanes.resize(std::max(lanes.size(), lane + 1));
        lanes[lane].push_back(index);
    }
    return lanes;
}

Json AtomsImport::tracks(Json& kept) {
    Json list = Json::array();
    for (const AtomsObject& track : document_.tracks) {
        const bool audio = audio_[track.id];
        if (atoms_flag(track, audio ? "muted" : "hidden")) {
            findings_.lost(track.path, audio ? "is muted; left out" : "is hidden; left out");
            kept["tracks"].push_back(*track.json);
            for (const AtomsPlaced& placed : placed_) {
                if (placed.clip->parent == track.id)
                    kept["clips"].push_back(*placed.clip->json);
            }
            continue;
        }
        const auto all = lanes(track.id);
        for (std::size_t lane = 0; lane < all.size() && !findings_.stopped(); ++lane) {
            Json made = Json::object();
            made["id"] = lane == 0 ? track.id : unique(fmt::format("{}-{}", track.id, lane + 1));
            made["kind"] = audio ? "audio" : "video";
            if (audio)
                made["role"] = role_of(track, findings_);
            Json items = Json::array();
            for (const std::size_t index : all[lane]) {
                if (placed_[index].before)
                    items.push_back((*placed_[index].before)[0]);
                items.push_back(item(placed_[index]));
            }
            made["items"] = std::move(items);
            if (lane == 0) {
                made["meta"] = Json::object();
                made["meta"]["atoms"] = without(*track.json, {"clips", "transitions"});
            }
            list.push_back(std::move(made));
        }
    }
    return list;
}

Json AtomsImport::timeline() {
    const Json none = Json::object();
    const Json& project = document_.project != nullptr ? *document_.project : none;
    Json kept = kept_.or_object();
    Json made = Json::object();
    made["schema"] = "smos.timeline/1";
    const std::string title = text_of(project, "title");
    const std::string name = text_of(*document_.sequence.json, "name");
    made["id"] = slug(title.empty() ? name : title);
    made["rate"] = {rate_.num, rate_.den};
    made["sample_rate"] = 48000;
    put_canvas(made, canvas_, "atoms.project", findings_);
    Json list = tracks(kept);
    made["assets"] = *assets_;
    made["tracks"] = std::move(list);
    const bool pictures = std::any_of(
        placed_.begin(), placed_.end(), [](const AtomsPlaced& one) { return !one.audio; });
    if (pictures)
        findings_.guessed("atoms", "the sound of video clips is not taken; lay it on audio tracks");
    const std::initializer_list<const char*> parts = {"sequences",
                                                      "sequence",
                                                      "tracks",
                                                      "clips",
                                                      "transitions",
                                                      "filter_stacks",
                                                      "automations",
                                                      "assets",
                                                      "project"};
    kept["project"] = without(project, parts);
    kept["sequence"] = without(*document_.sequence.json, parts);
    made["meta"] = Json::object();
    made["meta"]["atoms"] = std::move(kept);
    return made;
}

Result<Converted> atoms_import(const Json& atoms, const ImportOptions& options) {
    Findings findings;
    Json timeline = AtomsImport{atoms, options, findings}.run();
    return findings.result(std::move(timeline));
}

} // namespace smos::records::interchange
