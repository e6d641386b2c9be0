// SPDX-License-Identifier: Apache-2.0
// Y'CbCr BT.709 limited to R'G'B' and back in fixed point: the only place where it is written.
//
// ITU-R BT.709-6 with Kr = 0.2126, Kb = 0.0722. R'G'B' has 14 bits: 16384 is one. The constants are
// the exact ones rounded so that a grey gives R' = G' = B' and comes back as U = V = 128.
#pragma once

#include "libsmos/kernels/plane.hpp"

namespace smos::kernels {

inline constexpr int rgb_one = 1 << 14;

struct Rgb {
    int r;
    int g;
    int b;
};

SMOS_HD int clamp_between(int value, int low, int high) {
    return value < low ? low : (value > high ? high : value);
}

SMOS_HD std::uint8_t clamp_byte(int value) {
    return static_cast<std::uint8_t>(clamp_between(value, 0, 255));
}

SMOS_HD int clamp_unit(int value) { return clamp_between(value, 0, rgb_one); }

// 8-bit levels to R'G'B', cut to 0 .. 1; within 0.6 of 1/16384.
SMOS_HD Rgb rgb_of(int y, int u, int v) {
    const int grey = (y - 16) * 306433 + 2048;
    const int blue = u - 128;
    const int red = v - 128;
    return {clamp_unit((grey + 471799 * red) >> 12),
            clamp_unit((grey - 56121 * blue - 140247 * red) >> 12),
            clamp_unit((grey + 555925 * blue) >> 12)};
}

// R'G'B' within 0 .. 1 to levels in 1/256.
SMOS_HD int luma_of(const Rgb& c) {
    return ((11919 * c.r + 40097 * c.g + 4048 * c.b + 8192) >> 14) + 16 * 256;
}
SMOS_HD int blue_of(const Rgb& c) {
    return ((28672 * c.b - 6570 * c.r - 22102 * c.g + 8192) >> 14) + 128 * 256;
}
SMOS_HD int red_of(const Rgb& c) {
    return ((28672 * c.r - 26043 * c.g - 2629 * c.b + 8192) >> 14) + 128 * 256;
}

// What a look does to one pixel, before it is rounded: luma in levels, and the way the pixel pulls
// the chroma of its block, in 1/16384 level.
struct Pull {
    std::uint8_t y;
    int u;
    int v;
};

// From levels (y, u, v) towards the colour `to` by weight / 16384.
SMOS_HD Pull pull_towards(int y, int u, int v, const Rgb& to, int weight) {
    const int up = (luma_of(to) - y * 256) * weight;
    return {static_cast<std::uint8_t>(y + ((up + (1 << 21)) >> 22)),
            ((blue_of(to) - u * 256) * weight + 128) >> 8,
            ((red_of(to) - v * 256) * weight + 128) >> 8};
}

// The chroma level of a block whose four pixels pull by `sum` in all.
SMOS_HD std::uint8_t settle_chroma(int level, int sum) {
    return clamp_byte(level + ((sum + (1 << 15)) >> 16));
}

// Weight of a mask sample in 16384ths: `gain` is 2^28 / 255 times the opacity, rounded, so that 255
// gives the opacity itself.
SMOS_HD int alpha_weight(int mask, std::int32_t gain) { return (mask * gain + 8192) >> 14; }

// A block of 2 by 2 luma pixels with its chroma sample, in place. `pixel(x, y, level, u, v)` gives
// the Pull of one luma pixel. At an odd edge the pixels there count twice.
template <class Pixel>
SMOS_HD void pull_block(const Picture<std::uint8_t>& out, int cx, int cy, const Pixel& pixel) {
    const int u = out.u.at(cx, cy);
    const int v = out.v.at(cx, cy);
    const int x0 = 2 * cx;
    const int y0 = 2 * cy;
    const int x1 = x0 + 1 < out.y.width ? x0 + 1 : x0;
    const int y1 = y0 + 1 < out.y.height ? y0 + 1 : y0;
    const Pull a = pixel(x0, y0, out.y.at(x0, y0), u, v);
    const Pull b = pixel(x1, y0, out.y.at(x1, y0), u, v);
    const Pull c = pixel(x0, y1, out.y.at(x0, y1), u, v);
    const Pull d = pixel(x1, y1, out.y.at(x1, y1), u, v);
    out.y.at(x0, y0) = a.y;
    out.y.at(x1, y0) = b.y;
    out.y.at(x0, y1) = c.y;
    out.y.at(x1, y1) = d.y;
    out.u.at(cx, cy) = settle_chroma(u, a.u + b.u + c.u + d.u);
    out.v.at(cx, cy) = settle_chroma(v, a.v + b.v + c.v + d.v);
}

} // namespace smos::kernels
