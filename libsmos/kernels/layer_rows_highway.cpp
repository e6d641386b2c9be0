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

using Pairs = hn::Vec<Words>;

template <int value>
HWY_INLINE Pairs word() {
    return hn::BitCast(Words(), words<value, value>());
}

HWY_INLINE Pairs times_2(Pairs v) { return hn::Add(v, v); }
HWY_INLINE Pairs minus(Pairs v) { return hn::Sub(hn::Zero(Words()), v); }

// unit_product of words: both negated, since twice 1 is no word and twice -1 is.
HWY_INLINE Pairs product_of_minus(Pairs minus_2a, Pairs minus_b) {
    return hn::MulFixedPoint15(minus_2a, minus_b);
}
HWY_INLINE Pairs unit_product_of(Pairs a, Pairs b) {
    return product_of_minus(minus(times_2(a)), minus(b));
}

// (sum * t) >> 14 of words that are small enough to be doubled.
HWY_INLINE Pairs scaled(Pairs sum, Pairs twice_t) { return hn::MulHigh(times_2(sum), twice_t); }

// unit_root of 1/4 .. 1; any word goes in.
HWY_INLINE Pairs unit_root_of(Pairs x) {
    const auto a = hn::Sub(x, word<10240>());
    const auto twice = times_2(a);
    // t = 21845 a >> 13 is -16384 .. 16383.
    const auto t = hn::Add(twice, hn::MulHigh(times_2(twice), word<2 * 5461>()));
    const auto tt = times_2(t);
    auto sum = hn::Add(hn::MulHigh(word<2 * -85>(), tt), word<169>());
    sum = hn::Add(scaled(sum, tt), word<-237>());
    sum = hn::Add(scaled(sum, tt), word<666>());
    sum = hn::Add(scaled(sum, tt), word<-2337>());
    // 15548 and 51811 are too large: one, which times t is t, and three make up for it.
    sum = hn::Add(scaled(sum, tt), word<15548 - rgb_one>());
    sum = hn::Add(hn::Add(scaled(sum, tt), t), word<51811 + 2 - 3 * rgb_one>());
    return hn::Add(hn::ShiftRight<2>(sum), word<3 * rgb_one / 4>());
}

// What `blended` calls lifted, for less than 1/4. The square is a negative number rounded down: its
// opposite, of 32 bits, is rounded up.
HWY_INLINE Pairs lifted_of(Pairs back) {
    const hn::RebindToUnsigned<Words> d;
    const auto four = hn::ShiftLeft<2>(back);
    const auto way = hn::BitCast(d, hn::ShiftLeft<2>(hn::Sub(word<3 * rgb_one / 4>(), back)));
    const auto much = hn::BitCast(d, hn::ShiftLeft<2>(four));
    const auto high = hn::BitCast(Words(), hn::MulHigh(way, much));
    const auto low = hn::BitCast(Words(), hn::Mul(way, much));
    const auto more = hn::VecFromMask(Words(), hn::Ne(low, hn::Zero(Words()))); // -1
    const auto square = hn::Sub(more, high);
    return hn::Add(four, hn::MulHigh(square, four));
}

// The square root, or below 1/4 the cubic; where a vector needs only one, that one.
HWY_INLINE Pairs shaped_of(Pairs back) {
    const auto dark = hn::Lt(back, word<rgb_one / 4>());
    if (hn::AllFalse(Words(), dark)) {
        return unit_root_of(back);
    }
    const auto lifted = lifted_of(back);
    return hn::AllTrue(Words(), dark) ? lifted : hn::IfThenElse(dark, lifted, unit_root_of(back));
}

HWY_INLINE Pairs soft_light_of(Pairs back, Pairs front) {
    const auto twice = times_2(back);
    const auto tilt = hn::Sub(times_2(front), word<rgb_one>()); // -1 .. 1
    const auto darkened = product_of_minus(minus(twice), tilt);
    const auto rest = hn::Add(twice, word<-2 * rgb_one>()); // twice (back - 1)
    const auto darker = hn::Sub(back, product_of_minus(rest, minus(darkened)));
    const auto light = hn::Gt(front, word<rgb_one / 2>());
    if (hn::AllFalse(Words(), light)) {
        return darker;
    }
    const auto way = product_of_minus(minus(times_2(tilt)), hn::Sub(back, shaped_of(back)));
    const auto both = hn::IfThenElse(light, hn::Add(back, way), darker);
    return hn::Min(hn::Max(both, hn::Zero(Words())), word<rgb_one>());
}

