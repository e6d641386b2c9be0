// SPDX-License-Identifier: Apache-2.0
// The platforms that a timeline is delivered to, one row each, and the timeline of one output.
#pragma once

#include "libsmos/records/timeline/timeline.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace smos::records {

/// What a platform wants. Sizes are the platform's own; loudness is what the outputs of an authored
/// timeline get that say none themselves.
struct OutputPreset {
    std::string name;
    std::int64_t width_px = 0; // 0 by 0: the canvas as it is
    std::int64_t height_px = 0;
    std::string safe_area; // a name that media::safe_area() knows; empty: the canvas's
    Micro lufs{-14'000'000};
    Micro true_peak{-1'000'000}; // dBTP
};

/// tiktok, reels, shorts (1080x1920), youtube (1920x1080), square (1080x1080), 4x5 (1080x1350) and
/// canvas: the timeline's own size and safe area. ig-1x1 is square, 4:5 and ig-4x5 are 4x5. Null
/// for every other name.
const OutputPreset* output_preset(std::string_view name);

/// All names, also the other ones of one preset.
const std::vector<std::string>& output_preset_names();

/// The preset whose shape the canvas has, to name the output of a timeline that lists none.
std::string preset_of_shape(const TimelineCanvas& canvas);

/// The canvas of an output. A preset whose shape the canvas has (within one percent) takes it as it
/// is; every other one is scaled so that its short side is the canvas's, because what is placed in
/// pixels (`fit` none) then keeps its share: a canvas of 270x480 has a square of 270x270 and a
/// youtube of 480x270. Sides are even. The safe area is the preset's.
TimelineCanvas canvas_of_output(const TimelineCanvas& canvas, const TimelineOutput& output);

/// The timeline as one output shows it: its canvas, its views, and no other output. Fits, places
/// and texts are fractions of the canvas and are laid out anew.
Timeline timeline_of_output(const Timeline& timeline, std::size_t output);

} // namespace smos::records
