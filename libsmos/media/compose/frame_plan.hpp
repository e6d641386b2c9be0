// SPDX-License-Identifier: Apache-2.0
// What one frame of a resolved timeline shows, as numbers only: everything that its pixels depend
// on besides the files. Drawing takes nothing else, so equal plans are equal pictures.
#pragma once

#include "libsmos/records/timeline/timeline.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace smos::media {

/// A filter or generator with its values at this frame, in millionths.
struct EffectPlan {
    std::string name;
    std::vector<std::pair<std::string, std::vector<std::int64_t>>> values;
    std::vector<std::pair<std::string, std::string>> texts;

    /// Component of a value; the table's default when the timeline has none.
    std::int64_t value(const char* parameter, std::size_t component, double fallback) const;
    /// Empty when the timeline has none.
    std::string text(const char* parameter) const;
};

/// One item as it is seen now. Fractions in millionths, angles in millionths of a degree.
struct LayerPlan {
    std::string asset;              // empty for a generated picture
    std::optional<EffectPlan> made; // generated
    std::string fit;
    std::string blend;
    std::int64_t frame = 0;             // from the item's start; what moving noise is drawn from
    records::Rational source_at{0, 1};  // frames of the timeline's rate into the source
    std::array<std::int64_t, 4> crop{}; // left, top, right, bottom
    std::array<std::int64_t, 3> view{}; // zoom, x, y
    std::array<std::int64_t, 2> pos{};  // centre on the canvas
    std::int64_t scale = 1'000'000;
    std::int64_t rotation = 0;
    std::int64_t opacity = 1'000'000;
    std::vector<EffectPlan> filters;
};

struct TransitionPlan {
    EffectPlan look;
    std::uint32_t progress = 0; // 65536ths, taken in the middle of the frame
    std::uint32_t frame = 0;    // 65536ths of the transition that one frame lasts
};

/// One video track: nothing, one layer, or two with a transition between them.
struct TrackPlan {
    std::optional<LayerPlan> layer;
    std::optional<LayerPlan> incoming;
    std::optional<TransitionPlan> transition;
};

struct FramePlan {
    std::string background;        // #rrggbb
    std::vector<TrackPlan> tracks; // the lowest first
};

/// An item at a frame of the film; the frame may lie outside it.
LayerPlan plan_layer(const records::TimelineItem& item, std::int64_t frame);

FramePlan plan_frame(const records::Timeline& timeline, std::int64_t frame);

/// Every number of the plan as text, with assets by their uri: two frames with the same words look
/// the same wherever they stand.
std::string words_of(const FramePlan& plan, const records::Timeline& timeline);

} // namespace smos::media
