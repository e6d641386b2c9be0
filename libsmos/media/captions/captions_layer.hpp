// SPDX-License-Identifier: Apache-2.0
// An emoji in the form in which the kernels blend it.
#pragma once

#include "libsmos/media/captions/captions.hpp"
#include "libsmos/media/picture/frame.hpp"

#include <cstdint>
#include <vector>

namespace smos::media {

/// Planar Y'CbCr 4:2:0 as Frame has it, its colours not multiplied, and coverage 0..255, rows of
/// the frame's width; the corner and the size are even.
struct PlanarLayer {
    int x = 0;
    int y = 0;
    Frame picture;
    std::vector<std::uint8_t> alpha;
};

PlanarLayer planar_layer(const RgbaLayer& layer);

/// Blends it into a picture with the kernels' CPU twin. Error compose_failed.
Result<void> blend_layer(const RgbaLayer& layer, Frame& frame);

} // namespace smos::media
