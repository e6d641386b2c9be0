// SPDX-License-Identifier: Apache-2.0
// The CPU's loops for looks that work in blocks: two luma rows at a time, their chroma spread to
// lines that vectors read. The bits are those of pull_block.
#pragma once

#include "libsmos/kernels/colour_math.hpp"
#include "libsmos/kernels/cpu_rows.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace smos::kernels {

// Lines of a luma row's pixels, as long as whole blocks.
struct BlockLines {
    std::vector<std::uint8_t> opaque, back_u, back_v, front_u, front_v;
    std::vector<std::int32_t> pull_u, pull_v, r, g, b, r0, g0, b0;
    std::array<std::vector<std::int32_t>, 5> places; // of LutPlace

    explicit BlockLines(std::size_t length)
        : opaque(length, 255),
          back_u(length),
          back_v(length),
          front_u(length + 2),
          front_v(length + 2),
          pull_u(length),
          pull_v(length),
          r(length),
          g(length),
          b(length),
          r0(length),
          g0(length),
          b0(length),
          places{} {
        places.fill(std::vector<std::int32_t>(length));
    }
};

// Each chroma sample for the two luma columns over it.
SMOS_HD void spread(const std::uint8_t* chroma, int count, std::uint8_t* line) {
    SMOS_PIXELS_ARE_INDEPENDENT
    for (int i = 0; i < count; ++i) {
        line[2 * i] = chroma[i];
        line[2 * i + 1] = chroma[i];
    }
}

// `luma_row(y, base, end, lines)` rewrites the pixels base .. end of a row and adds their pulls to
// the lines, which begin at base.
template <class LumaRow>
struct BlockRows {
    Picture<std::uint8_t> out;
    Rect target; // blocks
    BlockLines* lines;
    LumaRow luma_row;

    // At an odd edge the row or column there counts twice.
    __attribute__((always_inline)) void
    settle(std::uint8_t* row, const std::int32_t* pull, int times) const {
        const int whole = std::min(target.x1, out.y.width / 2) - target.x0;
        SMOS_PIXELS_ARE_INDEPENDENT
        for (int i = 0; i < whole; ++i) {
            row[i] = settle_chroma(row[i], (pull[2 * i] + pull[2 * i + 1]) * times);
        }
        if (whole < target.x1 - target.x0) {
            row[whole] = settle_chroma(row[whole], 2 * pull[2 * whole] * times);
        }
    }
    __attribute__((always_inline)) void operator()() const {
        const int blocks = target.x1 - target.x0;
        const int base = 2 * target.x0;
        const int end = std::min(2 * target.x1, out.y.width);
        for (int cy = target.y0; cy < target.y1; ++cy) {
            std::uint8_t* u = out.u.row(cy) + target.x0;
            std::uint8_t* v = out.v.row(cy) + target.x0;
            spread(u, blocks, lines->back_u.data());
            spread(v, blocks, lines->back_v.data());
            std::fill(lines->pull_u.begin(), lines->pull_u.end(), 0);
            std::fill(lines->pull_v.begin(), lines->pull_v.end(), 0);
            const bool pair = 2 * cy + 1 < out.y.height;
            luma_row(2 * cy, base, end, *lines);
            if (pair) {
                luma_row(2 * cy + 1, base, end, *lines);
            }
            settle(u, lines->pull_u.data(), pair ? 1 : 2);
            settle(v, lines->pull_v.data(), pair ? 1 : 2);
        }
    }
};

template <class LumaRow>
void every_block(const Picture<std::uint8_t>& out, Rect target, const LumaRow& luma_row) {
    if (!target.empty()) {
        BlockLines lines(2 * static_cast<std::size_t>(target.x1 - target.x0));
        on_best_unit(BlockRows<LumaRow>{out, target, &lines, luma_row});
    }
}

} // namespace smos::kernels
