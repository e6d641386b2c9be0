// SPDX-License-Identifier: Apache-2.0
// Colours under transparent pixels, taken from their surroundings.
#include "libsmos/media/picture/layer_turn.hpp"

#include <algorithm>
#include <cstddef>

namespace smos::media {
namespace {

/// A plane with holes; `known` is 0 or 1 for each sample.
struct Holed {
    int width = 0, height = 0;
    std::vector<std::uint8_t> value, known;

    std::size_t at(int x, int y) const {
        return static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
               static_cast<std::size_t>(x);
    }
};

/// Half the size: the mean of what is known of each 2x2 block.
Holed halved(const Holed& fine) {
    Holed coarse{(fine.width + 1) / 2, (fine.height + 1) / 2, {}, {}};
    for (int y = 0; y < coarse.height; ++y) {
        for (int x = 0; x < coarse.width; ++x) {
            int sum = 0, count = 0;
            for (int k = 0; k < 4; ++k) {
                const int fine_x = 2 * x + k % 2, fine_y = 2 * y + k / 2;
                if (fine_x >= fine.width || fine_y >= fine.height)
                    continue;
                const std::size_t at = fine.at(fine_x, fine_y);
                sum += fine.known[at] * fine.value[at];
                count += fine.known[at];
            }
            coarse.known.push_back(count > 0 ? 1 : 0);
            coarse.value.push_back(
                static_cast<std::uint8_t>(count > 0 ? (sum + count / 2) / count : 0));
        }
    }
    return coarse;
}

/// Every hole from the next coarser level that knows something; a plane of holes stays as it is.
void fill_holes(Holed& plane) {
    const auto is_full = [](const Holed& level) {
        return std::find(level.known.begin(), level.known.end(), 0) == level.known.end();
    };
    std::vector<Holed> levels;
    levels.push_back(std::move(plane));
    while (!is_full(levels.back()) && (levels.back().width > 1 || levels.back().height > 1))
        levels.push_back(halved(levels.back()));
    for (std::size_t i = levels.size() - 1; i > 0; --i) {
        const Holed& coarse = levels[i];
        Holed& fine = levels[i - 1];
        for (int y = 0; y < fine.height; ++y) {
            for (int x = 0; x < fine.width; ++x) {
                if (fine.known[fine.at(x, y)] == 0)
                    fine.value[fine.at(x, y)] = coarse.value[coarse.at(x / 2, y / 2)];
            }
        }
    }
    plane = std::move(levels.front());
}

template <typename Known>
void fill_plane(std::uint8_t* plane, int stride, int width, int height, const Known& is_known) {
    Holed holed{width, height, {}, {}};
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            holed.value.push_back(plane[std::ptrdiff_t{y} * stride + x]);
            holed.known.push_back(is_known(x, y) ? 1 : 0);
        }
    }
    fill_holes(holed);
    for (int y = 0; y < height; ++y)
        std::copy_n(&holed.value[holed.at(0, y)], width, plane + std::ptrdiff_t{y} * stride);
}

} // namespace

void bleed_colours(Layer& layer) {
    Frame& frame = layer.colour;
    const std::ptrdiff_t stride = frame.y_stride();
    std::uint8_t least = 255, greatest = 0;
    for (int y = 0; y < frame.height_px && !layer.alpha.empty(); ++y) {
        const auto row = layer.alpha.begin() + y * stride;
        const auto range = std::minmax_element(row, row + frame.width_px);
        least = std::min(least, *range.first);
        greatest = std::max(greatest, *range.second);
    }
    if (least == 255)
        layer.alpha.clear();
    if (least > 0 || greatest == 0)
        return;
    const auto seen = [&](int x, int y) {
        const bool inside = x < frame.width_px && y < frame.height_px;
        return inside && layer.alpha[static_cast<std::size_t>(y * stride + x)] > 0;
    };
    const auto seen_block = [&](int x, int y) {
        return seen(2 * x, 2 * y) || seen(2 * x + 1, 2 * y) || seen(2 * x, 2 * y + 1) ||
               seen(2 * x + 1, 2 * y + 1);
    };
    fill_plane(frame.y(), frame.y_stride(), frame.width_px, frame.height_px, seen);
    for (std::uint8_t* plane : {frame.u(), frame.v()}) {
        fill_plane(
            plane, frame.uv_stride(), frame.chroma_width(), frame.chroma_height(), seen_block);
    }
}

} // namespace smos::media
