// SPDX-License-Identifier: Apache-2.0
// Rows for AVX2 and AVX-512, written once with Highway and compiled for each.
#include "libsmos/kernels/row_kernels.hpp"

// Other targets (SSE4, NEON, ...) have the plain loops, which their compilers turn into vectors.
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SSE4 | HWY_AVX3_DL)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "libsmos/kernels/row_kernels_highway.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace smos::kernels {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3

namespace hn = hwy::HWY_NAMESPACE;

using Words = hn::ScalableTag<std::int16_t>;
using HalfWords = hn::Half<Words>;
using Sums = hn::ScalableTag<std::int32_t>;
using Bytes = hn::ScalableTag<std::uint8_t>;
using HalfBytes = hn::Half<Bytes>; // as many as Words
using Block = hn::FixedTag<std::int16_t, 8>;
using WordVector = hn::Vec<Words>;

constexpr int words = static_cast<int>(hn::MaxLanes(Words()));
constexpr int blocks = words / 8;

HWY_INLINE WordVector widened_words(const std::uint8_t* from) {
    return hn::PromoteTo(Words(), hn::LoadU(HalfBytes(), from));
}

// value(i) to out + i for a whole row of at least a vector. What is read may be `out` itself: the
// last vector, which overlaps the one before, is made first and stored last.
template <class D, class Out, class Value>
HWY_INLINE void store_row(D d, int count, Out* out, const Value& value) {
    const auto last = value(count - words);
    for (int i = 0; i < count - words; i += words) {
        hn::StoreU(value(i), d, out + i);
    }
    hn::StoreU(last, d, out + count - words);
}

void down(const std::int16_t* const* from,
          const std::int16_t* weight,
          int count,
          std::uint8_t* out) {
    if (count < words) {
        for (int i = 0; i < count; ++i) {
            out[i] = taps_down(from[0][i], from[1][i], from[2][i], from[3][i], weight);
        }
        return;
    }
    const Words d;
    const auto w0 = hn::Set(d, weight[0]);
    const auto w1 = hn::Set(d, weight[1]);
    const auto w2 = hn::Set(d, weight[2]);
    const auto w3 = hn::Set(d, weight[3]);
    const auto bias = hn::Set(d, down_bias);
    store_row(HalfBytes(), count, out, [=](int i) HWY_ATTR {
        const auto a = hn::MulHigh(hn::LoadU(d, from[0] + i), w0);
        const auto b = hn::MulHigh(hn::LoadU(d, from[1] + i), w1);
        const auto c = hn::MulHigh(hn::LoadU(d, from[2] + i), w2);
        const auto e = hn::MulHigh(hn::LoadU(d, from[3] + i), w3);
        const auto sum = hn::Add(hn::Add(hn::Add(a, b), hn::Add(c, e)), bias);
        return hn::DemoteTo(HalfBytes(), hn::ShiftRight<down_shift>(sum));
    });
}

// 16 samples for each of a vector's windows.
HWY_INLINE hn::Vec<Bytes> gathered(const std::uint8_t* row, const std::int32_t* base) {
    const hn::FixedTag<std::uint8_t, 16> block;
#if HWY_TARGET == HWY_AVX2
    return hn::Combine(Bytes(), hn::LoadU(block, row + base[2]), hn::LoadU(block, row + base[0]));
#else
    const auto low =
        hn::Combine(HalfBytes(), hn::LoadU(block, row + base[2]), hn::LoadU(block, row + base[0]));
    const auto high =
        hn::Combine(HalfBytes(), hn::LoadU(block, row + base[6]), hn::LoadU(block, row + base[4]));
    return hn::Combine(Bytes(), high, low);
#endif
}

// What one half of a vector's windows is summed with, for any number of rows.
struct HalfPlan {
    hn::Vec<Bytes> lane01;
    hn::Vec<Bytes> lane23;
    WordVector pair01;
    WordVector pair23;

    HWY_INLINE HalfPlan(const TapWindows::Half& half, int window)
        : lane01(hn::LoadU(Bytes(), half.lane.data() + 16 * window)),
          lane23(hn::Add(lane01, hn::Set(Bytes(), 2))), // a byte of 0x80 and more gives 0
          pair01(hn::LoadU(Words(), half.pair01.data() + 8 * window)),
          pair23(hn::LoadU(Words(), half.pair23.data() + 8 * window)) {}

    [[nodiscard]] HWY_INLINE hn::Vec<Sums> sums(hn::Vec<Bytes> samples) const {
        const Sums d;
        const auto taps01 = hn::BitCast(Words(), hn::TableLookupBytesOr0(samples, lane01));
        const auto taps23 = hn::BitCast(Words(), hn::TableLookupBytesOr0(samples, lane23));
        hn::Vec<Sums> none = hn::Zero(d);
        const auto front = hn::ReorderWidenMulAccumulate(d, taps01, pair01, hn::Zero(d), none);
        return hn::ShiftRight<8>(hn::ReorderWidenMulAccumulate(d, taps23, pair23, front, none));
    }
};

