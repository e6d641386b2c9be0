// SPDX-License-Identifier: Apache-2.0
// What one sample of another Y'CbCr is made of.
#pragma once

#include "libsmos/kernels/portable.hpp"
#include "libsmos/kernels/ycc.hpp"

namespace smos::kernels {

// Weights, which sum to 8, of the samples from `first` on.
struct ChromaTaps {
    int first;
    std::int16_t weight[3];
};

SMOS_HD ChromaTaps chroma_taps(ChromaWalk walk, int i) {
    const int eighths = walk.start + walk.step * i;
    const int first = eighths >> 3;
    const auto part = static_cast<std::int16_t>(eighths & 7);
    if (walk.step == 16 && part == 0) {
        return {first - 1, {2, 4, 2}};
    }
    return {first, {static_cast<std::int16_t>(8 - part), part, 0}};
}

// 64 * 128, which stands for no colour.
inline constexpr std::int16_t chroma_zero = 8192;

SMOS_HD std::uint8_t ycc_byte(const YccSum& sum, int y, int b, int r) {
    const std::int64_t whole = sum.offset + std::int64_t{sum.factor[0]} * y +
                               std::int64_t{sum.factor[1]} * b + std::int64_t{sum.factor[2]} * r;
    const std::int64_t level = (whole + (std::int64_t{1} << 29)) >> 30;
    return static_cast<std::uint8_t>(level < 0 ? 0 : (level > 255 ? 255 : level));
}

} // namespace smos::kernels
