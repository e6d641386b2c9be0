// SPDX-License-Identifier: Apache-2.0
// Sizes by platform, and canvases of their shapes.
#include "libsmos/records/timeline/timeline_presets.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace smos::records {
namespace {

const std::array<OutputPreset, 7>& presets() {
    static const std::array<OutputPreset, 7> rows{{
        {"shorts", 1080, 1920, "shorts"},
        {"tiktok", 1080, 1920, "tiktok"},
        {"reels", 1080, 1920, "reels"},
        {"youtube", 1920, 1080, "youtube"},
        {"square", 1080, 1080, "square"},
        {"4x5", 1080, 1350, "4x5"},
        {"canvas", 0, 0, ""},
    }};
    return rows;
}

constexpr std::array<std::pair<const char*, const char*>, 3> other_names{
    {{"ig-1x1", "square"}, {"4:5", "4x5"}, {"ig-4x5", "4x5"}}};

bool same_shape(const TimelineCanvas& canvas, const OutputPreset& preset) {
    const std::int64_t across = canvas.width_px * preset.height_px;
    const std::int64_t down = canvas.height_px * preset.width_px;
    return std::abs(across - down) * 100 <= std::max(across, down);
}

/// The nearest even number.
std::int64_t scaled(std::int64_t side, std::int64_t to, std::int64_t from) {
    return (side * to + from) / (2 * from) * 2;
}

} // namespace

const OutputPreset* output_preset(std::string_view name) {
    for (const auto& [other, own] : other_names) {
        if (name == other)
            name = own;
    }
    for (const OutputPreset& preset : presets()) {
        if (preset.name == name)
            return &preset;
    }
    return nullptr;
}

const std::vector<std::string>& output_preset_names() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> list;
        for (const OutputPreset& preset : presets())
            list.push_back(preset.name);
        for (const auto& [other, own] : other_names)
            list.emplace_back(other);
        return list;
    }();
    return names;
}

std::string preset_of_shape(const TimelineCanvas& canvas) {
    for (const OutputPreset& preset : presets()) {
        if (preset.width_px == 0 || same_shape(canvas, preset))
            return preset.name;
    }
    return "canvas";
}

TimelineCanvas canvas_of_output(const TimelineCanvas& canvas, const TimelineOutput& output) {
    TimelineCanvas own = canvas;
    if (const OutputPreset* named = output_preset(canvas.safe_area))
        own.safe_area = named->safe_area;
    const OutputPreset* preset = output_preset(output.preset);
    if (preset == nullptr || preset->width_px == 0)
        return own;
    own.safe_area = preset->safe_area;
    if (same_shape(canvas, *preset))
        return own;
    const std::int64_t from = std::min(preset->width_px, preset->height_px);
    const std::int64_t to = std::min(canvas.width_px, canvas.height_px);
    own.width_px = scaled(preset->width_px, to, from);
    own.height_px = scaled(preset->height_px, to, from);
    return own;
}

Timeline timeline_of_output(const Timeline& timeline, std::size_t output) {
    Timeline own = timeline;
    own.outputs = {timeline.outputs.at(output)};
    own.canvas = canvas_of_output(timeline.canvas, own.outputs.front());
    for (const TimelineView& view : own.outputs.front().views) {
        for (TimelineTrack& track : own.tracks) {
            for (TimelineItem& item : track.items)
                if (item.id == view.item)
                    item.anim.view = view.view;
        }
    }
    return own;
}

} // namespace smos::records
