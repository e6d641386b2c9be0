// SPDX-License-Identifier: Apache-2.0
// Vignette, grain, chroma key and region masks in fixed point: the only place where they are
// written.
#pragma once

#include "libsmos/kernels/colour_math.hpp"
#include "libsmos/kernels/compose_math.hpp"
#include "libsmos/kernels/effects.hpp"

#include <cmath>

namespace smos::kernels {

// The square root rounded down, for squares below 2^30 and 2^62: that of IEEE 754, which every
// machine rounds alike, set right where converting the square rounded it up or down.
SMOS_HD int whole_root(int square) {
    const int near = static_cast<int>(sqrtf(static_cast<float>(square)));
    const int held = near - (near * near > square ? 1 : 0);
    return held + ((held + 1) * (held + 1) <= square ? 1 : 0);
}
SMOS_HD std::int64_t whole_root_long(std::int64_t square) {
    const auto near = static_cast<std::int64_t>(sqrt(static_cast<double>(square)));
    const std::int64_t held = near - (near * near > square ? 1 : 0);
    return held + ((held + 1) * (held + 1) <= square ? 1 : 0);
}

// Bayer's 8x8 threshold in 65536ths, 512 .. 65024.
SMOS_HD int dither(int x, int y) {
    const int a = x ^ y;
    const int order =
        (a & 1) << 5 | (y & 1) << 4 | (a & 2) << 2 | (y & 2) << 1 | (a & 4) >> 1 | (y & 4) >> 2;
    return order * 1024 + 512;
}

// One plane of a vignette; `zero` is what black has there, and `phase` shifts the dither so that
// the planes do not step together.
struct VignetteOp {
    Target out;
    const std::int32_t* columns;
    const std::int32_t* rows;
    std::uint32_t amount; // 65536ths
    int zero;
    int phase;

    SMOS_HD void operator()(int x, int y) const {
        const int share = columns[x] + rows[y];
        const auto t = static_cast<std::uint32_t>(clamp_between(share, 0, 65536)) >> 1U;
        const std::uint32_t smooth = (((t * t) >> 15U) * (98304U - 2U * t)) >> 15U;
        const int keep = 65536 - static_cast<int>((smooth * amount) >> 15U);
        const int level = out.at(x, y) - zero;
        out.at(x, y) =
            static_cast<std::uint8_t>(zero + ((level * keep + dither(x + phase, y)) >> 16));
    }
    template <class Carrier>
    void carry(Carrier& carrier) {
        carrier.table(columns, out.width);
        carrier.table(rows, out.height);
        carrier.out(out);
    }
};

// An integer hash with full avalanche (Wellons' lowbias32).
SMOS_HD std::uint32_t scrambled(std::uint32_t h) {
    h ^= h >> 16U;
    h *= 0x7feb352dU;
    h ^= h >> 15U;
    h *= 0x846ca68bU;
    return h ^ (h >> 16U);
}

struct GrainOp {
    Target out;
    std::uint32_t key; // of seed and frame
    int gain;          // strength over the noise's own deviation, in 65536ths

    SMOS_HD void operator()(int x, int y) const {
        const std::uint32_t line = scrambled(key + static_cast<std::uint32_t>(y) * 0x9e3779b9U);
        const std::uint32_t h = scrambled(line + static_cast<std::uint32_t>(x) * 0x85ebca6bU);
        const int noise =
            static_cast<int>((h & 255U) + ((h >> 8U) & 255U) + ((h >> 16U) & 255U) + (h >> 24U)) -
            510;
        const int level = out.at(x, y);
        const int light = clamp_between(level, 16, 235) - 16;
        const int bell = (light * (219 - light) * 1399) >> 16; // 256 at mid-grey
        const int moved = level + ((noise * ((bell * gain) >> 8) + 32768) >> 16);
        const int low = level < 16 ? level : 16;
        const int high = level > 235 ? level : 235;
        out.at(x, y) = static_cast<std::uint8_t>(clamp_between(moved, low, high));
    }
    template <class Carrier>
    void carry(Carrier& carrier) {
        carrier.out(out);
    }
};

struct ChromaKeyOp {
    Picture<const std::uint8_t> source;
    Target out;
    int key_u;
    int key_v;
    int near; // 1/64 level
    int ramp; // 1/64 level
    int gain; // 255 over the ramp, in 65536ths per 1/64 level

