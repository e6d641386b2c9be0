// SPDX-License-Identifier: Apache-2.0
// Blend modes for AVX2 and AVX-512, written once with Highway and compiled for each.
#include "libsmos/kernels/layer_math.hpp"
#include "libsmos/kernels/look_rows.hpp"

#include <cstring>

#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SSE4)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "libsmos/kernels/layer_rows_highway.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace smos::kernels {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3

#include "libsmos/kernels/look_lanes.inc"

namespace {

// unit_product of a value that is not negative and a word.
HWY_INLINE Values unit_product_of(Values a, Values b) {
    return hn::ShiftRight<14>(plus_products(all(rgb_one / 2), a, b));
}

// (sum * t) >> 14, where t is a word without its sign's extension.
HWY_INLINE Values scaled(Values sum, Values t) { return hn::ShiftRight<14>(products(sum, t)); }

// unit_root of 1/4 .. 1; any word goes in.
HWY_INLINE Values unit_root_of(Values x) {
    const auto a = low_word(hn::Sub(x, all(10240)));
    const auto t = low_word(hn::ShiftRight<13>(products(a, all(21845))));
    auto sum = hn::Add(scaled(all(-85), t), all(169));
    sum = hn::Add(scaled(sum, t), all(-237));
    sum = hn::Add(scaled(sum, t), all(666));
    sum = hn::Add(scaled(sum, t), all(-2337));
    sum = hn::Add(scaled(sum, t), all(15548));
    sum = hn::Add(scaled(sum, t), all(51811 + 2));
    return hn::ShiftRight<2>(sum);
}

HWY_INLINE Values soft_light_of(Values back, Values front) {
    const auto one = all(rgb_one);
    const auto tilt = hn::Sub(hn::Add(front, front), one);
    const auto against = low_word(hn::Sub(hn::Zero(Lanes()), tilt));
    const auto darkened = unit_product_of(back, against); // a word where it is used: not negative
    const auto darker = hn::Sub(back, unit_product_of(hn::Sub(one, back), darkened));
    const auto dark = hn::Lt(back, all(rgb_one / 4));
    // The powers of two that `blended` has in its words go into the shifts.
    const auto square =
        hn::ShiftRight<10>(products(back, low_word(hn::Sub(back, all(3 * rgb_one / 4)))));
    const auto lifted =
        hn::Add(hn::ShiftLeft<2>(back), hn::ShiftRight<14>(products(back, low_word(square))));
    const auto shaped = hn::IfThenElse(dark, lifted, unit_root_of(back));
    const auto lighter =
        hn::Add(back, unit_product_of(low_word(hn::Sub(shaped, back)), low_word(tilt)));
    return hn::IfThenElse(hn::Gt(front, all(rgb_one / 2)), lighter, darker);
}

// `blended` of a vector, cut to 0 .. 1.
template <BlendMode mode>
HWY_INLINE Values blend_of(Values back, Values front) {
    const auto one = all(rgb_one);
    if constexpr (mode == BlendMode::add) {
        return hn::Min(hn::Add(back, front), one);
    } else if constexpr (mode == BlendMode::multiply) {
        return unit_product_of(back, front);
    } else if constexpr (mode == BlendMode::screen) {
        return hn::Sub(hn::Add(back, front), unit_product_of(back, front));
    } else if constexpr (mode == BlendMode::overlay) {
        const auto dark = hn::Gt(all(rgb_one / 2 + 1), back);
        const auto twice = hn::Add(back, back);
        const auto share = hn::Sub(twice, hn::IfThenElse(dark, hn::Zero(Lanes()), one));
        const auto product = unit_product_of(share, front);
        return hn::IfThenElse(dark, product, hn::Sub(hn::Add(share, front), product));
    } else {
        return unit_of(soft_light_of(back, front));
    }
}

struct Front {
    const std::uint8_t* y;
    const std::uint8_t* u;
    const std::uint8_t* v;
};

template <BlendMode mode>
struct Over {
    Front front[2];

