// SPDX-License-Identifier: Apache-2.0
// Where to look when a picture is cut to another shape: a path of the visible window that keeps the
// faces in sight and moves like a camera on a tripod.
#pragma once

#include "libsmos/kernels/mip.hpp"
#include "libsmos/records/timeline/timeline.hpp"

#include <cstdint>
#include <vector>

namespace smos::media {

/// A face found in the source, in whole pixels of the picture as it is seen (upright).
struct FaceBox {
    std::int64_t x = 0;
    std::int64_t y = 0;
    std::int64_t width = 0;
    std::int64_t height = 0;
    std::int64_t score_milli = 1000; ///< of the detector, 0..1000
    bool sure = true;                ///< a person without any sure face is taken for an error
};

/// What was found at one frame of an item.
struct FaceSample {
    std::int64_t frame = 0; ///< from the item's start
    std::vector<FaceBox> faces;
    bool cut = false; ///< another shot of the source begins at this frame: the window may jump
};

struct CropPath {
    /// For TimelineMotion::view. Without a face it is the item's own curve, which may be empty.
    records::Curve view;
    bool found = false;             ///< at least one face is followed
    bool moves = false;             ///< further than the item's own curve, cuts aside
    std::int64_t faces = 0;         ///< people who are followed
    std::int64_t face_frames = 0;   ///< frames at which a followed face is known
    std::int64_t inside_frames = 0; ///< of these, frames with the whole face box in the window
    std::int64_t too_large = 0;     ///< of these, frames whose face is larger than the window
};

/// The item's `view` with x and y moved, never the zoom, so that the faces stay in sight of an
/// output of `canvas` pixels. `samples` are in order of frames, from 0 up to the item's end; a few
/// in a second are enough. The item's fit, crop, view and punches count; its place, scale and
/// turn on the canvas do not.
///
/// Faces that overlap or lie near from sample to sample are one person; up to two seconds without
/// a detection are bridged. The main one has the greatest sum of area x (score - 0.5)^2; others
/// stay in sight with it where they fit. A view that only zooms (x and y at 0.5 throughout) is
/// aimed at the face; one that says where to look is moved just as far as comfort asks. The window
/// does not move at all while every face stays comfortable: its middle in the middle 60 % of the
/// width and in the upper-middle 50 % of the height. Otherwise it goes by eased pans and even
/// tracking, chosen by dynamic programming over time, quantised place and speed: the face box
/// inside first, then comfort against velocity, acceleration and jerk. A pan's acceleration is at
/// most 3 windows/s^2.
///
/// Integers throughout: the same samples give the same curve everywhere.
CropPath crop_path(const std::vector<FaceSample>& samples,
                   const records::TimelineItem& item,
                   kernels::Size source,
                   kernels::Size canvas,
                   const records::Rational& rate);

/// Frames between two looks: a sixth of a second, at least one.
std::int64_t look_step(const records::Rational& rate);

} // namespace smos::media
