// SPDX-License-Identifier: Apache-2.0
// Rows of another Y'CbCr for AVX2 and AVX-512, written once with Highway.
#include "libsmos/kernels/ycc_rows.hpp"

#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SSE4)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "libsmos/kernels/ycc_rows_highway.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace smos::kernels {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3

namespace {

#include "libsmos/kernels/row_lanes.inc"

using SumVector = hn::Vec<Sums>;

void mix(const ChromaRows& from, int count, std::int16_t* out) {
    if (count < words) {
        plain_mix(from, count, out);
        return;
    }
    const std::uint8_t *a = from.row[0], *b = from.row[1], *c = from.row[2];
    const auto wa = hn::Set(Words(), from.weight[0]);
    const auto wb = hn::Set(Words(), from.weight[1]);
    const auto wc = hn::Set(Words(), from.weight[2]);
    if (from.weight[2] != 0) {
        store_row(Words(), count, out, [=](int i) HWY_ATTR {
            return hn::Add(
                hn::Add(hn::Mul(widened_words(a + i), wa), hn::Mul(widened_words(b + i), wb)),
                hn::Mul(widened_words(c + i), wc));
        });
        return;
    }
    store_row(Words(), count, out, [=](int i) HWY_ATTR {
        return hn::Add(hn::Mul(widened_words(a + i), wa), hn::Mul(widened_words(b + i), wb));
    });
}

// A vector of the sums of two taps, beginning with those at `line`, less chroma_zero.
struct TwoTaps {
    WordVector first, second;

    HWY_INLINE explicit TwoTaps(const ChromaTaps& taps)
        : first(hn::Set(Words(), taps.weight[0])),
          second(hn::Set(Words(), taps.weight[1])) {}
    HWY_INLINE WordVector operator()(const std::int16_t* line) const {
        const Words d;
        const auto sum =
            hn::Add(hn::Mul(hn::LoadU(d, line), first), hn::Mul(hn::LoadU(d, line + 1), second));
        return hn::Sub(sum, hn::Set(d, chroma_zero));
    }
};

void across_same(const std::int16_t* line, const ChromaTaps& taps, int count, std::int16_t* out) {
    const TwoTaps at(taps);
    const std::int16_t* from = line + taps.first;
    for (int i = 0; i < count; i += words) {
        hn::StoreU(at(from + i), Words(), out + i);
    }
}

// Two for each sample: on one side of it and on the other.
void across_double(const std::int16_t* line,
                   const ChromaTaps& even,
                   const ChromaTaps& odd,
                   int count,
                   std::int16_t* out) {
    const TwoTaps at_even(even), at_odd(odd);
    const std::int16_t* from_even = line + even.first;
    const std::int16_t* from_odd = line + odd.first;
    const auto two = [=](int i) HWY_ATTR {
        hn::StoreInterleaved2(at_even(from_even + i), at_odd(from_odd + i), Words(), out + 2 * i);
    };
    for (int i = 0; 2 * i < count; i += words) {
        two(i);
    }
}

// a[0] * w[0] + a[1] * w[1] for neighbours in words.
HWY_INLINE SumVector paired(WordVector words_of_two, WordVector weight, SumVector sum) {
    SumVector none = hn::Zero(Sums());
    return hn::ReorderWidenMulAccumulate(Sums(), words_of_two, weight, sum, none);
}

HWY_INLINE WordVector both(std::int16_t low, std::int16_t high) {
    return hn::OddEven(hn::Set(Words(), high), hn::Set(Words(), low));
}

// One for every second sample.
void across_half(const std::int16_t* line, const ChromaTaps& taps, int count, std::int16_t* out) {
    const auto first = both(taps.weight[0], taps.weight[1]);
    const auto last = both(taps.weight[2], 0);
    const auto zero = hn::Set(Sums(), -chroma_zero);
    const std::int16_t* from = line + taps.first;
    for (int i = 0; i < count; i += words / 2) {
        const auto low = paired(hn::LoadU(Words(), from + 2 * i), first, zero);
        const auto sum = paired(hn::LoadU(Words(), from + 2 * i + 2), last, low);
        hn::StoreU(hn::DemoteTo(HalfWords(), sum), HalfWords(), out + i);
    }
}

void across(const std::int16_t* line, ChromaWalk walk, int count, std::int16_t* out) {
    const ChromaTaps taps = chroma_taps(walk, 0);
    if (walk.step == 8) {
        across_same(line, taps, count, out);
    } else if (walk.step == 4) {
        across_double(line, taps, chroma_taps(walk, 1), count, out);
    } else if (walk.step == 16) {
        across_half(line, taps, count, out);
    } else {
        plain_across(line, walk, count, out);
    }
}

// A sum in 32 bits: factors cut into a signed lower half and the rest, products of either half
// summed by themselves, and the lower sum's carry given to the upper one. With |B|, |R| <= 2^13 the
// sums stay below 2^30: nothing is lost, and nothing rounded before the end.
struct Halves {
    WordVector chroma_low, chroma_high, luma_low, luma_high;
    SumVector start_low, start_high;

