// SPDX-License-Identifier: Apache-2.0
// Rows of another Y'CbCr in plain C++, for any processor.
#include "libsmos/kernels/ycc_rows.hpp"

#include "libsmos/kernels/cpu_rows.hpp"

namespace smos::kernels {

void plain_mix(const ChromaRows& from, int count, std::int16_t* out) {
    const ChromaRows rows = from;
    SMOS_PIXELS_ARE_INDEPENDENT
    for (int i = 0; i < count; ++i) {
        out[i] = static_cast<std::int16_t>(rows.weight[0] * rows.row[0][i] +
                                           rows.weight[1] * rows.row[1][i] +
                                           rows.weight[2] * rows.row[2][i]);
    }
}

namespace {

// Every walk of these steps repeats its weights after `period` samples, `advance` samples on.
template <int period, int advance>
void repeated(const std::int16_t* line, ChromaWalk walk, int count, std::int16_t* out) {
    for (int k = 0; k < period; ++k) {
        const ChromaTaps taps = chroma_taps(walk, k);
        const int w0 = taps.weight[0], w1 = taps.weight[1], w2 = taps.weight[2];
        const std::int16_t* from = line + taps.first;
        SMOS_PIXELS_ARE_INDEPENDENT
        for (int i = k; i < count; i += period) {
            const std::int16_t* at = from + i / period * advance;
            out[i] = static_cast<std::int16_t>(w0 * at[0] + w1 * at[1] + w2 * at[2] - chroma_zero);
        }
    }
}

} // namespace

void plain_across(const std::int16_t* line, ChromaWalk walk, int count, std::int16_t* out) {
    if (walk.step == 4) {
        repeated<2, 1>(line, walk, count, out);
        return;
    }
    if (walk.step == 8) {
        repeated<1, 1>(line, walk, count, out);
        return;
    }
    if (walk.step == 16) {
        repeated<1, 2>(line, walk, count, out);
        return;
    }
    for (int i = 0; i < count; ++i) {
        const ChromaTaps taps = chroma_taps(walk, i);
        int sum = -chroma_zero;
        for (int k = 0; k < 3; ++k) {
            sum += taps.weight[k] * line[taps.first + k];
        }
        out[i] = static_cast<std::int16_t>(sum);
    }
}

void plain_sum(const YccSum& sum,
               const std::uint8_t* y,
               const std::int16_t* b,
               const std::int16_t* r,
               int count,
               std::uint8_t* out) {
    const YccSum local = sum;
    for (int i = 0; i < count; ++i) {
        out[i] = ycc_byte(
            local, y == nullptr ? 0 : y[i], b == nullptr ? 0 : b[i], b == nullptr ? 0 : r[i]);
    }
}

const YccRows& ycc_rows() {
    static constexpr YccRows plain{plain_mix, plain_across, plain_sum};
    const YccRows* rows = highway_ycc_rows(simd_in_use());
    return rows != nullptr ? *rows : plain;
}

} // namespace smos::kernels
