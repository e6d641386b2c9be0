// SPDX-License-Identifier: Apache-2.0
// Planar Y'CbCr of one matrix, range and chroma site as 4:2:0 of another, on the CPU.
//
// With Y a luma code and B, R 64 times the colour differences (128 is 0) linearly between the
// chroma samples around a position, every code written is a sum
//   (offset + factor[0] * Y + factor[1] * B + factor[2] * R) / 2^30, to nearest, cut to 0 .. 255.
// Luma is written at its own place; a chroma sample (which has no Y) where `across` and `down` say.
#pragma once

#include "libsmos/kernels/compose.hpp"

namespace smos::kernels {

// Samples 0, 1, ... of what is written, by position among the chroma samples that are read: the
// i-th lies (start + step * i) / 8 samples after the first. Edges are replicated. With step 16,
// where two samples meet in one, the mean of two or the triangle 1 2 1.
struct ChromaWalk {
    int start = 0; // -16 .. 16
    int step = 8;  // 1 .. 16
};

struct YccSum {
    std::int32_t factor[3] = {};
    std::int64_t offset = 0; // |offset| < 2^44
};

struct Ycc {
    Picture<const std::uint8_t> source; // chroma planes of one size, any
    Picture<std::uint8_t> out;
    ChromaWalk luma_across, luma_down; // luma samples among the source's chroma
    ChromaWalk across, down;           // chroma samples of `out`
    YccSum luma, u, v;                 // u.factor[0] and v.factor[0] are 0
};

// The band is of luma rows: first even, last even or the height. bad_job where a walk leaves the
// source's chroma by more than three samples, or luma planes have different sizes.
[[nodiscard]] Outcome run_rows(const Ycc& job, Rows luma_band);

} // namespace smos::kernels
