// SPDX-License-Identifier: Apache-2.0
// Placing, blending and fading samples in fixed point: the only place where they are written.
#pragma once

#include "libsmos/kernels/align_math.hpp"

namespace smos::kernels {

using Source = Plane<const std::uint8_t>;
using Target = Plane<std::uint8_t>;

// Weights have 14 fractional bits: 16384 is one.
inline constexpr int weight_one = 1 << 14;

// The upper half of a product. Everything per pixel below is written with these two and additions
// in 16 bits, because every vector unit has them (pmulhw, pmulhuw).
SMOS_HD std::int16_t upper(std::int16_t a, std::int16_t b) {
    return static_cast<std::int16_t>((static_cast<int>(a) * static_cast<int>(b)) >> 16);
}
SMOS_HD std::uint16_t upper(std::uint16_t a, std::uint16_t b) {
    return static_cast<std::uint16_t>((static_cast<unsigned>(a) * static_cast<unsigned>(b)) >> 16U);
}

// back + (front - back) * weight / 16384, within 17/32 of a level; weight 0 gives back, 16384
// front.
SMOS_HD std::uint8_t mix(std::uint8_t back, std::uint8_t front, std::int16_t weight) {
    const auto way = static_cast<std::int16_t>((front - back) * 128);
    const auto sum = static_cast<std::int16_t>(back * 32 + 16 + upper(way, weight));
    return static_cast<std::uint8_t>(sum >> 5);
}

// Weight of one mask sample; `gain` is 16449 (16384 * 256 / 255, and a bit, so that 255 reaches
// 16384 when rounded down) times the opacity.
SMOS_HD std::int16_t mask_weight(std::uint8_t mask, std::uint16_t gain) {
    return static_cast<std::int16_t>(upper(static_cast<std::uint16_t>(mask * 256), gain));
}

// Weight of the mean of four mask samples, given their sum.
SMOS_HD std::int16_t mask_weight_of_four(int sum, std::uint16_t gain) {
    return static_cast<std::int16_t>(upper(static_cast<std::uint16_t>(sum * 64), gain));
}

SMOS_HD int clamp_index(int index, int count) {
    return index < 0 ? 0 : (index < count ? index : count - 1);
}

// Four taps along a row of 8-bit samples: 127ths of a level from mid-grey; |value| < 24000. The
// weights are signed bytes that sum to 127, because every vector unit multiplies bytes by such
// (pmaddubsw): twice as many at once as words. A tap of one is 127, so whole pixels stay exact.
// `along_bias` is what rounds the sum down a column, put here where it costs nothing: half a level,
// and the 2 of 32 that four roundings down take away in the mean.
inline constexpr int along_one = 127;
inline constexpr int mid_grey = 128;
inline constexpr int along_bias = 71;
SMOS_HD std::int16_t taps_along(int a, int b, int c, int d, const std::int8_t* weight) {
    return static_cast<std::int16_t>(a * weight[0] + b * weight[1] + c * weight[2] + d * weight[3] +
                                     along_bias - along_one * mid_grey);
}

// Four such values down a column, back to 8 bits. The weights sum to 65536 * 32 / 127.
inline constexpr int down_one = 16513;
inline constexpr int down_shift = 5;
SMOS_HD std::uint8_t taps_down(
    std::int16_t a, std::int16_t b, std::int16_t c, std::int16_t d, const std::int16_t* weight) {
    const auto sum = static_cast<std::int16_t>(upper(a, weight[0]) + upper(b, weight[1]) +
                                               upper(c, weight[2]) + upper(d, weight[3]));
    const int value = (sum >> down_shift) + mid_grey;
    return static_cast<std::uint8_t>(value < 0 ? 0 : (value > 255 ? 255 : value));
}

// Axis-aligned scale and shift, separable: along the rows first, then down the columns.
// Tables have an entry for each column and row of the target rectangle; edges are replicated.
struct PlaceOp {
    Source source;
    Target out;
    Rect target;
    const std::int32_t* column_first;
    const std::int8_t* column_weight; // four each, summing to along_one
    const std::int32_t* row_first;
    const std::int16_t* row_weight; // four each, summing to down_one

