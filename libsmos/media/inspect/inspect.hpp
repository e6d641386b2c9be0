// SPDX-License-Identifier: Apache-2.0
// Looking at a finished video: one pass over its frames and one over its sound, in bounded memory.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/media/captions/captions.hpp"
#include "libsmos/media/codec/decode.hpp"
#include "libsmos/media/sound/loudness.hpp"

#include <cstdint>
#include <functional>
#include <vector>

namespace smos::media {

struct TimeRange {
    std::int64_t from_ms = 0;
    std::int64_t to_ms = 0;
    std::int64_t length_ms() const { return to_ms - from_ms; }
};

/// How well the text in one caption box stands out where it stands out least.
struct CaptionLook {
    std::size_t box = 0;
    std::int64_t at_ms = 0;
    double contrast = 1; ///< WCAG 2 contrast ratio by luma, 1..21
};

/// Something that came and went with a caption, outside of the safe area.
struct Stray {
    std::size_t box = 0;
    std::int64_t left_px = 0; ///< of what came and went
    std::int64_t right_px = 0;
    std::int64_t top_px = 0;
    std::int64_t bottom_px = 0;
    std::int64_t pixels = 0;
};

struct InspectRequest {
    std::vector<CaptionBox> captions; ///< what is said to be burned in; may be empty
    SafeArea safe{};
    /// Called about every `sample_every_ms` with a frame that is gone afterwards.
    std::function<Result<void>(const TimedFrame&)> on_sample;
    std::int64_t sample_every_ms = 333;
    std::function<bool()> interrupted;
};

struct Inspection {
    MediaInfo info;
    std::int64_t frames = 0;       ///< decoded
    std::int64_t video_ms = 0;     ///< frames by the file's rate
    std::vector<TimeRange> black;  ///< 98 % of the pixels nearly black, in order
    std::vector<TimeRange> frozen; ///< hardly anything moved outside of the captions, >= 500 ms
    std::vector<CaptionLook> captions;
    std::vector<Stray> strays;
    bool has_sound = false;
    std::int64_t sound_ms = 0;
    Loudness loudness;
    std::vector<SilentSpan> silent; ///< below -50 dBFS for 300 ms or more
    double pile_up = 0;             ///< see pile_up()
    std::int64_t full_scale_runs = 0;
};

/// Error codes as for probe() and VideoReader; `interrupted` when asked to stop.
Result<Inspection> inspect(const std::string& path, const InspectRequest& request);

/// How much samples pile up at one level: the most, over all levels L from a quarter of the peak,
/// of the samples within 5 % of L over those from 0.8 L to 0.9 L. Sound thins out towards its peak
/// (0.7 to 0.9, behind a hard limiter 1.2); sound that was cut off, at whatever level and also when
/// it went through a lossy codec later, piles up there (above 3).
double pile_up(const AudioBuffer& audio);

/// Within one pixel, since the box was rounded.
bool inside_safe_area(const CaptionBox& box, const SafeArea& safe, int width_px, int height_px);

/// WCAG contrast of the brightest strokes in the rectangle against what surrounds them closely.
double text_contrast(const Frame& frame, const CaptionBox& box);

} // namespace smos::media
