// SPDX-License-Identifier: Apache-2.0
// Rows for AVX2 and AVX-512, written once with Highway and compiled for each.
#include "libsmos/kernels/row_kernels.hpp"

#include <cstring>

// Other targets (SSE4, NEON, ...) have the plain loops, which their compilers turn into vectors.
#define HWY_WANT_AVX3_DL
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SSE4)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "libsmos/kernels/row_kernels_highway.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace smos::kernels {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL

#include "libsmos/kernels/row_lanes.inc"

// Of place_rows_highway.cpp.
void down(const std::int16_t* const* from,
          const std::int16_t* weight,
          int count,
          std::uint8_t* out);
void along(
    const SampleRows& from, const TapTable& table, int first, int groups, const ValueRows& out);

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

// Four bytes from each offset. Gathers of AVX2 are slower than the loads that they are made of.
HWY_INLINE hn::Vec<Sums> picked(const std::uint8_t* base, hn::Vec<Sums> at) {
#if HWY_TARGET == HWY_AVX2
    alignas(32) std::int32_t offset[8];
    hn::Store(at, Sums(), offset);
    std::int32_t value[8];
    for (int i = 0; i < 8; ++i) {
        std::memcpy(value + i, base + offset[i], 4);
    }
    return hn::Vec<Sums>{_mm256_setr_epi32(
        value[0], value[1], value[2], value[3], value[4], value[5], value[6], value[7])};
#else
    return hn::GatherOffset(Sums(), reinterpret_cast<const std::int32_t*>(base), at);
#endif
}

// p * (2048 - f) + q * f, where a lane has p and q as words.
HWY_INLINE hn::Vec<Sums> between(hn::Vec<Sums> words_of_two, hn::Vec<Sums> fraction) {
    const Sums d;
    const auto share = hn::Add(hn::Sub(hn::ShiftLeft<16>(fraction), fraction), hn::Set(d, 2048));
    hn::Vec<Sums> none = hn::Zero(d);
    return hn::ReorderWidenMulAccumulate(
        d, hn::BitCast(Words(), words_of_two), hn::BitCast(Words(), share), hn::Zero(d), none);
}

// Where a vector of pixels lies, and what it takes from there.
struct Spots {
    const std::uint8_t* base;
    Steps across, down;
    hn::Vec<Sums> pitch;
    int pixel_bytes;

    HWY_INLINE Spots(const WarpRow& from, int bytes)
        : base(from.source.data),
          across(from.dx),
          down(from.dy),
          pitch(hn::Set(Sums(), static_cast<std::int32_t>(from.source.pitch))),
          pixel_bytes(bytes) {}
};

struct Quads {
    hn::Vec<Sums> top, bottom; // four bytes of either row
    hn::Vec<Sums> fx, fy;

    HWY_INLINE Quads(const Spots& spots, const WarpRow& from, int i) {
        const Sums d;
        const auto qx = spots.across.from(from.x + i * from.dx);
        const auto qy = spots.down.from(from.y + i * from.dy);
        const auto whole = hn::ShiftRight<11>(qx);
        const auto bytes = spots.pixel_bytes == 2 ? hn::Add(whole, whole) : whole;
        const auto at = hn::Add(hn::Mul(hn::ShiftRight<11>(qy), spots.pitch), bytes);
        top = picked(spots.base, at);
        bottom = picked(spots.base, hn::Add(at, spots.pitch));
        fx = hn::And(qx, hn::Set(d, 2047));
        fy = hn::And(qy, hn::Set(d, 2047));
    }
    // Of two rows of pairs of words.
    HWY_INLINE void
    store(hn::Vec<Sums> upper_two, hn::Vec<Sums> lower_two, std::uint8_t* out) const {
        const Sums d;
        const auto above = between(upper_two, fx);
        const auto below = between(lower_two, fx);
        const auto slope = hn::Mul(hn::Sub(below, above), fy);
        const auto sum = hn::Add(hn::Add(hn::ShiftLeft<11>(above), hn::Set(d, 1 << 21)), slope);
        const hn::Rebind<std::uint8_t, Sums> narrow;
        hn::StoreU(hn::DemoteTo(narrow, hn::ShiftRight<22>(sum)), narrow, out);
    }
};

// The two lowest bytes of each lane as words; of four, the first and third, second and fourth.
HWY_INLINE hn::Vec<Sums> low_two(hn::Vec<Sums> bytes) {
    const Sums d;
    return hn::Or(hn::And(bytes, hn::Set(d, 0xff)),
                  hn::ShiftLeft<8>(hn::And(bytes, hn::Set(d, 0xff00))));
}
HWY_INLINE hn::Vec<Sums> even_two(hn::Vec<Sums> bytes) {
    return hn::And(bytes, hn::Set(Sums(), 0xff00ff));
}
HWY_INLINE hn::Vec<Sums> odd_two(hn::Vec<Sums> bytes) {
    return hn::And(hn::ShiftRight<8>(bytes), hn::Set(Sums(), 0xff00ff));
}

constexpr int lanes = words / 2;

// value(i) for every vector of a row; the last overlaps the one before. False when there is none.
template <class Value>
HWY_INLINE bool every_vector(int count, const Value& value) {
    for (int i = 0; i + lanes <= count; i += lanes) {
        value(i);
    }
    if (count >= lanes && count % lanes != 0) {
        value(count - lanes);
    }
    return count >= lanes;
}

// Four bytes are read where two are wanted: never in the last row of the source.
void warp(const WarpRow& from, int count, std::uint8_t* out) {
    const Spots spots(from, 1);
    const auto stored = [&](int i) HWY_ATTR {
        const Quads quads(spots, from, i);
        quads.store(low_two(quads.top), low_two(quads.bottom), out + i);
    };
    if (!every_vector(count, stored)) {
        plain_warp(from, count, out);
    }
}

void warp_pair(const WarpRow& from, int count, std::uint8_t* first, std::uint8_t* second) {
    const Spots spots(from, 2);
    const auto stored = [&](int i) HWY_ATTR {
        const Quads quads(spots, from, i);
        quads.store(even_two(quads.top), even_two(quads.bottom), first + i);
        quads.store(odd_two(quads.top), odd_two(quads.bottom), second + i);
    };
    if (!every_vector(count, stored)) {
        plain_warp_pair(from, count, first, second);
    }
}

constexpr RowKernels rows{along, down, mix_rows, lay, lay_half, warp, warp_pair};
constexpr const RowKernels* rows_here = &rows;

#endif

} // namespace HWY_NAMESPACE
} // namespace smos::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

#include "libsmos/kernels/vector_units.hpp"

namespace smos::kernels {

const RowKernels* highway_rows(Simd unit, bool permutes) {
#if HWY_TARGETS & HWY_AVX3_DL
    if (unit == Simd::avx512 && permutes) {
        return N_AVX3_DL::rows_here;
    }
#endif
    static_cast<void>(permutes);
    return code_for<const RowKernels*>(unit, SMOS_OF_AVX512(rows_here), SMOS_OF_AVX2(rows_here));
}

} // namespace smos::kernels

#endif
