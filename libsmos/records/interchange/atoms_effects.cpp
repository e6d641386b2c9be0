// SPDX-License-Identifier: Apache-2.0
// Transitions, filters and automations of an Atoms sequence.
#include "libsmos/records/interchange/atoms_import.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace smos::records::interchange {
namespace {

/// How one of their transitions is said here: a name and at most one parameter.
struct Look {
    const char* trans;
    const char* key = nullptr;
    const char* value = nullptr;
};

const std::map<std::string, Look> transitions{{"crossfade", {"dissolve"}},
                                              {"dip_to_black", {"dip", "colour", "#000000"}},
                                              {"dip_to_white", {"dip", "colour", "#ffffff"}},
                                              {"wipe_left", {"wipe", "direction", "left"}},
                                              {"wipe_right", {"wipe", "direction", "right"}},
                                              {"push_left", {"push", "direction", "left"}},
                                              {"push_right", {"push", "direction", "right"}},
                                              {"slide_up", {"slide", "direction", "up"}},
                                              {"slide_down", {"slide", "direction", "down"}}};

/// A property that keyframes move here, and what its values may be.
struct Moving {
    const char* name;
    double low;
    double high;
};

const std::map<std::string, Moving> properties{{"scale", {"scale", 0.001, 64}},
                                               {"opacity", {"opacity", 0, 1}},
                                               {"position_x", {"pos_x", -16, 16}},
                                               {"position_y", {"pos_y", -16, 16}}};

const std::map<std::string, std::string> eases{{"linear", ""},
                                               {"step", "hold"},
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
        return keep("transitions", transition);
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
    made["id"] = unique(transition.id.empty() ? to.clip->id + "-in" : transition.id);
    const Look look = known == transitions.end() ? Look{"dissolve"} : known->second;
    made["trans"] = look.trans;
    if (look.key != nullptr)
        made["params"] = Json::object({{look.key, look.value}});
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
    for (AtomsPlaced& placed : placed_)
        join_position(placed);
}

/// A position moves as one point; a coordinate without keyframes stands where the clip stands.
void AtomsImport::join_position(AtomsPlaced& placed) {
    if (!placed.extra || !placed.extra->contains("anim"))
        return;
    Json& anim = (*placed.extra)["anim"];
    Json parts[2] = {anim.value("pos_x", Json::array()), anim.value("pos_y", Json::array())};
    anim.erase("pos_x");
    anim.erase("pos_y");
    if (parts[0].empty() && parts[1].empty())
        return;
    if (!parts[0].empty() && !parts[1].empty()) {
        bool together = parts[0].size() == parts[1].size();
        for (std::size_t i = 0; together && i < parts[0].size(); ++i)
            together = same(parts[0][i][0], parts[1][i][0]) &&
                       parts[0][i].size() == parts[1][i].size() &&
                       (parts[0][i].size() < 3 || same(parts[0][i][2], parts[1][i][2]));
        if (!together) {
            findings_.lost(placed.clip->path,
                           "position_x and position_y move at different times; only "
                           "position_x moves");
            parts[1] = Json::array();
        }
    }
    const Json still = still_position(*placed.clip);
    const std::size_t leading = parts[0].empty() ? 1 : 0;
    Json points = parts[leading];
    for (std::size_t i = 0; i < points.size(); ++i) {
        Json point = still;
        for (const std::size_t axis : {std::size_t{0}, std::size_t{1}})
            if (!parts[axis].empty())
                point[axis] = parts[axis][i][1];
        points[i][1] = std::move(point);
    }
    anim["pos"] = std::move(points);
}

void AtomsImport::put_automation(const AtomsObject& automation, AtomsPlaced& placed) {
    const std::string property = text_of(*automation.json, "property");
    const auto known = properties.find(property);
    if (known == properties.end() || placed.audio)
        return findings_.lost(automation.path + ".property",
                              fmt::format("\"{}\" of this clip cannot move", property));
    Json keys = keyframes(automation, placed);
    for (Json& key : keys)
        key[1] = bounded(key[1].get<double>(),
                         known->second.low,
                         known->second.high,
                         automation.path + ".keyframes");
    if (keys.empty())
        return;
    if (!placed.extra)
        placed.extra = Json::object();
    (*placed.extra)["anim"][known->second.name] = std::move(keys);
}

double AtomsImport::bounded(double value, double low, double high, const std::string& path) {
    const double held = std::clamp(value, low, high);
    if (held != value)
        findings_.guessed(path, fmt::format("{} is taken as {}", value, held));
    return held;
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
