// SPDX-License-Identifier: Apache-2.0
// Evaluates a timeline at one frame.
#include "libsmos/media/compose/frame_plan.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace smos::media {
namespace {

using records::Curve;
using records::Timeline;
using records::TimelineEffect;
using records::TimelineItem;
using records::TimelineTrack;
using records::TimelineTransition;

constexpr std::int64_t one = 1'000'000;
constexpr std::int64_t punch_frames = 10;
constexpr std::int64_t punch_micro = 85'000;

std::int64_t
at_or(const Curve& curve, std::size_t index, std::int64_t frame, std::int64_t fallback) {
    return curve.empty() ? fallback : records::value_at(curve, index, frame);
}

EffectPlan effect_at(const TimelineEffect& effect, std::int64_t frame) {
    EffectPlan plan;
    plan.name = effect.name;
    for (const auto& [name, curve] : effect.values) {
        std::vector<std::int64_t> components;
        for (std::size_t i = 0; !curve.empty() && i < curve.keys.front().value.size(); ++i)
            components.push_back(records::value_at(curve, i, frame));
        plan.values.emplace_back(name, std::move(components));
    }
    for (const auto& [name, text] : effect.texts)
        plan.texts.emplace_back(name, text);
    return plan;
}

/// How much an interrupt magnifies: at once, and back within a third of a second.
std::int64_t punch_at(const TimelineItem& item, std::int64_t local) {
    std::int64_t extra = 0;
    for (const std::int64_t at : item.punches) {
        const std::int64_t since = local - at;
        if (since < 0 || since >= punch_frames)
            continue;
        const std::int64_t left = punch_frames - since;
        extra = std::max(extra, punch_micro * left * left / (punch_frames * punch_frames));
    }
    return extra;
}

const TimelineItem* item_at(const TimelineTrack& track, std::int64_t frame) {
    for (const TimelineItem& item : track.items)
        if (frame >= item.at.value && frame < item.at.value + item.dur.value)
            return &item;
    return nullptr;
}

TransitionPlan transition_at(const TimelineTransition& transition, std::int64_t frame) {
    const std::int64_t from = transition.at.value - transition.in_off;
    const std::int64_t length = transition.in_off + transition.out_off;
    TransitionPlan plan;
    plan.look = effect_at(transition.look, frame - from);
    // Taken in the middle of each frame, so that it is symmetric about the cut.
    const std::int64_t t = (2 * (frame - from) + 1) * (std::int64_t{1} << 20U) / (2 * length);
    plan.progress = static_cast<std::uint32_t>(records::eased(t, transition.ease) >> 4U);
    plan.frame = static_cast<std::uint32_t>(65536 / length);
    return plan;
}

TrackPlan track_at(const TimelineTrack& track, std::int64_t frame) {
    TrackPlan plan;
    for (const TimelineTransition& each : track.transitions) {
        if (frame < each.at.value - each.in_off || frame >= each.at.value + each.out_off)
            continue;
        const TimelineItem* before = item_at(track, each.at.value - 1);
        const TimelineItem* after = item_at(track, each.at.value);
        if (before == nullptr || after == nullptr)
            continue;
        plan.layer = plan_layer(*before, frame);
        plan.incoming = plan_layer(*after, frame);
        plan.transition = transition_at(each, frame);
        return plan;
    }
    if (const TimelineItem* item = item_at(track, frame))
        plan.layer = plan_layer(*item, frame);
    return plan;
}

/// Equal for equal bytes, wherever the file lies.
std::string content_of(const records::TimelineAsset& asset) {
    return asset.checksum.value_or(asset.uri.value_or("-"));
}

void say(std::string& words, const EffectPlan& effect, const Timeline& timeline) {
    words += effect.name;
    for (const auto& [name, values] : effect.values)
        words += fmt::format(" {}={}", name, fmt::join(values, ","));
    for (const auto& [name, text] : effect.texts) {
        // Assets are known by what they hold, texts by their bytes and length.
        const auto asset = timeline.assets.find(text);
        const bool named = name == "asset" && asset != timeline.assets.end();
        const std::string value = named ? content_of(asset->second) : text;
        words += fmt::format(" {}={}:{}", name, value.size(), value);
    }
    words += ";";
}

void say(std::string& words, const LayerPlan& layer, const Timeline& timeline) {
    const auto asset = timeline.assets.find(layer.asset);
    words += asset != timeline.assets.end() ? content_of(asset->second) : "-";
    if (layer.made) {
        say(words, *layer.made, timeline);
        words += fmt::format("@{}", layer.frame);
    }
    words += fmt::format("|{} {} {}/{} {} {} {} {} {} {}|",
                         layer.fit,
                         layer.blend,
                         layer.source_at.num,
                         layer.source_at.den,
                         fmt::join(layer.crop, ","),
                         fmt::join(layer.view, ","),
                         fmt::join(layer.pos, ","),
                         layer.scale,
                         layer.rotation,
                         layer.opacity);
    for (const EffectPlan& filter : layer.filters) {
        say(words, filter, timeline);
        if (filter.name == "grain")
            words += fmt::format("@{}", layer.frame);
    }
}

} // namespace