    HWY_INLINE Colours operator()(int k, const Colours& back) const {
        const Front& f = front[k];
        const Colours c = Tint(levels_at(f.u), levels_at(f.v)).at(levels_at(f.y));
        return {
            blend_of<mode>(back.r, c.r), blend_of<mode>(back.g, c.g), blend_of<mode>(back.b, c.b)};
    }
};

// layer_pixel<normal>: levels towards levels.
HWY_INLINE void mix_in(const Block& block,
                       const Front* front,
                       const std::uint8_t* const* alpha,
                       std::int32_t gain) {
    const auto u = spread_at(block.u);
    const auto v = spread_at(block.v);
    auto sum_u = hn::Zero(Lanes());
    auto sum_v = hn::Zero(Lanes());
    Values luma[2];
    for (int k = 0; k < 2; ++k) {
        const auto w = weights_at(alpha[k], gain);
        const auto y = levels_at(block.y[k]);
        const auto way = [w](const std::uint8_t* to, Values from) HWY_ATTR {
            return products(low_word(hn::Sub(levels_at(to), from)), w);
        };
        luma[k] = hn::Add(y, hn::ShiftRight<14>(hn::Add(way(front[k].y, y), all(8192))));
        sum_u = hn::Add(sum_u, way(front[k].u, u));
        sum_v = hn::Add(sum_v, way(front[k].v, v));
    }
    store_levels(luma[0], block.y[0]);
    store_levels(luma[1], block.y[1]);
    store_chroma(settled(u, sum_u), block.u);
    store_chroma(settled(v, sum_v), block.v);
}

template <BlendMode mode>
HWY_INLINE void lay_block(const LayerSpan& span, const Block& block, int i) {
    const std::uint8_t* const alpha[2] = {span.alpha[0] + i, span.alpha[1] + i};
    const hn::Repartition<std::uint64_t, Narrow> d;
    const auto upper = hn::BitCast(d, hn::LoadU(Narrow(), alpha[0]));
    const auto lower = hn::BitCast(d, hn::LoadU(Narrow(), alpha[1]));
    if (hn::AllTrue(d, hn::Eq(hn::Or(upper, lower), hn::Zero(d)))) {
        return;
    }
    const Front front[2] = {{span.front_y[0] + i, span.front_u[0] + i, span.front_v[0] + i},
                            {span.front_y[1] + i, span.front_u[1] + i, span.front_v[1] + i}};
    if constexpr (mode == BlendMode::normal) {
        mix_in(block, front, alpha, span.gain);
    } else {
        pull(block, alpha, span.gain, Over<mode>{{front[0], front[1]}});
    }
}

template <BlendMode mode>
void lay_span(const LayerSpan& span) {
    along_row({{span.y[0], span.y[1]}, span.u, span.v},
              span.pixels,
              [&](const Block& block, int i, int) HWY_ATTR { lay_block<mode>(span, block, i); });
}

void layer_rows(BlendMode mode, const LayerSpan& span) {
    switch (mode) {
    case BlendMode::normal:
        return lay_span<BlendMode::normal>(span);
    case BlendMode::add:
        return lay_span<BlendMode::add>(span);
    case BlendMode::multiply:
        return lay_span<BlendMode::multiply>(span);
    case BlendMode::screen:
        return lay_span<BlendMode::screen>(span);
    case BlendMode::overlay:
        return lay_span<BlendMode::overlay>(span);
    case BlendMode::soft_light:
        return lay_span<BlendMode::soft_light>(span);
    }
}

} // namespace

constexpr LayerRows layer_rows_here = layer_rows;

#endif

} // namespace HWY_NAMESPACE
} // namespace smos::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace smos::kernels {

LayerRows highway_layer_rows(Simd unit) {
#if HWY_TARGETS & HWY_AVX3
    if (unit == Simd::avx512) {
        return N_AVX3::layer_rows_here;
    }
#endif
#if HWY_TARGETS & HWY_AVX2
    if (unit == Simd::avx2) {
        return N_AVX2::layer_rows_here;
    }
#endif
    static_cast<void>(unit);
    return nullptr;
}

} // namespace smos::kernels

#endif
