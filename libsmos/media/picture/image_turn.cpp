// SPDX-License-Identifier: Apache-2.0
// Pictures stored sideways or mirrored, as cameras do.
#include "libsmos/media/picture/image_turn.hpp"

#include <cstddef>

namespace smos::media {

RgbImage turned_upright(RgbImage image, int orientation) {
    if (orientation <= 1 || orientation > 8)
        return image;
    const bool swaps = orientation >= 5;
    const bool from_right =
        orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
    const bool from_bottom =
        orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    RgbImage upright;
    upright.width_px = swaps ? image.height_px : image.width_px;
    upright.height_px = swaps ? image.width_px : image.height_px;
    upright.pixels.reserve(image.pixels.size());
    for (int y = 0; y < upright.height_px; ++y) {
        for (int x = 0; x < upright.width_px; ++x) {
            const int column = swaps ? y : x;
            const int row = swaps ? x : y;
            const int source_x = from_right ? image.width_px - 1 - column : column;
            const int source_y = from_bottom ? image.height_px - 1 - row : row;
            const std::ptrdiff_t at = (std::ptrdiff_t{source_y} * image.width_px + source_x) * 3;
            const auto pixel = image.pixels.begin() + at;
            upright.pixels.insert(upright.pixels.end(), pixel, pixel + 3);
        }
    }
    return upright;
}

} // namespace smos::media