    HWY_INLINE explicit Halves(const YccSum& sum)
        : chroma_low(both(low(sum.factor[1]), low(sum.factor[2]))),
          chroma_high(both(high(sum.factor[1]), high(sum.factor[2]))),
          luma_low(both(low(sum.factor[0]), 0)),
          luma_high(both(high(sum.factor[0]), 0)),
          start_low(hn::Set(Sums(), static_cast<std::int32_t>(rounded(sum) & 0xffff))),
          start_high(hn::Set(Sums(), static_cast<std::int32_t>(rounded(sum) >> 16))) {}

    static std::int64_t rounded(const YccSum& sum) { return sum.offset + (std::int64_t{1} << 29); }
    static std::int16_t low(std::int32_t factor) { return static_cast<std::int16_t>(factor); }
    static std::int16_t high(std::int32_t factor) {
        return static_cast<std::int16_t>((std::int64_t{factor} - low(factor)) >> 16);
    }

    template <bool has_luma, bool has_chroma>
    HWY_INLINE SumVector levels(WordVector luma, WordVector chroma) const {
        SumVector lower = start_low, upper = start_high;
        if (has_luma) {
            lower = paired(luma, luma_low, lower);
            upper = paired(luma, luma_high, upper);
        }
        if (has_chroma) {
            lower = paired(chroma, chroma_low, lower);
            upper = paired(chroma, chroma_high, upper);
        }
        return hn::ShiftRight<14>(hn::Add(upper, hn::ShiftRight<16>(lower)));
    }
};

template <bool has_luma, bool has_chroma>
HWY_INLINE void sum_row(const YccSum& sum,
                        const std::uint8_t* y,
                        const std::int16_t* b,
                        const std::int16_t* r,
                        int count,
                        std::uint8_t* out) {
    const Halves halves(sum);
    store_row(HalfBytes(), count, out, [=](int i) HWY_ATTR {
        const Words d;
        const auto none = hn::Zero(d);
        const auto luma = has_luma ? widened_words(y + i) : none;
        const auto blue = has_chroma ? hn::LoadU(d, b + i) : none;
        const auto red = has_chroma ? hn::LoadU(d, r + i) : none;
        // Interleaved and narrowed within blocks of 16 bytes: the order stays.
        const auto lower = halves.levels<has_luma, has_chroma>(hn::InterleaveLower(d, luma, none),
                                                               hn::InterleaveLower(d, blue, red));
        const auto upper = halves.levels<has_luma, has_chroma>(hn::InterleaveUpper(d, luma, none),
                                                               hn::InterleaveUpper(d, blue, red));
        return hn::DemoteTo(HalfBytes(), hn::ReorderDemote2To(d, lower, upper));
    });
}

// The upper half of a factor just below 2^31 has no room in a word.
bool splits(const YccSum& sum) {
    constexpr std::int32_t most = 0x7fff7fff;
    return sum.factor[0] <= most && sum.factor[1] <= most && sum.factor[2] <= most;
}

void summed(const YccSum& sum,
            const std::uint8_t* y,
            const std::int16_t* b,
            const std::int16_t* r,
            int count,
            std::uint8_t* out) {
    if (count < words || !splits(sum)) {
        plain_sum(sum, y, b, r, count, out);
    } else if (y == nullptr) {
        sum_row<false, true>(sum, y, b, r, count, out);
    } else if (b == nullptr) {
        sum_row<true, false>(sum, y, b, r, count, out);
    } else {
        sum_row<true, true>(sum, y, b, r, count, out);
    }
}

} // namespace

constexpr YccRows rows{mix, across, summed};
constexpr const YccRows* ycc_rows_here = &rows;

#endif

} // namespace HWY_NAMESPACE
} // namespace smos::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

#include "libsmos/kernels/vector_units.hpp"

namespace smos::kernels {

const YccRows* highway_ycc_rows(Simd unit) {
    return code_for<const YccRows*>(
        unit, SMOS_OF_AVX512(ycc_rows_here), SMOS_OF_AVX2(ycc_rows_here));
}

} // namespace smos::kernels

#endif
