// SPDX-License-Identifier: Apache-2.0
// Walks a track, and the stacks inside it.
#include "libsmos/records/interchange/otio_flatten.hpp"

#include "libsmos/records/interchange/otio_nodes.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace smos::records::interchange {
namespace {

constexpr std::size_t most_nodes = 50'000;

/// Later than any timeline ends, in seconds.
Exact beyond() { return Exact::of(1'000'000'000, 1); }

bool is_gap(const std::string& name) { return name == "Gap" || name == "Filler"; }
bool is_track(const std::string& name) { return name == "Track" || name == "Sequence"; }

Exact later(const Exact& a, const Exact& b) { return a < b ? b : a; }
Exact earlier(const Exact& a, const Exact& b) { return a < b ? a : b; }

} // namespace

const Json& children_of(const Json& node, const std::string& path, Findings& findings) {
    static const Json none = Json::array();
    const Json* children = member(node, "children");
    if (children == nullptr)
        return none;
    const bool objects = children->is_array() &&
                         std::all_of(children->begin(), children->end(), [](const Json& one) {
                             return one.is_object();
                         });
    if (!objects) {
        findings.refuse(path + ".children", "expected an array of objects");
        return none;
    }
    return *children;
}

bool is_disabled(const Json& node) {
    const Json* enabled = member(node, "enabled");
    return enabled != nullptr && *enabled == Json(false);
}

const Json*
Flattener::media_of(const Json& clip, const std::string& path, std::string& media_path) {
    media_path = path + ".media_reference";
    const Json* references = member(clip, "media_references");
    const Json* found = member(clip, "media_reference");
    if (references != nullptr) {
        const std::string active = text_of(clip, "active_media_reference_key");
        const std::string key = active.empty() ? "DEFAULT_MEDIA" : active;
        media_path = path + ".media_references." + key;
        found = member(*references, key);
    }
    if (found != nullptr && !found->is_object()) {
        findings_.refuse(media_path, "expected an object");
        return nullptr;
    }
    return found;
}

const Json* Flattener::warp_of(const Json& clip) const {
    const Json* effects = member(clip, "effects");
    if (effects == nullptr || !effects->is_array())
        return nullptr;
    for (const Json& effect : *effects) {
        const std::string name = schema_of(effect).name;
        if ((name == "LinearTimeWarp" || name == "FreezeFrame") && !is_disabled(effect))
            return &effect;
    }
    return nullptr;
}

FlatTrack Flattener::track(const Json& track, const std::string& path, const Exact& shift) {
    FlatTrack flat;
    sound_ = &flat.sound;
    const bool audio = text_of(track, "kind") == "Audio";
    open_track(track, path, Window{shift, Exact{}, beyond()}, flat.lanes, 0, audio);
    return flat;
}

void Flattener::open_track(const Json& track,
                           const std::string& path,
                           const Window& window,
                           Lanes& lanes,
                           std::size_t lane,
                           bool audio) {
    Window inner = window;
    if (const auto range = times_.range_in(track, "source_range", path)) {
        const Exact end = window.offset + range->duration.seconds;
        inner.from = later(window.from, window.offset);
        inner.to = earlier(window.to, end);
        inner.offset = window.offset - range->start.seconds;
    }
    Exact cursor = inner.offset;
    const Json& children = children_of(track, path, findings_);
    for (std::size_t i = 0; i < children.size() && !findings_.stopped(); ++i) {
        if (++items_ > most_nodes)
            return findings_.refuse(path, fmt::format("more than {} objects", most_nodes));
        child(children[i],
              fmt::format("{}.children[{}]", path, i),
              inner,
              cursor,
              lanes,
              lane,
              audio);
        if (!cursor.sound() || beyond() < cursor)
            return findings_.refuse(path,
                                    "the rates of its children have no useful common measure",
                                    "write the times of one track at one rate");
    }
}

void Flattener::child(const Json& node,
                      const std::string& path,
                      const Window& window,
                      Exact& cursor,
                      Lanes& lanes,
                      std::size_t lane,
                      bool audio) {
    const std::string name = schema_of(node).name;
    FlatItem item;
    item.node = &node;
    item.path = path;
    item.at = cursor;
    item.end = cursor;
    if (name == "Transition") {
        item.kind = FlatItem::Kind::transition;
        return put(std::move(item), window, lanes, lane);
    }
    if (name == "Clip")
        item.end = cursor + clip_duration(node, path, item.rate);
    else
        item.end = cursor + duration_of(node, path);
    const Exact start = cursor;
    cursor = item.end;
    if (findings_.stopped())
        return;
    if (is_gap(name)) {
        if (residue_of(node, Json::object({{"name", true}, {"source_range", true}}), true).empty())
            return;
        item.kind = FlatItem::Kind::kept;
    } else if (is_disabled(node)) {
        item.kind = FlatItem::Kind::kept;
        findings_.lost(path, "is switched off; left out, and kept for the way back");
    } else if (name == "Stack" || name == "Timeline" || is_track(name)) {
        Window inner{start, later(window.from, start), earlier(window.to, item.end)};
        findings_.guessed(path, "a nested sequence is laid out on the timeline's own tracks");
        if (is_track(name))
            drop(node, path);
        if (is_track(name))
            return open_track(node, path, inner, lanes, lane, audio);
        const Json* stack = name == "Timeline" ? member(node, "tracks") : &node;
        if (stack != nullptr)
            open_stack(*stack, path, inner, lanes, lane, audio);
        return;
    } else if (name != "Clip") {
        item.kind = FlatItem::Kind::kept;
        findings_.lost(path,
                       fmt::format("\"{}\" is not known; kept for the way back",
                                   text_of(node, "OTIO_SCHEMA")));
    }
    put(std::move(item), window, lanes, lane);
}

void Flattener::open_stack(const Json& stack,
                           const std::string& path,
                           const Window& window,
                           Lanes& lanes,
                           std::size_t lane,
                           bool audio) {
    Window inner = window;
    if (const auto range = times_.range_in(stack, "source_range", path))
        inner.offset = window.offset - range->start.seconds;
    drop(stack, path);
    std::size_t picture = lane;
    std::size_t sound = 0;
    const Json& children = children_of(stack, path, findings_);
    for (std::size_t i = 0; i < children.size() && !findings_.stopped(); ++i) {
        const Json& track = children[i];
        const std::string inner_path = fmt::format("{}.children[{}]", path, i);
        const bool is_sound = text_of(track, "kind") == "Audio";
        const std::string name = schema_of(track).name;
        if (++items_ > most_nodes)
            return findings_.refuse(path, fmt::format("more than {} objects", most_nodes));
        if (is_disabled(track) || (audio && !is_sound && is_track(name))) {
            findings_.lost(inner_path, "a track of a nested sequence is dropped");
        } else if (!is_track(name)) {
            // A clip or a stack that lies in the stack directly is a track of one child.
            Exact cursor = inner.offset;
            lanes.resize(std::max(lanes.size(), picture + 1));
            child(track, inner_path, inner, cursor, lanes, picture++, audio);
        } else if (drop(track, inner_path); is_sound && !audio) {
            sound_->resize(std::max(sound_->size(), sound + 1));
            open_track(track, inner_path, inner, *sound_, sound++, true);
        } else {
            lanes.resize(std::max(lanes.size(), picture + 1));
            open_track(track, inner_path, inner, lanes, picture++, audio);
        }
    }
}

/// What lies on a nested sequence as a whole has no place on the timeline's own tracks.
void Flattener::drop(const Json& node, const std::string& path) {
    for (const char* lost : {"effects", "markers"}) {
        if (const Json* list = member(node, lost); list && !list->empty())
            findings_.lost(path + "." + lost, "of a nested sequence are dropped");
    }
}

void Flattener::put(FlatItem item, const Window& window, Lanes& lanes, std::size_t lane) {
    const bool instant = !(item.at < item.end);
    const bool outside = instant ? item.at < window.from || window.to < item.at
                                 : !(window.from < item.end) || !(item.at < window.to);
    if (outside)
        return;
    if (item.at < window.from) {
        item.head = window.from - item.at;
        item.at = window.from;
        item.whole = false;
    }
    if (window.to < item.end) {
        item.end = window.to;
        item.whole = false;
    }
    if (!item.whole)
        findings_.guessed(item.path, "is cut to the range of what it lies in");
    lanes[lane].push_back(std::move(item));
}

Exact Flattener::clip_duration(const Json& clip, const std::string& path, Rate& rate) {
    auto range = times_.range_in(clip, "source_range", path);
    if (!range) {
        std::string media_path;
        if (const Json* media = media_of(clip, path, media_path))
            range = times_.range_in(*media, "available_range", media_path);
    }
    if (findings_.stopped())
        return {};
    if (!range) {
        findings_.refuse(path, "has neither a source_range nor media with an available_range");
        return {};
    }
    rate = range->duration.rate;
    const Json* warp = premiere_ ? warp_of(clip) : nullptr;
    const Json* scalar = warp ? member(*warp, "time_scalar") : nullptr;
    if (scalar == nullptr || !scalar->is_number() || scalar->get<double>() == 0)
        return range->duration.seconds;
    const double speed = std::abs(scalar->get<double>());
    if (!(speed >= 1e-3 && speed <= 1e3)) {
        findings_.refuse(path + ".effects", "the time warp is out of range");
        return {};
    }
    const Rate factor = nearest_rate(speed);
    return range->duration.seconds * Exact::of(factor.den, factor.num);
}

Exact Flattener::duration_of(const Json& node, const std::string& path) {
    const std::string name = schema_of(node).name;
    if (name == "Clip") {
        Rate rate;
        return clip_duration(node, path, rate);
    }
    if (const auto range = times_.range_in(node, "source_range", path))
        return range->duration.seconds;
    if (name == "Timeline") {
        const Json* stack = member(node, "tracks");
        return stack ? duration_of(*stack, path + ".tracks") : Exact{};
    }
    if (is_gap(name))
        findings_.refuse(path + ".source_range", "is missing");
    const bool stack = name == "Stack";
    if (!stack && !is_track(name))
        return {};
    Exact total;
    const Json& children = children_of(node, path, findings_);
    for (std::size_t i = 0; i < children.size() && !findings_.stopped(); ++i) {
        const Exact one = duration_of(children[i], fmt::format("{}.children[{}]", path, i));
        total = stack ? later(total, one) : total + one;
    }
    return total;
}

} // namespace smos::records::interchange