    // A chroma plane at luma pixel (x, y), in 1/8 level: samples sit on even columns and between
    // two rows.
    SMOS_HD static int sample(const Source& plane, int x, int y) {
        const int x0 = x >> 1;
        const int x1 = clamp_index((x + 1) >> 1, plane.width);
        const int near_y = y >> 1;
        const int far_y = clamp_index(near_y + ((y & 1) == 0 ? -1 : 1), plane.height);
        return 3 * (plane.at(x0, near_y) + plane.at(x1, near_y)) + plane.at(x0, far_y) +
               plane.at(x1, far_y);
    }
    // Of a colour that lies (du, dv) from the key, in 1/8 level.
    SMOS_HD std::uint8_t alpha(int du, int dv) const {
        const int away = whole_root((du * du + dv * dv) * 64) - near;
        return clamp_byte((clamp_between(away, 0, ramp) * gain + 32768) >> 16);
    }
    SMOS_HD void operator()(int x, int y) const {
        out.at(x, y) =
            alpha(sample(source.u, x, y) - 8 * key_u, sample(source.v, x, y) - 8 * key_v);
    }
    template <class Carrier>
    void carry(Carrier& carrier) {
        carrier.in(source);
        carrier.out(out);
    }
};

// Both chroma planes; (towards_u, towards_v) has the length 16384.
struct DespillOp {
    Picture<std::uint8_t> out;
    int towards_u;
    int towards_v;
    int amount; // 16384ths

    SMOS_HD void operator()(int x, int y) const {
        const int u = out.u.at(x, y);
        const int v = out.v.at(x, y);
        const int along = ((u - 128) * towards_u + (v - 128) * towards_v) >> 6;
        const int taken = ((along > 0 ? along : 0) * amount) >> 14; // 1/256 level
        out.u.at(x, y) = clamp_byte(u - ((taken * towards_u + (1 << 21)) >> 22));
        out.v.at(x, y) = clamp_byte(v - ((taken * towards_v + (1 << 21)) >> 22));
    }
    template <class Carrier>
    void carry(Carrier& carrier) {
        carrier.out(out);
    }
};

struct RegionOp {
    Target out;
    RegionShape shape;
    std::int64_t centre_x;
    std::int64_t centre_y;
    std::int64_t half_width;
    std::int64_t half_height;
    std::int64_t feather;
    bool inverted;
    std::int64_t scale_x; // 2^40 over the half axes
    std::int64_t scale_y;
    std::int64_t outside; // f^2 in 2^-32 from which on, and up to which, no pixel is on the ramp
    std::int64_t inside;

    SMOS_HD static std::int64_t size_of(std::int64_t value) { return value < 0 ? -value : value; }

    // How far outside the edge, in 1/256 pixel; negative inside.
    SMOS_HD std::int64_t beyond_rectangle(std::int64_t dx, std::int64_t dy) const {
        const std::int64_t x = dx - half_width;
        const std::int64_t y = dy - half_height;
        if (x > 0 && y > 0) {
            return whole_root_long(x * x + y * y);
        }
        return x > y ? x : y;
    }
    // f = |(x/a, y/b)| and g = |(x/a^2, y/b^2)|: f (f - 1) / g. As 1/g is at least the shorter half
    // axis over f, most pixels are known to lie off the ramp by f^2 alone.
    SMOS_HD std::int64_t beyond_ellipse(std::int64_t dx, std::int64_t dy) const {
        const std::int64_t limit = std::int64_t{1} << 24; // 256 half axes out
        const std::int64_t wide = (dx * scale_x) >> 24;
        const std::int64_t high = (dy * scale_y) >> 24;
        if (wide > limit || high > limit) {
            return feather;
        }
        const std::int64_t square = wide * wide + high * high;
        if (square >= outside || square <= inside) {
            return square >= outside ? feather : -feather;
        }
        const std::int64_t steep_x = (wide * scale_x) >> 26;
        const std::int64_t steep_y = (high * scale_y) >> 26;
        const std::int64_t form = whole_root_long(square);
        const std::int64_t slope = whole_root_long(steep_x * steep_x + steep_y * steep_y);
        return slope == 0 ? -feather : (form * (form - 65536) / slope) >> 2;
    }
    SMOS_HD void operator()(int x, int y) const {
        const std::int64_t dx = size_of(std::int64_t{x} * 256 + 128 - centre_x);
        const std::int64_t dy = size_of(std::int64_t{y} * 256 + 128 - centre_y);
        const std::int64_t beyond =
            shape == RegionShape::rectangle ? beyond_rectangle(dx, dy) : beyond_ellipse(dx, dy);
        const std::int64_t depth = feather - 2 * beyond;
        const std::int64_t level =
            depth <= 0 ? 0 : (depth >= 2 * feather ? 255 : (depth * 255 + feather) / (2 * feather));
        out.at(x, y) = static_cast<std::uint8_t>(inverted ? 255 - level : level);
    }
    template <class Carrier>
    void carry(Carrier& carrier) {
        carrier.out(out);
    }
};

} // namespace smos::kernels
