// SPDX-License-Identifier: Apache-2.0
// Rounded boxes as coverage masks: the distance to the edge of each pixel's centre.
#include "libsmos/media/captions/captions_shapes.hpp"

#include <algorithm>
#include <cmath>

namespace smos::media {

ShapeMask rounded_box(double left, double top, double right, double bottom, double radius) {
    ShapeMask shape;
    if (right - left < 0.5 || bottom - top < 0.5)
        return shape;
    shape.x = static_cast<int>(std::floor(left));
    shape.y = static_cast<int>(std::floor(top));
    shape.w = static_cast<int>(std::ceil(right)) - shape.x;
    shape.h = static_cast<int>(std::ceil(bottom)) - shape.y;
    const double half_w = (right - left) / 2, half_h = (bottom - top) / 2;
    const double round = std::min({radius, half_w, half_h});
    auto coverage = std::make_shared<std::vector<std::uint8_t>>();
    coverage->reserve(static_cast<std::size_t>(shape.w) * static_cast<std::size_t>(shape.h));
    for (int y = 0; y < shape.h; ++y) {
        const double dy = std::abs(shape.y + y + 0.5 - (top + bottom) / 2) - (half_h - round);
        for (int x = 0; x < shape.w; ++x) {
            const double dx = std::abs(shape.x + x + 0.5 - (left + right) / 2) - (half_w - round);
            const double outer_x = std::max(dx, 0.0), outer_y = std::max(dy, 0.0);
            const double distance = std::sqrt(outer_x * outer_x + outer_y * outer_y) +
                                    std::min(std::max(dx, dy), 0.0) - round;
            coverage->push_back(
                static_cast<std::uint8_t>(std::clamp((0.5 - distance) * 255 + 0.5, 0.0, 255.0)));
        }
    }
    shape.coverage = std::move(coverage);
    return shape;
}

ShapeMask inside_picture(const ShapeMask& shape, int width_px, int height_px) {
    const int x0 = std::max(shape.x, 0), y0 = std::max(shape.y, 0);
    const int x1 = std::min(shape.x + shape.w, width_px);
    const int y1 = std::min(shape.y + shape.h, height_px);
    if (x1 - x0 == shape.w && y1 - y0 == shape.h)
        return shape;
    ShapeMask cut;
    if (x1 <= x0 || y1 <= y0)
        return cut;
    cut.x = x0;
    cut.y = y0;
    cut.w = x1 - x0;
    cut.h = y1 - y0;
    auto coverage = std::make_shared<std::vector<std::uint8_t>>();
    for (int y = y0; y < y1; ++y) {
        const auto* row =
            shape.coverage->data() + std::ptrdiff_t{y - shape.y} * shape.w + (x0 - shape.x);
        coverage->insert(coverage->end(), row, row + cut.w);
    }
    cut.coverage = std::move(coverage);
    return cut;
}

} // namespace smos::media