// `blended` of a vector, cut to 0 .. 1.
template <BlendMode mode>
HWY_INLINE Pairs blend_of(Pairs back, Pairs front) {
    const auto one = word<rgb_one>();
    if constexpr (mode == BlendMode::add) {
        return hn::Min(hn::SaturatedAdd(back, front), one);
    } else if constexpr (mode == BlendMode::multiply) {
        return unit_product_of(back, front);
    } else if constexpr (mode == BlendMode::screen) {
        return hn::Add(back, hn::Sub(front, unit_product_of(back, front)));
    } else if constexpr (mode == BlendMode::overlay) {
        const auto light = hn::Gt(back, word<rgb_one / 2>());
        // Twice back and twice back less one, of which the one that is used is 0 .. 1.
        const auto share = hn::Sub(times_2(back), hn::IfThenElseZero(light, one));
        const auto product = unit_product_of(share, front);
        return hn::IfThenElse(light, hn::Add(share, hn::Sub(front, product)), product);
    } else {
        return soft_light_of(back, front);
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

    HWY_INLINE ColourPairs fronts() const {
        const auto tint = [](const Front& f)
                              HWY_ATTR { return Tint(levels_at(f.u), levels_at(f.v)); };
        const Tint upper = tint(front[0]);
        const Tint lower = front[1].u == front[0].u ? upper : tint(front[1]);
        return pairs_of(upper, levels_at(front[0].y), lower, levels_at(front[1].y));
    }
    HWY_INLINE Wishes operator()(const Tint& tint, Values upper, Values lower) const {
        const ColourPairs back = pairs_of(tint, upper, tint, lower);
        const ColourPairs c = fronts();
        return Wishes(ColourPairs{
            blend_of<mode>(back.r, c.r), blend_of<mode>(back.g, c.g), blend_of<mode>(back.b, c.b)});
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
        luma[k] = hn::Add(y, hn::ShiftRight<14>(hn::Add(way(front[k].y, y), all<8192>())));
        sum_u = hn::Add(sum_u, way(front[k].u, u));
        sum_v = hn::Add(sum_v, way(front[k].v, v));
    }
    store_levels(luma[0], block.y[0]);
    store_levels(luma[1], block.y[1]);
    store_chroma(settled(u, sum_u), block.u);
    store_chroma(settled(v, sum_v), block.v);
}

// Whether all samples of both rows are one level.
HWY_INLINE bool all_are(std::uint8_t level, const std::uint8_t* upper, const std::uint8_t* lower) {
    const Narrow d;
    const auto is = hn::Set(d, level);
    return hn::AllTrue(d,
                       hn::And(hn::Eq(hn::LoadU(d, upper), is), hn::Eq(hn::LoadU(d, lower), is)));
}

template <BlendMode mode>
HWY_INLINE void lay_block(const LayerSpan& span, bool whole, const Block& block, int i) {
    const std::uint8_t* const alpha[2] = {span.alpha[0] + i, span.alpha[1] + i};
    if (all_are(0, alpha[0], alpha[1])) {
        return;
    }
    const Front front[2] = {{span.front_y[0] + i, span.front_u[0] + i, span.front_v[0] + i},
                            {span.front_y[1] + i, span.front_u[1] + i, span.front_v[1] + i}};
    if constexpr (mode == BlendMode::normal) {
        mix_in(block, front, alpha, span.gain);
    } else if (whole && all_are(255, alpha[0], alpha[1])) {
        replace(block, Over<mode>{{front[0], front[1]}});
    } else {
        pull(block, alpha, span.gain, Over<mode>{{front[0], front[1]}});
    }
}

template <BlendMode mode>
void lay_span(const LayerSpan& span) {
    const LayerSpan local = span;
    const bool whole = alpha_weight(255, local.gain) == rgb_one;
    RowEnd end;
    along_row({{local.y[0], local.y[1]}, local.u, local.v},
              local.pixels,
              end,
              [&](const Block& block, int i, int)
                  HWY_ATTR { lay_block<mode>(local, whole, block, i); });
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

#include "libsmos/kernels/vector_units.hpp"

namespace smos::kernels {

LayerRows highway_layer_rows(Simd unit) {
    return code_for<LayerRows>(
        unit, SMOS_OF_AVX512(layer_rows_here), SMOS_OF_AVX2(layer_rows_here));
}

} // namespace smos::kernels

#endif