std::int64_t
EffectPlan::value(const char* parameter, std::size_t component, double fallback) const {
    for (const auto& [known, components] : values)
        if (known == parameter && component < components.size())
            return components[component];
    return records::Micro::of(fallback).value;
}

std::string EffectPlan::text(const char* parameter) const {
    for (const auto& [known, words] : texts)
        if (known == parameter)
            return words;
    return {};
}

LayerPlan plan_layer(const TimelineItem& item, std::int64_t frame) {
    const std::int64_t local = frame - item.at.value;
    const records::TimelineMotion& anim = item.anim;
    LayerPlan plan;
    plan.asset = item.asset;
    if (item.gen)
        plan.made = effect_at(*item.gen, local);
    plan.fit = item.fit;
    plan.blend = item.blend;
    plan.frame = local;
    plan.source_at = {item.in * item.speed.den + local * item.speed.num, item.speed.den};
    for (std::size_t i = 0; i < 4; ++i)
        plan.crop.at(i) = at_or(anim.crop, i, local, 0);
    plan.view = {std::max(one, at_or(anim.view, 0, local, one)) + punch_at(item, local),
                 std::clamp<std::int64_t>(at_or(anim.view, 1, local, one / 2), 0, one),
                 std::clamp<std::int64_t>(at_or(anim.view, 2, local, one / 2), 0, one)};
    plan.pos = {at_or(anim.pos, 0, local, one / 2), at_or(anim.pos, 1, local, one / 2)};
    plan.scale = at_or(anim.scale, 0, local, one);
    plan.rotation = at_or(anim.rotation, 0, local, 0);
    plan.opacity = std::clamp<std::int64_t>(at_or(anim.opacity, 0, local, one), 0, one);
    for (const TimelineEffect& filter : item.fx)
        plan.filters.push_back(effect_at(filter, local));
    return plan;
}

FramePlan plan_frame(const Timeline& timeline, std::int64_t frame) {
    FramePlan plan;
    plan.background = timeline.canvas.background;
    for (const TimelineTrack& track : timeline.tracks)
        if (track.kind == "video")
            plan.tracks.push_back(track_at(track, frame));
    return plan;
}

std::string words_of(const FramePlan& plan, const Timeline& timeline) {
    std::string words = plan.background;
    for (const TrackPlan& track : plan.tracks) {
        words += "\n";
        if (track.layer)
            say(words, *track.layer, timeline);
        if (track.incoming)
            say(words, *track.incoming, timeline);
        if (track.transition) {
            words += fmt::format("~{} {} ", track.transition->progress, track.transition->frame);
            say(words, track.transition->look, timeline);
        }
    }
    return words;
}

} // namespace smos::media
