// SPDX-License-Identifier: Apache-2.0
// Samples per target pixel, in whole numbers.
#include "libsmos/kernels/mip.hpp"

#include "libsmos/kernels/shrink.hpp"

#include <algorithm>

namespace smos::kernels {

namespace {

constexpr std::int64_t unit = std::int64_t{1} << 32;

// The source's side, times samples / 60 per target pixel of a window.
std::int64_t side_with(std::int64_t samples, int source, int out, std::int64_t window) {
    const double share = static_cast<double>(samples) * static_cast<double>(unit) /
                         (60.0 * static_cast<double>(window));
    return static_cast<std::int64_t>(share * static_cast<double>(source) * out);
}

int mip_side(int source, int out, std::int64_t largest, std::int64_t smallest) {
    const std::int64_t wide = side_with(80, source, out, std::max(largest, smallest));
    const std::int64_t tight = side_with(66, source, out, std::min(largest, smallest));
    const std::int64_t side = std::max<std::int64_t>(std::max(wide, tight) / 2 * 2, 2);
    return side * 11 >= std::int64_t{10} * source ? source : static_cast<int>(side);
}

std::int64_t scaled(std::int64_t value, int source, int mip) { return value * mip / source; }

} // namespace

Size mip_size(Size source, Window largest, Window smallest, Size out) {
    const std::int64_t least = std::min(std::min(largest.width, largest.height),
                                        std::min(smallest.width, smallest.height));
    const bool sized = source.width > 0 && source.height > 0 && out.width > 0 && out.height > 0;
    if (!sized || least <= 0) {
        return {};
    }
    return {mip_side(source.width, out.width, largest.width, smallest.width),
            mip_side(source.height, out.height, largest.height, smallest.height)};
}

Window in_mip(Window window, Size source, Size mip) {
    return {scaled(window.x, source.width, mip.width),
            scaled(window.y, source.height, mip.height),
            scaled(window.width, source.width, mip.width),
            scaled(window.height, source.height, mip.height)};
}

Outcome shrink_picture(Picture<const std::uint8_t> source, Picture<std::uint8_t> out) {
    const Axis across = window_axis(0, source.y.width * unit, out.y.width);
    const Axis down = window_axis(0, source.y.height * unit, out.y.height);
    const Outcome luma = shrink(source.y, out.y, across, down);
    if (luma != Outcome::done) {
        return luma;
    }
    const Outcome u = shrink(source.u, out.u, chroma_across(across), chroma_down(down));
    return u == Outcome::done ? shrink(source.v, out.v, chroma_across(across), chroma_down(down))
                              : u;
}

} // namespace smos::kernels
