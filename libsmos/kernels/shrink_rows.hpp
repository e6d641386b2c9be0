// SPDX-License-Identifier: Apache-2.0
// The second pass of shrinking, along a row of sums, once for each vector unit.
#pragma once

#include "libsmos/kernels/portable.hpp"
#include "libsmos/kernels/simd.hpp"

#include <cstdint>
#include <vector>

namespace smos::kernels {

// For each target position `taps` weights that sum to 16384, and zeroes up to `pitch`; `taps` is a
// multiple of 8 and `pitch` of 16.
struct WideTaps {
    int taps = 0;
    int pitch = 0;
    std::vector<std::int32_t> first;
    std::vector<std::int16_t> weight;
    [[nodiscard]] int count() const { return static_cast<int>(first.size()); }
};

// From the weighted sum of the first pass's sums back to 8 bits.
SMOS_HD std::uint8_t settle_taps(int sum) {
    const int value = ((sum + (1 << 19)) >> 20) + 128;
    return static_cast<std::uint8_t>(value < 0 ? 0 : (value > 255 ? 255 : value));
}

// out[i] for every position; `sums` is of source column 0 and has values as far as any tap and
// weight of zero reaches.
using ShrinkAlong = void (*)(const std::int16_t* sums, const WideTaps& table, std::uint8_t* out);

// Of the unit in use.
[[nodiscard]] ShrinkAlong shrink_along();

// The positions from `begin` up to `end`, for any processor.
void plain_shrink_along(
    const std::int16_t* sums, const WideTaps& table, int begin, int end, std::uint8_t* out);

// Null where the build or this unit has none.
[[nodiscard]] ShrinkAlong highway_shrink_along(Simd unit);

} // namespace smos::kernels