// Narrowing takes turns between first and second halves, block by block: so they come in order.
template <bool shared>
HWY_INLINE void along_windows(
    const SampleRows& from, const TapWindows& plan, int window, int out_at, const ValueRows& out) {
    const HalfPlan first(plan.half[0], window);
    const HalfPlan second(plan.half[1], window);
    const std::int32_t* base = plan.base.data() + 2 * window;
    for (int k = 0; k < 2; ++k) {
        const auto samples = gathered(from.row[k], base);
        const auto others = shared ? samples : gathered(from.row[k], base + 1);
        hn::StoreU(hn::ReorderDemote2To(Words(), first.sums(samples), second.sums(others)),
                   Words(),
                   out.row[k] + out_at);
    }
}

template <bool shared>
HWY_INLINE void all_windows(
    const SampleRows& from, const TapWindows& plan, int first, int windows, const ValueRows& out) {
    for (int w = 0; w < windows - blocks; w += blocks) {
        along_windows<shared>(from, plan, first + w, 8 * w, out);
    }
    along_windows<shared>(from, plan, first + windows - blocks, 8 * (windows - blocks), out);
}

void along(
    const SampleRows& from, const TapTable& table, int first, int windows, const ValueRows& out) {
    if (windows < blocks || table.windows.shared == 0) {
        plain_along(from, table, first, windows, out);
    } else if (table.windows.shared == 2) {
        all_windows<true>(from, table.windows, first, windows, out);
    } else {
        all_windows<false>(from, table.windows, first, windows, out);
    }
}

// mix of compose_math.hpp for a vector.
HWY_INLINE hn::Vec<HalfBytes> mixed(WordVector back, WordVector front, WordVector weight) {
    const auto way = hn::ShiftLeft<7>(hn::Sub(front, back));
    const auto start = hn::Add(hn::ShiftLeft<5>(back), hn::Set(Words(), 16));
    return hn::DemoteTo(HalfBytes(), hn::ShiftRight<5>(hn::Add(start, hn::MulHigh(way, weight))));
}

struct FlatWords {
    WordVector colour;
    HWY_INLINE WordVector operator()(int) const { return colour; }
    HWY_INLINE std::uint8_t one(int) const {
        return static_cast<std::uint8_t>(hn::GetLane(colour));
    }
};

struct PlaneWords {
    const std::uint8_t* samples;
    HWY_INLINE WordVector operator()(int i) const { return widened_words(samples + i); }
    HWY_INLINE std::uint8_t one(int i) const { return samples[i]; }
};

struct OneWeight {
    std::int16_t weight;
    HWY_INLINE WordVector operator()(int) const { return hn::Set(Words(), weight); }
    HWY_INLINE std::int16_t one(int) const { return weight; }
};

struct MaskWeights {
    const std::uint8_t* mask;
    std::uint16_t gain;

    HWY_INLINE WordVector operator()(int i) const {
        const hn::RebindToUnsigned<Words> d;
        const auto high = hn::ShiftLeft<8>(hn::BitCast(d, widened_words(mask + i)));
        return hn::BitCast(Words(), hn::MulHigh(high, hn::Set(d, gain)));
    }
    HWY_INLINE std::int16_t one(int i) const { return mask_weight(mask[i], gain); }
};

struct HalfMaskWeights {
    const std::uint8_t* above;
    const std::uint8_t* below;
    std::uint16_t gain;

    // Sums of neighbours: a word holds the even sample below and the odd one above.
    HWY_INLINE hn::Vec<hn::RebindToUnsigned<Words>> pairs(const std::uint8_t* row) const {
        const hn::RebindToUnsigned<Words> d;
        const auto both = hn::BitCast(d, hn::LoadU(Bytes(), row));
        return hn::Add(hn::And(both, hn::Set(d, 0xff)), hn::ShiftRight<8>(both));
    }
    HWY_INLINE WordVector operator()(int i) const {
        const hn::RebindToUnsigned<Words> d;
        const auto sum = hn::Add(pairs(above + 2 * i), pairs(below + 2 * i));
        return hn::BitCast(Words(), hn::MulHigh(hn::ShiftLeft<6>(sum), hn::Set(d, gain)));
    }
    HWY_INLINE std::int16_t one(int i) const {
        const int sum = above[2 * i] + above[2 * i + 1] + below[2 * i] + below[2 * i + 1];
        return mask_weight_of_four(sum, gain);
    }
};

template <class Front, class Weight>
HWY_INLINE void lay_row(const std::uint8_t* back,
                        const Front& front,
                        const Weight& weight,
                        int count,
                        std::uint8_t* out) {
    if (count >= words) {
        store_row(HalfBytes(), count, out, [=](int i) HWY_ATTR {
            return mixed(widened_words(back + i), front(i), weight(i));
        });
        return;
    }
    for (int i = 0; i < count; ++i) {
        out[i] = kernels::mix(back[i], front.one(i), weight.one(i));
    }
}

