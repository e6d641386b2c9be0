// SPDX-License-Identifier: Apache-2.0
// Transitions, filters and automations of an Atoms sequence.
#include "libsmos/records/interchange/atoms_import.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace smos::records::interchange {
namespace {

/// Their name and ours; empty for what is no transition.
const std::map<std::string, std::string> transitions{{"crossfade", "dissolve"},
                                                     {"dip_to_black", "dip-black"},
                                                     {"dip_to_white", "dip-white"},
                                                     {"wipe_left", "wipe-left"},
                                                     {"wipe_right", "wipe-right"},
                                                     {"push_left", "push-left"},
                                                     {"push_right", "push-right"},
                                                     {"slide_up", "slide-up"},
                                                     {"slide_down", "slide-down"},
                                                     {"none", ""}};

const std::map<std::string, std::string> filters{{"exposure", "exposure"},
                                                 {"contrast", "contrast"},
                                                 {"saturation", "saturation"},
                                                 {"temperature", "temperature"},
                                                 {"tint", "tint"},
                                                 {"sharpen", "sharpen"},
                                                 {"vignette", "vignette"},
                                                 {"hue", "hue"},
                                                 {"film_grain", "grain"},
                                                 {"gamma", "gamma"},
                                                 {"lut3d", "lut"}};

const std::map<std::string, std::string> eases{{"linear", ""},
                                               {"step", "step"},
                                               {"ease_in", "cubic-in"},
                                               {"ease_out", "cubic-out"},
                                               {"ease_in_out", "cubic-io"}};

} // namespace

void AtomsImport::keep(const char* list, const AtomsObject& object) {
    if (!kept_)
        kept_ = Json::object();
    (*kept_)[list].push_back(*object.json);
}

void AtomsImport::place_transitions() {
    for (const AtomsObject& transition : document_.transitions) {
        if (findings_.stopped())
            return;
        place_transition(transition);
    }
}

/// Length-neutral at the cut between two clips; of clips that overlap, the cut is in the middle.
void AtomsImport::place_transition(const AtomsObject& transition) {
    std::size_t ends[2] = {0, 0};
    for (std::size_t i = 0; i < 2; ++i) {
        const char* key = i == 0 ? "from_clip_id" : "to_clip_id";
        const auto found = by_id_.find(text_of(*transition.json, key));
        if (found == by_id_.end())
            return findings_.refuse(transition.path + "." + key,
                                    "refers to a clip that is not there");
        ends[i] = found->second;
    }
    AtomsPlaced& from = placed_[ends[0]];
    AtomsPlaced& to = placed_[ends[1]];
    const std::string type = text_of(*transition.json, "type");
    const Exact seconds = atoms_time(transition, "duration_ms", 0, findings_);
    if (seconds.negative())
        return findings_.refuse(transition.path + ".duration_ms", "is negative");
    const auto known = transitions.find(type);
    const bool apart = from.end < to.at || ends[0] == ends[1] || to.at < from.at;
    const bool elsewhere = from.clip->parent != to.clip->parent || from.audio;
    if (apart || elsewhere || to.before.has_value()) {
        findings_.lost(transition.path,
                       apart       ? "the clips do not meet"
                       : elsewhere ? "is not between two clips of one video track"
                                   : "the cut has a transition already");
        return keep("transitions", transition);
    }
    if (type == "none")
        return;
    if (known == transitions.end())
        findings_.guessed(transition.path + ".type",
                          fmt::format("\"{}\" is taken as a dissolve", type));
    const std::int64_t overlap = std::min(from.end, to.end) - to.at;
    if (overlap > 0) {
        const std::int64_t cut = to.at + overlap / 2;
        const Exact skipped = Exact::of(cut - to.at, 1) * Exact::of(to.speed.num, to.speed.den);
        to.in += skipped.rounded();
        to.at = cut;
        from.end = cut;
        findings_.guessed(transition.path, "the clips overlap; the cut is laid in the middle");
    }
    const std::int64_t wanted = seconds.at(from.rate).rounded();
    const std::int64_t most = std::min(from.end - from.at, to.end - to.at);
    const std::int64_t length = std::min(wanted, most);
    if (length < wanted)
        findings_.guessed(transition.path + ".duration_ms", "is shortened to the shorter clip");
    Json made = Json::object();
    made["id"] = transition.id.empty() ? to.clip->id + "-in" : transition.id;
    made["trans"] = known == transitions.end() ? "dissolve" : known->second;
    made["at"] = to.at;
    made["in_off"] = length / 2;
    made["out_off"] = length - length / 2;
    made["meta"] = Json::object();
    made["meta"]["atoms"] = *transition.json;
    to.before = Json::array({std::move(made)});
}

std::vector<std::size_t> AtomsImport::targets(const AtomsObject& object, bool clips_only) {
    const std::string type = text_of(*object.json, "target_type");
    const std::string id = text_of(*object.json, "target_id");
    if (type.empty() || type == "clip") {
        const auto found = by_id_.find(id);
        if (found != by_id_.end())
            return {found->second};
        findings_.refuse(object.path + ".target_id", "refers to a clip that is not there");
        return {};
    }
    const bool track = type == "track";
    if (!track && type != "sequence") {
        findings_.refuse(object.path + ".target_type", "is none of clip, track, sequence");
        return {};
    }
    if (track ? audio_.count(id) == 0 : id != document_.sequence.id) {
        findings_.refuse(object.path + ".target_id", "refers to what is not there");
        return {};
    }
    if (clips_only)
        return {};
    findings_.guessed(object.path, "is given to every clip that it covers");
    std::vector<std::size_t> all;
    for (std::size_t i = 0; i < placed_.size(); ++i) {
        if (!placed_[i].audio && (!track || placed_[i].clip->parent == id))
            all.push_back(i);
    }
    return all;
}

