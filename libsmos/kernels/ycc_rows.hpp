// SPDX-License-Identifier: Apache-2.0
// The rows that ycc.hpp is made of, once for each vector unit; all give the same bytes.
#pragma once

#include "libsmos/kernels/simd.hpp"
#include "libsmos/kernels/ycc_math.hpp"

namespace smos::kernels {

// Values behind a line's end that `mix` and `across` may write and `across` may read; `across`
// reads up to chroma_reach values outside a line at either end.
inline constexpr int ycc_slack = 64;
inline constexpr int chroma_reach = 4;

struct ChromaRows {
    const std::uint8_t* row[3];
    std::int16_t weight[3];
};

struct YccRows {
    // out[i] = the weighted sum of the rows
    void (*mix)(const ChromaRows& from, int count, std::int16_t* out);
    // out[i] = the weighted sum of the walk's taps along a line, less chroma_zero
    void (*across)(const std::int16_t* line, ChromaWalk walk, int count, std::int16_t* out);
    // out[i] = ycc_byte(sum, y[i], b[i], r[i]); without y, 0
    void (*sum)(const YccSum& sum,
                const std::uint8_t* y,
                const std::int16_t* b,
                const std::int16_t* r,
                int count,
                std::uint8_t* out);
};

// Of the unit in use.
[[nodiscard]] const YccRows& ycc_rows();

// Rows of any length and walk, for any processor.
void plain_mix(const ChromaRows& from, int count, std::int16_t* out);
void plain_across(const std::int16_t* line, ChromaWalk walk, int count, std::int16_t* out);
void plain_sum(const YccSum& sum,
               const std::uint8_t* y,
               const std::int16_t* b,
               const std::int16_t* r,
               int count,
               std::uint8_t* out);

// Null where the build or this unit has none.
[[nodiscard]] const YccRows* highway_ycc_rows(Simd unit);

} // namespace smos::kernels
