// SPDX-License-Identifier: Apache-2.0
// Where a layer lies on the canvas and which part of its picture it shows there.
#pragma once

#include "libsmos/kernels/compose.hpp"
#include "libsmos/media/compose/frame_plan.hpp"

#include <cstdint>

namespace smos::media {

/// A rectangle in 2^-32 pixels.
struct FixedRect {
    std::int64_t x = 0;
    std::int64_t y = 0;
    std::int64_t width = 0;
    std::int64_t height = 0;
};

struct Geometry {
    kernels::Window source;    // of the whole picture
    FixedRect box;             // on the canvas, before it is turned about its centre
    std::int64_t rotation = 0; // millionths of a degree, clockwise, 0..360
    /// The box holds all of the canvas and nothing is turned.
    bool covers = false;
};

/// Integers throughout. The source window never leaves the picture: fit cover trims it to the
/// box's shape, view zooms into it and says where in the room that is left it lies.
Geometry geometry_of(const LayerPlan& plan,
                     int picture_width_px,
                     int picture_height_px,
                     int canvas_width_px,
                     int canvas_height_px);

/// From pixels of the canvas (centres are integers) to pixels of a picture that shows `window`.
kernels::Affine
to_picture(const FixedRect& box, std::int64_t rotation, const kernels::Window& window);

/// The rectangle of whole canvas pixels that the turned box touches, with even corners, cut to the
/// canvas; its right and bottom may be the canvas's odd edge. Empty when nothing is seen.
kernels::Rect touched_by(const Geometry& geometry, int canvas_width_px, int canvas_height_px);

} // namespace smos::media