void AtomsImport::put_filters() {
    for (const AtomsObject& stack : document_.filters) {
        const Json* list = member(*stack.json, "filters");
        if (list != nullptr && !list->is_array())
            return findings_.refuse(stack.path + ".filters", "expected an array");
        const auto clips = targets(stack, false);
        if (findings_.stopped())
            return;
        Json effects = Json::array();
        for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
            const AtomsObject filter{
                &(*list)[i], fmt::format("{}.filters[{}]", stack.path, i), {}, {}};
            const std::string type = text_of(*filter.json, "type");
            const auto known = filters.find(type);
            const Json* enabled = member(*filter.json, "enabled");
            if (enabled != nullptr && *enabled == Json(false))
                continue;
            if (known == filters.end()) {
                findings_.lost(filter.path, fmt::format("the filter \"{}\" is not known", type));
                continue;
            }
            if (member(*filter.json, "mask_artifact_id") != nullptr)
                findings_.lost(filter.path + ".mask_artifact_id", "the mask is not applied");
            const Json* params = member(*filter.json, "params");
            effects.push_back(
                Json::array({known->second, params != nullptr ? *params : Json::object()}));
        }
        keep("filter_stacks", stack);
        for (const std::size_t clip : clips) {
            AtomsPlaced& placed = placed_[clip];
            if (!placed.extra)
                placed.extra = Json::object();
            for (const Json& effect : effects)
                (*placed.extra)["fx"].push_back(effect);
        }
    }
}

void AtomsImport::put_automations() {
    for (const AtomsObject& automation : document_.automations) {
        const auto clips = targets(automation, true);
        if (findings_.stopped())
            return;
        keep("automations", automation);
        if (clips.empty())
            findings_.lost(automation.path, "an automation of a track or sequence is not done");
        for (const std::size_t clip : clips)
            put_automation(automation, placed_[clip]);
    }
    for (AtomsPlaced& placed : placed_) {
        // A position moves as one point; a coordinate that stands still is that of the clip.
        Json* anim =
            placed.extra && placed.extra->contains("anim") ? &(*placed.extra)["anim"] : nullptr;
        if (anim == nullptr || !anim->contains("pos_x") || !anim->contains("pos_y"))
            continue;
        Json& xs = (*anim)["pos_x"];
        Json& ys = (*anim)["pos_y"];
        bool together = xs.size() == ys.size();
        for (std::size_t i = 0; together && i < xs.size(); ++i)
            together = same(xs[i][0], ys[i][0]) && xs[i].size() == ys[i].size() &&
                       (xs[i].size() < 3 || same(xs[i][2], ys[i][2]));
        if (!together) {
            findings_.lost(placed.clip->path, "position_x and position_y move at different times");
            continue;
        }
        Json points = xs;
        for (std::size_t i = 0; i < xs.size(); ++i)
            points[i][1] = Json::array({xs[i][1], ys[i][1]});
        (*anim)["pos"] = std::move(points);
        anim->erase("pos_x");
        anim->erase("pos_y");
    }
}

void AtomsImport::put_automation(const AtomsObject& automation, AtomsPlaced& placed) {
    static const std::map<std::string, std::string> properties{{"scale", "scale"},
                                                               {"opacity", "opacity"},
                                                               {"volume_db", "gain"},
                                                               {"position_x", "pos_x"},
                                                               {"position_y", "pos_y"}};
    const std::string property = text_of(*automation.json, "property");
    const auto known = properties.find(property);
    if (known == properties.end() || placed.audio != (property == "volume_db"))
        return findings_.lost(automation.path + ".property",
                              fmt::format("\"{}\" of this clip cannot move", property));
    const Json keys = keyframes(automation, placed);
    if (keys.empty())
        return;
    if (!placed.extra)
        placed.extra = Json::object();
    (*placed.extra)["anim"][known->second] = keys;
}

/// [[frame, value, ease], ...] from the clip's start.
Json AtomsImport::keyframes(const AtomsObject& automation, const AtomsPlaced& placed) {
    Json keys = Json::array();
    const Json* list = member(*automation.json, "keyframes");
    if (list != nullptr && !list->is_array())
        findings_.refuse(automation.path + ".keyframes", "expected an array");
    std::int64_t last = -1;
    for (std::size_t i = 0; list != nullptr && i < list->size() && !findings_.stopped(); ++i) {
        const AtomsObject key{
            &(*list)[i], fmt::format("{}.keyframes[{}]", automation.path, i), {}, {}};
        const std::int64_t at = atoms_time(key, "time_ms", 0, findings_).at(placed.rate).rounded();
        const std::string ease = text_of(*key.json, "interpolation");
        const auto known = eases.find(ease.empty() ? "linear" : ease);
        if (known == eases.end())
            findings_.refuse(key.path + ".interpolation", "is not known");
        if (at <= last) {
            findings_.lost(key.path, "is not after the one before it, in frames; left out");
            continue;
        }
        last = at;
        Json made = Json::array({at, atoms_number(key, "value", 0, findings_)});
        if (known != eases.end() && !known->second.empty())
            made.push_back(known->second);
        keys.push_back(std::move(made));
    }
    return keys;
}

} // namespace smos::records::interchange