    SMOS_HD std::int16_t along(int first, const std::int8_t* weight, int y) const {
        const std::uint8_t* row = source.row(clamp_index(y, source.height));
        return taps_along(row[clamp_index(first, source.width)],
                          row[clamp_index(first + 1, source.width)],
                          row[clamp_index(first + 2, source.width)],
                          row[clamp_index(first + 3, source.width)],
                          weight);
    }
    SMOS_HD void operator()(int x, int y) const {
        const int column = x - target.x0;
        const int row = y - target.y0;
        std::int16_t line[4];
        for (int k = 0; k < 4; ++k) {
            line[k] = along(column_first[column], column_weight + 4 * column, row_first[row] + k);
        }
        out.at(x, y) = taps_down(line[0], line[1], line[2], line[3], row_weight + 4 * row);
    }
};

// Any affine map, bilinear, of one plane.
struct WarpOp {
    Source source;
    Target out;
    FixedAffine map; // from pixels of `out` to pixels of `source`
    int border;

    SMOS_HD void operator()(int x, int y) const {
        warp_pixel<1>(source, spot_of(map, x, y), border, &out.at(x, y));
    }
};

struct CrossfadeOp {
    Source from;
    Source to;
    Target out;
    std::int16_t weight;

    SMOS_HD void operator()(int x, int y) const {
        out.at(x, y) = mix(from.at(x, y), to.at(x, y), weight);
    }
};

struct FadeOp {
    Target out;
    std::uint8_t colour;
    std::int16_t weight;

    SMOS_HD void operator()(int x, int y) const {
        out.at(x, y) = mix(out.at(x, y), colour, weight);
    }
};

// What is laid over: one colour, or a plane whose corner lies at (x0, y0) of the target.
struct FlatFront {
    std::uint8_t colour;

    SMOS_HD std::uint8_t operator()(int, int) const { return colour; }
};

struct PlaneFront {
    Source front;
    int x0;
    int y0;

    SMOS_HD std::uint8_t operator()(int x, int y) const { return front.at(x - x0, y - y0); }
};

// How strongly: a mask of the target's own resolution ...
struct FullMask {
    Source mask;
    int x0;
    int y0;
    std::uint16_t gain;

    SMOS_HD std::int16_t operator()(int x, int y) const {
        return mask_weight(mask.at(x - x0, y - y0), gain);
    }
};

// ... or, for a chroma plane, the mean of the 2 by 2 mask samples over it; outside the mask is 0.
// (x0, y0) is the mask's corner in luma pixels and may be odd.
struct HalfMask {
    Source mask;
    int x0;
    int y0;
    std::uint16_t gain;

    SMOS_HD std::int16_t operator()(int x, int y) const {
        const int mx = 2 * x - x0;
        const int my = 2 * y - y0;
        const int sum = sample_or<1>(mask, mx, my, 0, 0) + sample_or<1>(mask, mx + 1, my, 0, 0) +
                        sample_or<1>(mask, mx, my + 1, 0, 0) +
                        sample_or<1>(mask, mx + 1, my + 1, 0, 0);
        return mask_weight_of_four(sum, gain);
    }
    // The same where all four are known to be inside.
    SMOS_HD std::int16_t inside(int x, int y) const {
        const std::uint8_t* p = &mask.at(2 * x - x0, 2 * y - y0);
        return mask_weight_of_four(p[0] + p[1] + p[mask.pitch] + p[mask.pitch + 1], gain);
    }
};

template <class Front, class Mask>
struct BlendOp {
    Target out;
    Front front;
    Mask weight;

    SMOS_HD void operator()(int x, int y) const {
        out.at(x, y) = mix(out.at(x, y), front(x, y), weight(x, y));
    }
};

} // namespace smos::kernels
