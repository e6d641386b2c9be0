// SPDX-License-Identifier: Apache-2.0
// Rounded boxes as coverage masks.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

namespace smos::media {

/// Coverage 0..255, rows of `w` bytes.
struct ShapeMask {
    int x = 0;
    int y = 0;
    int w = 0;
    int h = 0;
    std::shared_ptr<const std::vector<std::uint8_t>> coverage;
};

/// Edges in pixels with fractions; `radius` at most half of the shorter side.
ShapeMask rounded_box(double left, double top, double right, double bottom, double radius);

/// Only what is inside the picture; w and h are 0 when nothing is.
ShapeMask inside_picture(const ShapeMask& shape, int width_px, int height_px);

} // namespace smos::media
