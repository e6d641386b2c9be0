// SPDX-License-Identifier: Apache-2.0
// The second pass of shrinking in plain C++, for any processor.
#include "libsmos/kernels/shrink_rows.hpp"

#include "libsmos/kernels/cpu_rows.hpp"

namespace smos::kernels {

namespace {

struct PlainAlong {
    const std::int16_t* sums;
    const WideTaps* table;
    int begin, end;
    std::uint8_t* out;

    __attribute__((always_inline)) void operator()() const {
        const int taps = table->taps;
        const std::int32_t* first = table->first.data();
        const std::int16_t* weight =
            table->weight.data() + static_cast<std::ptrdiff_t>(begin) * table->pitch;
        for (int i = begin; i < end; ++i, weight += table->pitch) {
            const std::int16_t* line = sums + first[i];
            int sum = 0;
            for (int k = 0; k < taps; k += 8) {
                for (int j = 0; j < 8; ++j) {
                    sum += line[k + j] * weight[k + j];
                }
            }
            out[i] = settle_taps(sum);
        }
    }
};

void whole_row(const std::int16_t* sums, const WideTaps& table, std::uint8_t* out) {
    plain_shrink_along(sums, table, 0, table.count(), out);
}

} // namespace

void plain_shrink_along(
    const std::int16_t* sums, const WideTaps& table, int begin, int end, std::uint8_t* out) {
    on_best_unit(PlainAlong{sums, &table, begin, end, out});
}

ShrinkAlong shrink_along() {
    const ShrinkAlong along = highway_shrink_along(simd_in_use());
    return along != nullptr ? along : whole_row;
}

} // namespace smos::kernels
