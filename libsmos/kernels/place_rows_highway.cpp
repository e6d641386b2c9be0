// SPDX-License-Identifier: Apache-2.0
// The two passes of placing for AVX2, AVX-512 and AVX-512 with byte permutes.
#include "libsmos/kernels/row_kernels.hpp"

#define HWY_WANT_AVX3_DL
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SSE4)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "libsmos/kernels/place_rows_highway.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace smos::kernels {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL

namespace hn = hwy::HWY_NAMESPACE;

void down(const std::int16_t* const* from,
          const std::int16_t* weight,
          int count,
          std::uint8_t* out);
void along(
    const SampleRows& from, const TapTable& table, int first, int groups, const ValueRows& out);

namespace {

using Words = hn::ScalableTag<std::int16_t>;
using Bytes = hn::ScalableTag<std::uint8_t>;
using HalfBytes = hn::Half<Bytes>; // as many as Words
using WordVector = hn::Vec<Words>;
using ByteVector = hn::Vec<Bytes>;

constexpr int words = static_cast<int>(hn::MaxLanes(Words()));

// Four rows of a vector's width, rounded to levels from mid-grey. Pointers by value: what is stored
// might else be them.
struct DownTaps {
    const std::int16_t *a, *b, *c, *e;
    WordVector w0, w1, w2, w3;

    HWY_INLINE DownTaps(const std::int16_t* const* rows, const std::int16_t* weight)
        : a(rows[0]),
          b(rows[1]),
          c(rows[2]),
          e(rows[3]),
          w0(hn::Set(Words(), weight[0])),
          w1(hn::Set(Words(), weight[1])),
          w2(hn::Set(Words(), weight[2])),
          w3(hn::Set(Words(), weight[3])) {}

