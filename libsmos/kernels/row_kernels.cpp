// SPDX-License-Identifier: Apache-2.0
// Rows in plain C++, for any processor.
#include "libsmos/kernels/row_kernels.hpp"

#include "libsmos/kernels/cpu_rows.hpp"

#include <algorithm>

namespace smos::kernels {

void plain_along(
    const SampleRows& from, const TapTable& table, int first, int groups, const ValueRows& out) {
    const int end = std::min(group_px * (first + groups), table.count());
    for (int i = group_px * first; i < end; ++i) {
        const auto at = static_cast<std::size_t>(i);
        for (int k = 0; k < 2; ++k) {
            const std::uint8_t* tap = from.row[k] + table.first[at];
            out.row[k][i - group_px * first] =
                taps_along(tap[0], tap[1], tap[2], tap[3], &table.along[4 * at]);
        }
    }
}

void plain_warp(const WarpRow& from, int count, std::uint8_t* out) {
    for (int i = 0; i < count; ++i) {
        const Spot spot = spot_at((from.x + i * from.dx) >> 21, (from.y + i * from.dy) >> 21);
        warp_pixel<1>(from.source, spot, 0, out + i);
    }
}

void plain_warp_pair(const WarpRow& from, int count, std::uint8_t* first, std::uint8_t* second) {
    for (int i = 0; i < count; ++i) {
        const Spot spot = spot_at((from.x + i * from.dx) >> 21, (from.y + i * from.dy) >> 21);
        std::uint8_t both[2];
        warp_pixel<2>(from.source, spot, 0, both);
        first[i] = both[0];
        second[i] = both[1];
    }
}

namespace {

void down(const std::int16_t* const* from,
          const std::int16_t* weight,
          int count,
          std::uint8_t* out) {
    const std::int16_t* a = from[0];
    const std::int16_t* b = from[1];
    const std::int16_t* c = from[2];
    const std::int16_t* d = from[3];
    const std::int16_t w0 = weight[0];
    const std::int16_t w1 = weight[1];
    const std::int16_t w2 = weight[2];
    const std::int16_t w3 = weight[3];
    SMOS_PIXELS_ARE_INDEPENDENT
    for (int i = 0; i < count; ++i) {
        const std::int16_t share[4] = {w0, w1, w2, w3}; // in registers, not in memory
        out[i] = taps_down(a[i], b[i], c[i], d[i], share);
    }
}

// Calls `row` with what gives the front's sample at i.
template <class Row>
void with_front(RowFront front, const Row& row) {
    if (front.samples == nullptr) {
        row([colour = front.colour](int) __attribute__((always_inline)) { return colour; });
    } else {
        row([samples = front.samples](int i) __attribute__((always_inline)) { return samples[i]; });
    }
}

void mix_rows(
    const std::uint8_t* back, RowFront front, std::int16_t weight, int count, std::uint8_t* out) {
    with_front(front, [&](const auto& at) {
        SMOS_PIXELS_ARE_INDEPENDENT
        for (int i = 0; i < count; ++i) {
            out[i] = mix(back[i], at(i), weight);
        }
    });
}

void lay(
    const std::uint8_t* mask, std::uint16_t gain, RowFront front, int count, std::uint8_t* out) {
    with_front(front, [&](const auto& at) {
        SMOS_PIXELS_ARE_INDEPENDENT
        for (int i = 0; i < count; ++i) {
            out[i] = mix(out[i], at(i), mask_weight(mask[i], gain));
        }
    });
}

void lay_half(const std::uint8_t* above,
              const std::uint8_t* below,
              std::uint16_t gain,
              RowFront front,
              int count,
              std::uint8_t* out) {
    with_front(front, [&](const auto& at) {
        SMOS_PIXELS_ARE_INDEPENDENT
        for (int i = 0; i < count; ++i) {
            const int sum = above[2 * i] + above[2 * i + 1] + below[2 * i] + below[2 * i + 1];
            out[i] = mix(out[i], at(i), mask_weight_of_four(sum, gain));
        }
    });
}

} // namespace

const RowKernels& row_kernels() {
    static constexpr RowKernels plain{
        plain_along, down, mix_rows, lay, lay_half, plain_warp, plain_warp_pair};
    const RowKernels* rows = highway_rows(simd_in_use(), byte_permutes_in_use());
    return rows != nullptr ? *rows : plain;
}

} // namespace smos::kernels