template <class Weight>
HWY_INLINE void lay_front(
    const std::uint8_t* back, RowFront front, const Weight& weight, int count, std::uint8_t* out) {
    if (front.samples == nullptr) {
        lay_row(back, FlatWords{hn::Set(Words(), front.colour)}, weight, count, out);
    } else {
        lay_row(back, PlaneWords{front.samples}, weight, count, out);
    }
}

void mix_rows(
    const std::uint8_t* back, RowFront front, std::int16_t weight, int count, std::uint8_t* out) {
    lay_front(back, front, OneWeight{weight}, count, out);
}

void lay(
    const std::uint8_t* mask, std::uint16_t gain, RowFront front, int count, std::uint8_t* out) {
    lay_front(out, front, MaskWeights{mask, gain}, count, out);
}

void lay_half(const std::uint8_t* above,
              const std::uint8_t* below,
              std::uint16_t gain,
              RowFront front,
              int count,
              std::uint8_t* out) {
    lay_front(out, front, HalfMaskWeights{above, below, gain}, count, out);
}

// (start + i * by) >> 21 for a vector of pixels, without 64-bit lanes: `by` is cut in two.
struct Steps {
    hn::Vec<Sums> whole;
    hn::Vec<Sums> part;

    HWY_INLINE explicit Steps(std::int64_t by)
        : whole(hn::Mul(hn::Iota(Sums(), 0), hn::Set(Sums(), static_cast<std::int32_t>(by >> 21)))),
          part(hn::Mul(hn::Iota(Sums(), 0),
                       hn::Set(Sums(), static_cast<std::int32_t>(by & 0x1fffff)))) {}

    [[nodiscard]] HWY_INLINE hn::Vec<Sums> from(std::int64_t start) const {
        const auto base = hn::Set(Sums(), static_cast<std::int32_t>(start >> 21));
        const auto rest = hn::Set(Sums(), static_cast<std::int32_t>(start & 0x1fffff));
        return hn::Add(hn::Add(base, whole), hn::ShiftRight<21>(hn::Add(rest, part)));
    }
};

// p * (2048 - f) + q * f of the two lowest bytes p, q of each lane.
HWY_INLINE hn::Vec<Sums> between(hn::Vec<Sums> bytes, hn::Vec<Sums> fraction) {
    const Sums d;
    const auto pair = hn::Or(hn::And(bytes, hn::Set(d, 0xff)),
                             hn::ShiftLeft<8>(hn::And(bytes, hn::Set(d, 0xff00))));
    const auto share = hn::Add(hn::Sub(hn::ShiftLeft<16>(fraction), fraction), hn::Set(d, 2048));
    hn::Vec<Sums> none = hn::Zero(d);
    return hn::ReorderWidenMulAccumulate(
        d, hn::BitCast(Words(), pair), hn::BitCast(Words(), share), hn::Zero(d), none);
}

// A gather reads four bytes where two are wanted: never in the last row of the source.
void warp(const WarpRow& from, int count, std::uint8_t* out) {
    const Sums d;
    constexpr int lanes = words / 2;
    const Steps across(from.dx);
    const Steps down(from.dy);
    const auto pitch = hn::Set(d, static_cast<std::int32_t>(from.source.pitch));
    const auto* base = reinterpret_cast<const std::int32_t*>(from.source.data);
    int i = 0;
    for (; i + lanes <= count; i += lanes) {
        const auto qx = across.from(from.x + i * from.dx);
        const auto qy = down.from(from.y + i * from.dy);
        const auto at = hn::Add(hn::Mul(hn::ShiftRight<11>(qy), pitch), hn::ShiftRight<11>(qx));
        const auto fx = hn::And(qx, hn::Set(d, 2047));
        const auto top = between(hn::GatherOffset(d, base, at), fx);
        const auto bottom = between(hn::GatherOffset(d, base, hn::Add(at, pitch)), fx);
        const auto slope = hn::Mul(hn::Sub(bottom, top), hn::And(qy, hn::Set(d, 2047)));
        const auto sum = hn::Add(hn::Add(hn::ShiftLeft<11>(top), hn::Set(d, 1 << 21)), slope);
        const hn::Rebind<std::uint8_t, Sums> narrow;
        hn::StoreU(hn::DemoteTo(narrow, hn::ShiftRight<22>(sum)), narrow, out + i);
    }
    for (; i < count; ++i) {
        const Spot spot = spot_at((from.x + i * from.dx) >> 21, (from.y + i * from.dy) >> 21);
        warp_pixel<1>(from.source, spot, 0, out + i);
    }
}

constexpr RowKernels rows{along, down, mix_rows, lay, lay_half, warp};

#endif

} // namespace HWY_NAMESPACE
} // namespace smos::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace smos::kernels {

const RowKernels* highway_rows(Simd unit) {
#if HWY_TARGETS & HWY_AVX3
    if (unit == Simd::avx512) {
        return &N_AVX3::rows;
    }
#endif
#if HWY_TARGETS & HWY_AVX2
    if (unit == Simd::avx2) {
        return &N_AVX2::rows;
    }
#endif
    static_cast<void>(unit);
    return nullptr;
}

} // namespace smos::kernels

#endif
