// SPDX-License-Identifier: Apache-2.0
// Curves, matrix and LUT of a grade in fixed point: the only place where they are written.
#pragma once

#include "libsmos/kernels/colour_math.hpp"
#include "libsmos/kernels/grade.hpp"

namespace smos::kernels {

// The curves and the matrix; null tables for a grade that has only a LUT.
struct GradeCurves {
    const std::uint16_t* in;
    const std::uint16_t* out;
    std::int32_t matrix[9];

    SMOS_HD int row(const Rgb& c, int i) const {
        const std::int64_t sum = std::int64_t{matrix[i]} * c.r + std::int64_t{matrix[i + 1]} * c.g +
                                 std::int64_t{matrix[i + 2]} * c.b + rgb_one / 2;
        const std::int64_t value = sum >> 14;
        return out[value < 0 ? 0 : (value < grade_reach ? value : grade_reach - 1)];
    }
    SMOS_HD Rgb operator()(const Rgb& c) const {
        if (in == nullptr) {
            return c;
        }
        const Rgb lit{in[c.r], in[grade_steps + c.g], in[2 * grade_steps + c.b]};
        return {row(lit, 0), row(lit, 3), row(lit, 6)};
    }
};

// A place in the grid along one axis: the entry below and the fraction in 16384ths.
struct LutSpot {
    int cell;
    int part;
};

// Four entries, and their weights in 16384ths two to a word, the first below.
struct LutPlace {
    std::int32_t entry[4];
    std::int32_t weight01;
    std::int32_t weight23;
};

SMOS_HD Rgb entries_at(const std::uint16_t* grid, const LutPlace& place) {
    const int weight[4] = {place.weight01 & 0xffff,
                           place.weight01 >> 16,
                           place.weight23 & 0xffff,
                           place.weight23 >> 16};
    int sum[3];
    for (int k = 0; k < 3; ++k) {
        sum[k] = (grid[place.entry[0] + k] * weight[0] + grid[place.entry[1] + k] * weight[1] +
                  grid[place.entry[2] + k] * weight[2] + grid[place.entry[3] + k] * weight[3] +
                  rgb_one / 2) >>
                 14;
    }
    return {sum[0], sum[1], sum[2]};
}

// Tetrahedral interpolation: from the corner below to the corner above, along the axis with the
// greatest fraction first.
struct LutOp {
    const std::uint16_t* curves;
    const std::uint16_t* grid;
    int size;
    std::int32_t amount; // 16384ths
    bool plain;          // the domain is 0 to 1
    std::int64_t scale[3];
    std::int64_t start[3];

    // Where the domain is 0 to 1: what scale and start come to, in 32 bits.
    SMOS_HD LutSpot plain_spot(int value) const {
        const int at = value * (size - 1);
        const int cell = at >> 14 < size - 1 ? at >> 14 : size - 2;
        return {cell, at - (cell << 14)};
    }
    SMOS_HD LutSpot spot(int value, int axis) const {
        const std::int64_t top = std::int64_t{size - 1} << 14;
        const std::int64_t wish = (value * scale[axis] + start[axis]) >> 16;
        const auto at = static_cast<int>(wish < 0 ? 0 : (wish > top ? top : wish));
        const int cell = at >> 14 < size - 1 ? at >> 14 : size - 2;
        return {cell, at - (cell << 14)};
    }
    SMOS_HD LutPlace place(const Rgb& c) const {
        return place_of(spot(c.r, 0), spot(c.g, 1), spot(c.b, 2));
    }
    SMOS_HD LutPlace plain_place(const Rgb& c) const {
        return place_of(plain_spot(c.r), plain_spot(c.g), plain_spot(c.b));
    }
    SMOS_HD LutPlace place_of(const LutSpot& r, const LutSpot& g, const LutSpot& b) const {
        const int red = 4;
        const int green = 4 * size;
        const int blue = 4 * size * size;
        // Sorted with the strides below the fractions; equal fractions go either way, since the
        // corner between them has no weight.
        const int rr = r.part << 16 | red;
        const int gg = g.part << 16 | green;
        const int bb = b.part << 16 | blue;
        const int high_two = rr > gg ? rr : gg;
        const int low_two = rr > gg ? gg : rr;
        const int top = high_two > bb ? high_two : bb;
        const int rest = high_two > bb ? bb : high_two;
        const int mid = low_two > rest ? low_two : rest;
        const int bottom = low_two > rest ? rest : low_two;
        const int most = top >> 16;
        const int middle = mid >> 16;
        const int least = bottom >> 16;
        const int low = r.cell * red + g.cell * green + b.cell * blue;
        const int high = low + red + green + blue;
        return {{low, low + (top & 0xffff), high - (bottom & 0xffff), high},
                (rgb_one - most) | (most - middle) << 16,
                (middle - least) | least << 16};
    }
    SMOS_HD Rgb solid(const Rgb& c) const { return entries_at(grid, place(c)); }
    SMOS_HD int mixed(int from, int to) const {
        return from + (((to - from) * amount + rgb_one / 2) >> 14);
    }
    SMOS_HD Rgb operator()(const Rgb& c) const {
        if (amount == 0) {
            return c;
        }
        const Rgb to =
            size > 0 ? solid(c)
                     : Rgb{curves[c.r], curves[grade_steps + c.g], curves[2 * grade_steps + c.b]};
        return {mixed(c.r, to.r), mixed(c.g, to.g), mixed(c.b, to.b)};
    }
};

// One block of the picture at chroma position (cx, cy).
struct GradeOp {
    Picture<std::uint8_t> out;
    Source mask;
    std::int32_t gain;
    GradeCurves curves;
    LutOp lut;

    SMOS_HD Pull pixel(int x, int y, int level, int u, int v) const {
        const int weight = alpha_weight(mask.data == nullptr ? 255 : mask.at(x, y), gain);
        return pull_towards(level, u, v, lut(curves(rgb_of(level, u, v))), weight);
    }
    SMOS_HD void operator()(int cx, int cy) const {
        const GradeOp& self = *this;
        pull_block(out, cx, cy, [&self](int x, int y, int level, int u, int v) {
            return self.pixel(x, y, level, u, v);
        });
    }
    template <class Carrier>
    void carry(Carrier& carrier) {
        carrier.in(mask);
        carrier.out(out);
        carrier.table(curves.in, 3 * grade_steps + grade_spare);
        carrier.table(curves.out, grade_reach + grade_spare);
        carrier.table(lut.curves, 3 * grade_steps + grade_spare);
        carrier.table(lut.grid, 4 * lut.size * lut.size * lut.size);
    }
};

} // namespace smos::kernels
