// SPDX-License-Identifier: Apache-2.0
// The rows that compositing is made of, once for each vector unit; all give the same bytes.
#pragma once

#include "libsmos/kernels/compose.hpp"
#include "libsmos/kernels/simd.hpp"

namespace smos::kernels {

// Samples behind a row's last tap that `along` may read, and values behind a line's end that it may
// write.
inline constexpr int line_slack = 64;

// A front of one row: a plane's samples, or one colour where `samples` is null.
struct RowFront {
    const std::uint8_t* samples;
    std::uint8_t colour;
};

struct SampleRows {
    const std::uint8_t* row[2];
    std::ptrdiff_t ahead; // from these to the rows that will be asked for next: fetched early
};
struct ValueRows {
    std::int16_t* row[2];
};

// Positions in a row of a warp: (x + i * dx) >> 21 for pixel i, in 1/2048 pixel of the source, and
// the same for y. All of them have their four samples inside, above the source's last row.
struct WarpRow {
    Source source;
    std::int64_t x, dx, y, dy;
};

// `out` may be what is read at the same place; rows do not overlap otherwise.
struct RowKernels {
    // out[i] = taps_along for the pixels of `groups` groups of 32, from group `first` of a table
    // that has groups; two rows at once share what is loaded. The rows are counted from the
    // source's column 0, and their edges are repeated as far as taps reach.
    void (*along)(
        const SampleRows& from, const TapTable& table, int first, int groups, const ValueRows& out);
    // out[i] = taps_down of four such rows
    void (*down)(const std::int16_t* const* from,
                 const std::int16_t* weight,
                 int count,
                 std::uint8_t* out);
    // out = mix(back, front, weight)
    void (*mix)(const std::uint8_t* back,
                RowFront front,
                std::int16_t weight,
                int count,
                std::uint8_t* out);
    // out = mix(out, front, mask_weight(mask, gain))
    void (*lay)(
        const std::uint8_t* mask, std::uint16_t gain, RowFront front, int count, std::uint8_t* out);
    // The same with the mean of 2 by 2 mask samples, of which the upper and lower rows are given.
    void (*lay_half)(const std::uint8_t* upper,
                     const std::uint8_t* lower,
                     std::uint16_t gain,
                     RowFront front,
                     int count,
                     std::uint8_t* out);
    // out[i] = bilinear of the samples at a position
    void (*warp)(const WarpRow& from, int count, std::uint8_t* out);
    // the same of two interleaved planes
    void (*warp_pair)(const WarpRow& from, int count, std::uint8_t* first, std::uint8_t* second);
};

// Of the unit in use.
[[nodiscard]] const RowKernels& row_kernels();

// Rows of any length, for any processor.
void plain_warp(const WarpRow& from, int count, std::uint8_t* out);
void plain_warp_pair(const WarpRow& from, int count, std::uint8_t* first, std::uint8_t* second);

// `along` of any table, for any processor.
void plain_along(
    const SampleRows& from, const TapTable& table, int first, int groups, const ValueRows& out);

// Null where the build or this unit has none. `permutes` is of avx512: bytes of a whole vector.
[[nodiscard]] const RowKernels* highway_rows(Simd unit, bool permutes);

} // namespace smos::kernels
