// SPDX-License-Identifier: Apache-2.0
// The second pass of shrinking for AVX2, which processors with AVX-512 have too: eight positions at
// a time, whose sums of products are added up together.
#include "libsmos/kernels/shrink_rows.hpp"

#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SSE4 | HWY_AVX3)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "libsmos/kernels/shrink_rows_highway.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace smos::kernels {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_AVX2

namespace {

namespace hn = hwy::HWY_NAMESPACE;

using Words = hn::ScalableTag<std::int16_t>;
using Sums = hn::ScalableTag<std::int32_t>;
using SumVector = hn::Vec<Sums>;

constexpr int positions = static_cast<int>(hn::MaxLanes(Sums()));

// Eight parts of one position's sum.
HWY_INLINE SumVector parts(const std::int16_t* line, const std::int16_t* weight, int pitch) {
    SumVector sum = hn::Zero(Sums());
    for (int k = 0; k < pitch; k += 16) {
        SumVector none = hn::Zero(Sums());
        sum = hn::ReorderWidenMulAccumulate(
            Sums(), hn::LoadU(Words(), line + k), hn::LoadU(Words(), weight + k), sum, none);
    }
    return sum;
}

HWY_INLINE SumVector neighbours(SumVector low, SumVector high) {
    return SumVector{_mm256_hadd_epi32(low.raw, high.raw)};
}

// Of four positions: the sums of the lower parts in the lower half, of the upper ones in the upper.
HWY_INLINE SumVector four(const std::int16_t* sums,
                          const std::int32_t* first,
                          const std::int16_t* weight,
                          int pitch) {
    const auto two = [=](int i) HWY_ATTR {
        return neighbours(parts(sums + first[i], weight + i * pitch, pitch),
                          parts(sums + first[i + 1], weight + (i + 1) * pitch, pitch));
    };
    return neighbours(two(0), two(2));
}

HWY_INLINE void eight(const std::int16_t* sums, const WideTaps& table, int i, std::uint8_t* out) {
    const Sums d;
    const std::int32_t* first = table.first.data() + i;
    const std::int16_t* weight = table.weight.data() + static_cast<std::ptrdiff_t>(i) * table.pitch;
    const auto lower = four(sums, first, weight, table.pitch);
    const auto upper = four(sums, first + 4, weight + 4 * table.pitch, table.pitch);
    const auto sum =
        hn::Add(hn::ConcatLowerLower(d, upper, lower), hn::ConcatUpperUpper(d, upper, lower));
    const auto level = hn::ShiftRight<20>(hn::Add(sum, hn::Set(d, 1 << 19)));
    const hn::Rebind<std::uint8_t, Sums> narrow;
    hn::StoreU(hn::DemoteTo(narrow, hn::Add(level, hn::Set(d, 128))), narrow, out + i);
}

void along(const std::int16_t* sums, const WideTaps& table, std::uint8_t* out) {
    const int count = table.count();
    if (count < positions) {
        plain_shrink_along(sums, table, 0, count, out);
        return;
    }
    for (int i = 0; i < count - positions; i += positions) {
        eight(sums, table, i, out);
    }
    eight(sums, table, count - positions, out);
}

} // namespace

constexpr ShrinkAlong shrink_along_here = along;

#endif

} // namespace HWY_NAMESPACE
} // namespace smos::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

#include "libsmos/kernels/vector_units.hpp"

namespace smos::kernels {

ShrinkAlong highway_shrink_along(Simd unit) {
    return code_for<ShrinkAlong>(
        unit, SMOS_OF_AVX2(shrink_along_here), SMOS_OF_AVX2(shrink_along_here));
}

} // namespace smos::kernels

#endif
