// SPDX-License-Identifier: Apache-2.0
// Layers turned upright.
#include "libsmos/media/picture/layer_turn.hpp"

#include <cstddef>

namespace smos::media {
namespace {

struct Turn {
    bool swaps = false;
    bool from_right = false; // the stored picture's columns count from the right
    bool from_bottom = false;
};

Turn turn_of(int orientation) {
    return {orientation >= 5,
            orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8,
            orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7};
}

void turn_plane(const std::uint8_t* from,
                std::ptrdiff_t from_stride,
                int from_width,
                int from_height,
                std::uint8_t* to,
                std::ptrdiff_t to_stride,
                const Turn& turn) {
    const int width = turn.swaps ? from_height : from_width;
    const int height = turn.swaps ? from_width : from_height;
    const std::ptrdiff_t column = turn.from_right ? -1 : 1;
    const std::ptrdiff_t row = turn.from_bottom ? -from_stride : from_stride;
    const std::uint8_t* first = from + (turn.from_right ? from_width - 1 : 0) +
                                (turn.from_bottom ? (from_height - 1) * from_stride : 0);
    const std::ptrdiff_t along = turn.swaps ? row : column;
    const std::ptrdiff_t down = turn.swaps ? column : row;
    for (int y = 0; y < height; ++y) {
        const std::uint8_t* source = first + y * down;
        for (int x = 0; x < width; ++x)
            to[y * to_stride + x] = source[x * along];
    }
}

/// Of the 2x2 blocks along one stored axis of `size` pixels, for upright blocks with `upright2`.
int site_along(int size, bool mirrored, int upright2) {
    if (!mirrored)
        return upright2;
    return (size % 2 == 0 ? 2 : 0) - upright2;
}

} // namespace

StoredSite stored_site(int orientation, int width_px, int height_px) {
    const Turn turn = turn_of(orientation);
    const StoredSite upright;
    return {site_along(width_px, turn.from_right, turn.swaps ? upright.y2 : upright.x2),
            site_along(height_px, turn.from_bottom, turn.swaps ? upright.x2 : upright.y2)};
}

Layer turned_upright(Layer layer, int orientation) {
    if (orientation <= 1 || orientation > 8 || layer.colour.empty())
        return layer;
    const Turn turn = turn_of(orientation);
    const Frame& stored = layer.colour;
    Layer upright;
    upright.colour = turn.swaps ? Frame::unpainted(stored.height_px, stored.width_px)
                                : Frame::unpainted(stored.width_px, stored.height_px);
    Frame& frame = upright.colour;
    const auto turn_luma = [&](const std::uint8_t* from, std::uint8_t* to) {
        turn_plane(
            from, stored.y_stride(), stored.width_px, stored.height_px, to, frame.y_stride(), turn);
    };
    const auto turn_chroma = [&](const std::uint8_t* from, std::uint8_t* to) {
        turn_plane(from,
                   stored.uv_stride(),
                   stored.chroma_width(),
                   stored.chroma_height(),
                   to,
                   frame.uv_stride(),
                   turn);
    };
    turn_luma(stored.y(), frame.y());
    turn_chroma(stored.u(), frame.u());
    turn_chroma(stored.v(), frame.v());
    if (!layer.alpha.empty()) {
        upright.alpha.resize(frame.y_size());
        turn_luma(layer.alpha.data(), upright.alpha.data());
    }
    return upright;
}

} // namespace smos::media
