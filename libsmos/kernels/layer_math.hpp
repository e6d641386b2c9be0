// SPDX-License-Identifier: Apache-2.0
// Blend modes in fixed point: the only place where they are written.
#pragma once

#include "libsmos/kernels/colour_math.hpp"
#include "libsmos/kernels/layer.hpp"

namespace smos::kernels {

SMOS_HD int unit_product(int a, int b) { return (a * b + rgb_one / 2) >> 14; }

// sqrt of 1/4 .. 1 by Chebyshev interpolation in 8/3 x - 5/3: within 1/8000.
SMOS_HD int unit_root(int x) {
    const int t = ((8 * x - 5 * rgb_one) * 21845) >> 16;
    int sum = -85;
    sum = ((sum * t) >> 14) + 169;
    sum = ((sum * t) >> 14) - 237;
    sum = ((sum * t) >> 14) + 666;
    sum = ((sum * t) >> 14) - 2337;
    sum = ((sum * t) >> 14) + 15548;
    sum = ((sum * t) >> 14) + 51811;
    return (sum + 2) >> 2;
}

// B(Cb, Cs) of one channel, arguments and value 0 .. 16384.
template <BlendMode mode>
SMOS_HD int blended(int back, int front) {
    constexpr int half = rgb_one / 2;
    if constexpr (mode == BlendMode::add) {
        return clamp_unit(back + front);
    } else if constexpr (mode == BlendMode::multiply) {
        return unit_product(back, front);
    } else if constexpr (mode == BlendMode::screen) {
        return back + front - unit_product(back, front);
    } else if constexpr (mode == BlendMode::overlay) {
        const int low = unit_product(2 * back, front);
        const int high = 2 * back - rgb_one;
        return back <= half ? low : high + front - unit_product(high, front);
    } else if constexpr (mode == BlendMode::soft_light) {
        const int darker =
            back - unit_product(unit_product(rgb_one - 2 * front, back), rgb_one - back);
        const int square = ((16 * back - 12 * rgb_one) * (back < rgb_one / 4 ? back : 0)) >> 14;
        const int lifted = ((square + 4 * rgb_one) * (back < rgb_one / 4 ? back : 0)) >> 14;
        const int shaped = back < rgb_one / 4 ? lifted : unit_root(back);
        const int lighter = back + unit_product(2 * front - rgb_one, shaped - back);
        return front <= half ? darker : lighter;
    } else {
        return front;
    }
}

// One luma pixel: levels of the backdrop and of the front, and the front's weight in 16384ths.
template <BlendMode mode>
SMOS_HD Pull layer_pixel(int y, int u, int v, int front_y, int front_u, int front_v, int weight) {
    if constexpr (mode == BlendMode::normal) {
        return {static_cast<std::uint8_t>(y + (((front_y - y) * weight + 8192) >> 14)),
                (front_u - u) * weight,
                (front_v - v) * weight};
    } else {
        const Rgb back = rgb_of(y, u, v);
        const Rgb front = rgb_of(front_y, front_u, front_v);
        const Rgb both{clamp_unit(blended<mode>(back.r, front.r)),
                       clamp_unit(blended<mode>(back.g, front.g)),
                       clamp_unit(blended<mode>(back.b, front.b))};
        return pull_towards(y, u, v, both, weight);
    }
}

// One block of the backdrop at chroma position (cx, cy).
template <BlendMode mode>
struct LayerOp {
    Picture<std::uint8_t> out;
    Picture<const std::uint8_t> front;
    Source alpha;
    int x0;
    int y0;
    std::int32_t gain;

    SMOS_HD Pull pixel(int x, int y, int level, int u, int v) const {
        const int fx = x - x0;
        const int fy = y - y0;
        const bool inside = fx >= 0 && fy >= 0 && fx < front.y.width && fy < front.y.height;
        if (!inside) {
            return {static_cast<std::uint8_t>(level), 0, 0};
        }
        const int mask = alpha.data == nullptr ? 255 : alpha.at(fx, fy);
        return layer_pixel<mode>(level,
                                 u,
                                 v,
                                 front.y.at(fx, fy),
                                 front.u.at(fx >> 1, fy >> 1),
                                 front.v.at(fx >> 1, fy >> 1),
                                 alpha_weight(mask, gain));
    }
    SMOS_HD void operator()(int cx, int cy) const {
        const LayerOp& self = *this;
        pull_block(out, cx, cy, [&self](int x, int y, int level, int u, int v) {
            return self.pixel(x, y, level, u, v);
        });
    }
    template <class Carrier>
    void carry(Carrier& carrier) {
        carrier.in(front);
        carrier.in(alpha);
        carrier.out(out);
    }
};

} // namespace smos::kernels
