// SPDX-License-Identifier: Apache-2.0
// A picture that may be transparent in parts.
#pragma once

#include "libsmos/media/picture/frame.hpp"

#include <cstdint>
#include <vector>

namespace smos::media {

/// `alpha` has luma resolution, rows of colour.y_stride(), 255 is opaque; empty: all of it is.
/// Straight alpha: colours are not multiplied.
struct Layer {
    Frame colour;
    std::vector<std::uint8_t> alpha{};

    bool opaque() const { return alpha.empty(); }
};

} // namespace smos::media
