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

// layer_pixel<normal>: levels towards levels, in words. Twice a way times a weight, rounded from
// 2^-15, is the way times the weight rounded from 2^-14.
using HalfBytes = hn::Half<hn::ScalableTag<std::uint8_t>>; // as many as Words

HWY_INLINE Pairs words_at(const std::uint8_t* from) {
    return hn::PromoteTo(Words(), hn::LoadU(HalfBytes(), from));
}

// alpha_weight, with the gain in two words.
struct WordGain {
    Pairs high, low;

    HWY_INLINE explicit WordGain(std::int32_t gain)
        : high(hn::Set(Words(), static_cast<std::int16_t>(gain >> 14))),
          low(hn::Set(Words(), static_cast<std::int16_t>(gain & 0x3fff))) {}
    HWY_INLINE Pairs weights(const std::uint8_t* alpha) const {
        const auto mask = words_at(alpha);
        return hn::Add(hn::Mul(mask, high), hn::MulFixedPoint15(times_2(mask), low));
    }
};

// A plane of chroma: each sample towards the mean of its four pixels.
HWY_INLINE void mix_chroma(std::uint8_t* to,
                           const std::uint8_t* upper,
                           const std::uint8_t* lower,
                           Pairs upper_weights,
                           Pairs lower_weights) {
    const auto level = levels_at(to);
    const auto spread = hn::BitCast(Words(), words(level, level));
    const auto way = [spread](const std::uint8_t* front) HWY_ATTR {
        return hn::BitCast(Lanes(), hn::Sub(words_at(front), spread));
    };
    const auto half = all<(1 << 15)>();
    const auto sum =
        plus_products(plus_products(half, way(upper), hn::BitCast(Lanes(), upper_weights)),
                      way(lower),
                      hn::BitCast(Lanes(), lower_weights));
    store_levels(hn::Add(level, hn::ShiftRight<16>(sum)), to);
}

HWY_INLINE void mix_in(const Block& block,
                       const Front* front,
                       const std::uint8_t* const* alpha,
                       const WordGain& gain) {
    const Pairs weights[2] = {gain.weights(alpha[0]), gain.weights(alpha[1])};
    Pairs luma[2]; // the rows may be one
    for (int k = 0; k < 2; ++k) {
        const auto y = words_at(block.y[k]);
        const auto way = hn::Sub(words_at(front[k].y), y);
        luma[k] = hn::Add(y, hn::MulFixedPoint15(times_2(way), weights[k]));
    }
    for (int k = 0; k < 2; ++k) {
        hn::StoreU(hn::DemoteTo(HalfBytes(), luma[k]), HalfBytes(), block.y[k]);
    }
    mix_chroma(block.u, front[0].u, front[1].u, weights[0], weights[1]);
    mix_chroma(block.v, front[0].v, front[1].v, weights[0], weights[1]);
}

// Whether all samples of both rows are one level.
template <class D>
HWY_INLINE bool
all_are(D d, std::uint8_t level, const std::uint8_t* upper, const std::uint8_t* lower) {
    const auto is = hn::Set(d, level);
    return hn::AllTrue(d,
                       hn::And(hn::Eq(hn::LoadU(d, upper), is), hn::Eq(hn::LoadU(d, lower), is)));
}

struct NormalBlock {
    static constexpr int pixels = 2 * lanes;
    WordGain gain;

    HWY_INLINE explicit NormalBlock(std::int32_t gain_of_span) : gain(gain_of_span) {}
    HWY_INLINE void
    operator()(const Block& block, const Front* front, const std::uint8_t* const* alpha) const {
        if (!all_are(HalfBytes(), 0, alpha[0], alpha[1])) {
            mix_in(block, front, alpha, gain);
        }
    }
};

template <BlendMode mode>
struct ModeBlock {
    static constexpr int pixels = lanes;
    std::int32_t gain;
    bool whole;

    HWY_INLINE explicit ModeBlock(std::int32_t gain_of_span)
        : gain(gain_of_span),
          whole(alpha_weight(255, gain) == rgb_one) {}
    HWY_INLINE void
    operator()(const Block& block, const Front* front, const std::uint8_t* const* alpha) const {
        if (all_are(Narrow(), 0, alpha[0], alpha[1])) {
            return;
        }
        const Over<mode> over{{front[0], front[1]}};
        if (whole && all_are(Narrow(), 255, alpha[0], alpha[1])) {
            replace(block, over);
        } else {
            pull(block, alpha, gain, over);
        }
    }
};

template <class Lay>
void lay_span(const LayerSpan& span) {
    const LayerSpan local = span;
    const Lay lay(local.gain);
    RowEnd<Lay::pixels> end;
    const auto laid = [&](const Block& block, int i, int) HWY_ATTR {
        const std::uint8_t* const alpha[2] = {local.alpha[0] + i, local.alpha[1] + i};
        const Front front[2] = {{local.front_y[0] + i, local.front_u[0] + i, local.front_v[0] + i},
                                {local.front_y[1] + i, local.front_u[1] + i, local.front_v[1] + i}};
        lay(block, front, alpha);
    };
    along_row({{local.y[0], local.y[1]}, local.u, local.v}, local.pixels, end, laid);
}

void layer_rows(BlendMode mode, const LayerSpan& span) {
    switch (mode) {
    case BlendMode::normal:
        return lay_span<NormalBlock>(span);
    case BlendMode::add:
        return lay_span<ModeBlock<BlendMode::add>>(span);
    case BlendMode::multiply:
        return lay_span<ModeBlock<BlendMode::multiply>>(span);
    case BlendMode::screen:
        return lay_span<ModeBlock<BlendMode::screen>>(span);
    case BlendMode::overlay:
        return lay_span<ModeBlock<BlendMode::overlay>>(span);
    case BlendMode::soft_light:
        return lay_span<ModeBlock<BlendMode::soft_light>>(span);
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