    [[nodiscard]] HWY_INLINE WordVector levels(int i) const {
        const Words d;
        const auto upper_two =
            hn::Add(hn::MulHigh(hn::LoadU(d, a + i), w0), hn::MulHigh(hn::LoadU(d, b + i), w1));
        const auto lower_two =
            hn::Add(hn::MulHigh(hn::LoadU(d, c + i), w2), hn::MulHigh(hn::LoadU(d, e + i), w3));
        return hn::ShiftRight<down_shift>(hn::Add(upper_two, lower_two));
    }
};

// Two vectors of levels from mid-grey to one of bytes, cut to 0 .. 255, in their order.
HWY_INLINE ByteVector narrowed(WordVector low, WordVector high) {
#if HWY_TARGET == HWY_AVX2
    const ByteVector mixed{_mm256_packs_epi16(low.raw, high.raw)};
    const ByteVector ordered{_mm256_permute4x64_epi64(mixed.raw, 0xd8)};
#else
    const ByteVector mixed{_mm512_packs_epi16(low.raw, high.raw)};
    const __m512i order = _mm512_setr_epi64(0, 2, 4, 6, 1, 3, 5, 7);
    const ByteVector ordered{_mm512_permutexvar_epi64(order, mixed.raw)};
#endif
    return hn::Xor(ordered, hn::Set(Bytes(), mid_grey));
}

HWY_INLINE void store_words(const DownTaps& taps, int i, std::uint8_t* out) {
    const hn::Rebind<std::int8_t, Words> narrow;
    const auto bytes = hn::BitCast(HalfBytes(), hn::DemoteTo(narrow, taps.levels(i)));
    hn::StoreU(hn::Xor(bytes, hn::Set(HalfBytes(), mid_grey)), HalfBytes(), out + i);
}

HWY_INLINE void store_bytes(const DownTaps& taps, int i, std::uint8_t* out) {
    hn::StoreU(narrowed(taps.levels(i), taps.levels(i + words)), Bytes(), out + i);
}

// Sums of neighbours: unsigned samples times signed weights.
HWY_INLINE ByteVector share_of(const std::int8_t* weight) {
    return hn::Load(Bytes(), reinterpret_cast<const std::uint8_t*>(weight));
}
HWY_INLINE WordVector pairs(ByteVector samples, ByteVector share) {
#if HWY_TARGET == HWY_AVX2
    return WordVector{_mm256_maddubs_epi16(samples.raw, share.raw)};
#else
    return WordVector{_mm512_maddubs_epi16(samples.raw, share.raw)};
#endif
}

// 16 samples for each of a vector's windows.
HWY_INLINE ByteVector gathered(const std::uint8_t* row, const std::int32_t* base) {
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

// Taps of a vector's pixels where eight share what is loaded ...
struct ByEights {
    static const std::uint8_t* lanes(const TapGroups& plan) { return plan.lane.data(); }
    ByteVector lane01, lane23;

    HWY_INLINE explicit ByEights(const std::uint8_t* lanes_at)
        : lane01(hn::Load(Bytes(), lanes_at)),
          lane23(hn::Add(lane01, hn::Set(Bytes(), 2))) {}
    HWY_INLINE void operator()(const std::uint8_t* row,
                               const std::int32_t* base,
                               ByteVector& t01,
                               ByteVector& t23) const {
        const auto samples = gathered(row, base);
        t01 = hn::TableLookupBytes(samples, lane01);
        t23 = hn::TableLookupBytes(samples, lane23);
    }
};

// ... where four do: a lane of 0x80 and more gives 0 ...
struct ByFours {
    static const std::uint8_t* lanes(const TapGroups& plan) { return plan.lane.data(); }
    ByteVector first01, first23, second01, second23;

    HWY_INLINE explicit ByFours(const std::uint8_t* lanes_at) {
        const Bytes d;
        const auto lane = hn::Load(d, lanes_at);
        const auto next = hn::Add(lane, hn::Set(d, 2));
        const hn::Repartition<std::uint64_t, Bytes> halves;
        const auto none = hn::Set(halves, 0x8080808080808080U);
        const auto even = hn::BitCast(d, hn::OddEven(none, hn::Zero(halves)));
        const auto odd = hn::BitCast(d, hn::OddEven(hn::Zero(halves), none));
        first01 = hn::Or(lane, even);
        first23 = hn::Or(next, even);
        second01 = hn::Or(lane, odd);
        second23 = hn::Or(next, odd);
    }
    HWY_INLINE void operator()(const std::uint8_t* row,
                               const std::int32_t* base,
                               ByteVector& t01,
                               ByteVector& t23) const {
        const auto low = gathered(row, base);
        const auto high = gathered(row, base + 1);
        t01 =
            hn::Or(hn::TableLookupBytesOr0(low, first01), hn::TableLookupBytesOr0(high, second01));
        t23 =
            hn::Or(hn::TableLookupBytesOr0(low, first23), hn::TableLookupBytesOr0(high, second23));
    }
};

#if HWY_TARGET == HWY_AVX3_DL
// ... and where all 32 do.
struct ByGroups {
    static const std::uint8_t* lanes(const TapGroups& plan) { return plan.wide_lane.data(); }
    ByteVector lane01, lane23;

    HWY_INLINE explicit ByGroups(const std::uint8_t* lanes_at)
        : lane01(hn::Load(Bytes(), lanes_at)),
          lane23(hn::Add(lane01, hn::Set(Bytes(), 2))) {}
    HWY_INLINE void operator()(const std::uint8_t* row,
                               const std::int32_t* base,
                               ByteVector& t01,
                               ByteVector& t23) const {
        const auto samples = hn::LoadU(Bytes(), row + base[0]);
        t01 = ByteVector{_mm512_permutexvar_epi8(lane01.raw, samples.raw)};
        t23 = ByteVector{_mm512_permutexvar_epi8(lane23.raw, samples.raw)};
    }
};
#endif

// An address only: it may lie behind the plane's end.
HWY_INLINE void fetch(const std::uint8_t* row, std::ptrdiff_t ahead) {
    __builtin_prefetch(reinterpret_cast<const void*>(reinterpret_cast<std::uintptr_t>(row) +
                                                     static_cast<std::uintptr_t>(ahead)));
}

template <class Taps>
HWY_INLINE void all_groups(
    const SampleRows& from, const TapGroups& plan, int first, int groups, const ValueRows& out) {
    const auto level = hn::Set(Words(), along_bias - along_one * mid_grey);
    const std::uint8_t* const rows[2] = {from.row[0], from.row[1]};
    std::int16_t* const values[2] = {out.row[0], out.row[1]};
    const std::int32_t* base = plan.base.data() + 8 * first;
    const std::int8_t* pair01 = plan.pair01.data() + 64 * first;
    const std::int8_t* pair23 = plan.pair23.data() + 64 * first;
    const std::uint8_t* lane = Taps::lanes(plan) + 64 * first;
    const int count = group_px * groups;
    for (int i = 0; i < count; i += words) {
        const Taps taps(lane + 2 * i);
        const auto weight01 = share_of(pair01 + 2 * i);
        const auto weight23 = share_of(pair23 + 2 * i);
        const std::int32_t* from_base = base + i / 4;
        for (int k = 0; k < 2; ++k) {
            ByteVector t01, t23;
            fetch(rows[k] + from_base[0], from.ahead);
            taps(rows[k], from_base, t01, t23);
            const auto sum = hn::Add(pairs(t01, weight01), hn::Add(pairs(t23, weight23), level));
            hn::Store(sum, Words(), values[k] + i);
        }
    }
}

} // namespace

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
    const DownTaps taps(from, weight);
    if (count < 2 * words) {
        store_words(taps, 0, out);
        store_words(taps, count - words, out);
        return;
    }
    for (int i = 0; i + 2 * words <= count; i += 2 * words) {
        store_bytes(taps, i, out);
    }
    store_bytes(taps, count - 2 * words, out);
}

void along(
    const SampleRows& from, const TapTable& table, int first, int groups, const ValueRows& out) {
    const TapGroups& plan = table.groups;
    if (plan.shared == 0) {
        plain_along(from, table, first, groups, out);
#if HWY_TARGET == HWY_AVX3_DL
    } else if (plan.wide) {
        all_groups<ByGroups>(from, plan, first, groups, out);
#endif
    } else if (plan.shared == 2) {
        all_groups<ByEights>(from, plan, first, groups, out);
    } else {
        all_groups<ByFours>(from, plan, first, groups, out);
    }
}

#endif

} // namespace HWY_NAMESPACE
} // namespace smos::kernels
HWY_AFTER_NAMESPACE();
