// SPDX-License-Identifier: Apache-2.0
// Grades for AVX2 and AVX-512, written once with Highway and compiled for each.
#include "libsmos/kernels/look_rows.hpp"

#include <algorithm>
#include <cstring>

#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SSE4)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "libsmos/kernels/grade_rows_highway.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace smos::kernels {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3

#include "libsmos/kernels/look_lanes.inc"

namespace {

// A table's entries at whole positions; one more entry behind the last is read.
HWY_INLINE Values entries_at(const std::uint16_t* table, Values at) {
    const auto* base = reinterpret_cast<const std::int32_t*>(table);
    return low_word(hn::GatherOffset(Lanes(), base, hn::ShiftLeft<1>(at)));
}

// A row of the matrix in 16384ths as four times a word and the rest, since it may reach 2^17.
struct MatrixRow {
    Values high_rg, high_b, low_rg, low_b;

    HWY_INLINE explicit MatrixRow(const std::int32_t* m)
        : high_rg(words(m[0] >> 2, m[1] >> 2)),
          high_b(words(m[2] >> 2, 0)),
          low_rg(words(m[0] & 3, m[1] & 3)),
          low_b(words(m[2] & 3, 0)) {}

    // Values of 16 bits come less 2^15, which goes through as it is: a row sums to one.
    HWY_INLINE Values of(Values rg, Values b) const {
        const auto low = plus_products(products(rg, low_rg), b, low_b);
        const auto high = plus_products(products(rg, high_rg), b, high_b);
        const auto rounded = hn::ShiftRight<2>(hn::Add(low, all<rgb_one / 2>()));
        const auto offset = all<((1 << 15) * (rgb_one / 4))>();
        return hn::ShiftRight<12>(hn::Add(hn::Add(high, rounded), offset));
    }
};

struct Curves {
    GradeCurves curves;
    GradeShortcuts skip;
    MatrixRow red, green, blue;

    HWY_INLINE Curves(const GradeCurves& from, const GradeShortcuts& shortcuts)
        : curves(from),
          skip(shortcuts),
          red(from.matrix),
          green(from.matrix + 3),
          blue(from.matrix + 6) {}

    HWY_INLINE Values lit(std::size_t channel, Values v) const {
        const std::size_t first = skip.one_in ? 0 : channel * std::size_t{grade_steps};
        return skip.in[channel] ? v : entries_at(curves.in + first, v);
    }
    HWY_INLINE Values shaped(Values v) const {
        if (skip.out) {
            return unit_of(v);
        }
        const auto last = all(skip.out_last);
        return entries_at(curves.out, hn::Min(hn::Max(v, hn::Zero(Lanes())), last));
    }
    HWY_INLINE Colours operator()(const Colours& from) const {
        Colours c{lit(0, from.r), lit(1, from.g), lit(2, from.b)};
        if (!skip.matrix) {
            const auto rg = hn::Xor(words(c.r, c.g), words<-32768, -32768>());
            const auto b = hn::Xor(c.b, words<-32768, 0>());
            c = {red.of(rg, b), green.of(rg, b), blue.of(rg, b)};
        }
        return {shaped(c.r), shaped(c.g), shaped(c.b)};
    }
};

using Pairs = hn::Vec<Words>;

// Two rows' words to words side by side, of the upper or the lower row: see ColourPairs.
HWY_INLINE Values of_row(int row, Pairs low, Pairs high) {
    const Words w;
    return hn::BitCast(
        Lanes(), row == 0 ? hn::InterleaveLower(w, low, high) : hn::InterleaveUpper(w, low, high));
}

// Eight bytes, an entry of the grid, from each of the places of half a vector.
#if HWY_TARGET == HWY_AVX2
HWY_INLINE Pairs picked(const std::uint16_t* grid, const std::int32_t* at) {
    const auto four = _mm_load_si128(reinterpret_cast<const __m128i*>(at));
    return Pairs{_mm256_i32gather_epi64(reinterpret_cast<const long long*>(grid), four, 2)};
}
#else
HWY_INLINE Pairs picked(const std::uint16_t* grid, const std::int32_t* at) {
    const auto eight = _mm256_load_si256(reinterpret_cast<const __m256i*>(at));
    return Pairs{_mm512_i32gather_epi64(eight, grid, 2)};
}
#endif

// LutPlace of both rows, in words.
class Places {
  public:
    HWY_INLINE Places(const ColourPairs& c, int size) : size_(size) {
        const auto r = axis(c.r);
        const auto g = axis(c.g);
        const auto b = axis(c.b);
        cells_ = {r.cell, g.cell, b.cell};
        const auto high_two = hn::Max(r.part, g.part);
        const auto low_two = hn::Min(r.part, g.part);
        const auto most = hn::Max(high_two, b.part);
        const auto least = hn::Min(low_two, b.part);
        const auto middle = hn::Max(low_two, hn::Min(high_two, b.part));
        // Of equal fractions any will do: what lies between them has no weight.
        const auto stride = [&](Pairs part) HWY_ATTR {
            const auto blue_or_green =
                hn::IfThenElse(hn::Eq(g.part, part), word(4 * size), word(4 * size * size));
            return hn::IfThenElse(hn::Eq(r.part, part), word(4), blue_or_green);
        };
        first_ = stride(most);
        last_ = stride(least);
        weight_[0] = hn::Sub(word(rgb_one), most);
        weight_[1] = hn::Sub(most, middle);
        weight_[2] = hn::Sub(middle, least);
        weight_[3] = least;
    }
    [[nodiscard]] HWY_INLINE Values weight01(int row) const {
        return of_row(row, weight_[0], weight_[1]);
    }
    [[nodiscard]] HWY_INLINE Values weight23(int row) const {
        return of_row(row, weight_[2], weight_[3]);
    }
    HWY_INLINE void store_entries(int row, std::int32_t (*at)[lanes]) const {
        const int area = 4 * size_ * size_;
        const Lanes d;
        const auto whole = all(4 + 4 * size_ + area);
        const auto flat = products(of_row(row, cells_.r, cells_.g), words(4, 4 * size_));
        const auto up = of_row(row, cells_.b, first_);
        const auto down = of_row(row, cells_.b, last_);
        const auto low = plus_products(flat, up, words(area, 0));
        hn::Store(low, d, at[0]);
        hn::Store(plus_products(flat, up, words(area, 1)), d, at[1]);
        hn::Store(plus_products(hn::Add(flat, whole), down, words(area, -1)), d, at[2]);
        hn::Store(hn::Add(low, whole), d, at[3]);
    }

  private:
    struct Axis {
        Pairs cell, part;
    };

    [[nodiscard]] static HWY_INLINE Pairs word(int value) {
        return hn::Set(Words(), static_cast<std::int16_t>(value));
    }
    // LutOp::plain_spot. What is shifted out of a word comes back in the difference.
    [[nodiscard]] HWY_INLINE Axis axis(Pairs v) const {
        const hn::RebindToUnsigned<Words> d;
        const auto last = word(size_ - 1);
        const auto twice = hn::BitCast(d, hn::Add(v, v));
        const auto whole =
            hn::BitCast(Words(), hn::MulHigh(twice, hn::BitCast(d, hn::Add(last, last))));
        const auto cell = hn::Min(whole, word(size_ - 2));
        return {cell, hn::Sub(hn::Mul(v, last), hn::ShiftLeft<14>(cell))};
    }

    int size_;
    ColourPairs cells_;
    Pairs first_, last_;
    Pairs weight_[4];
};

// Red with green above it, and blue.
struct ColourWords {
    Values rg, b;
};

struct Lut {
    LutOp op;

    // For half a row: red, green, blue, 0 of a pixel as words, pixels in order.
    HWY_INLINE Values mixed_entries(const std::int32_t (*at)[lanes],
                                    Values weight01,
                                    Values weight23,
                                    int half) const {
        const int first = half * lanes / 2;
        const Words w;
        alignas(64) std::int32_t even[lanes];
        alignas(64) std::int32_t odd[lanes];
        for (int i = 0; i < lanes; ++i) {
            even[i] = first + i / 4 * 2;
            odd[i] = even[i] + 1;
        }
        const Pairs entry[4] = {picked(op.grid, at[0] + first),
                                picked(op.grid, at[1] + first),
                                picked(op.grid, at[2] + first),
                                picked(op.grid, at[3] + first)};
        const auto sum = [&](Pairs front, Pairs back, const std::int32_t* which) HWY_ATTR {
            const auto index = hn::SetTableIndices(Lanes(), which);
            const auto one = plus_products(all<rgb_one / 2>(),
                                           hn::BitCast(Lanes(), front),
                                           hn::TableLookupLanes(weight01, index));
            const auto both = plus_products(
                one, hn::BitCast(Lanes(), back), hn::TableLookupLanes(weight23, index));
            return hn::ShiftRight<14>(both);
        };
        const auto even_sum = sum(hn::InterleaveLower(w, entry[0], entry[1]),
                                  hn::InterleaveLower(w, entry[2], entry[3]),
                                  even);
        const auto odd_sum = sum(hn::InterleaveUpper(w, entry[0], entry[1]),
                                 hn::InterleaveUpper(w, entry[2], entry[3]),
                                 odd);
        return hn::BitCast(Lanes(), hn::ReorderDemote2To(w, even_sum, odd_sum));
    }
    HWY_INLINE ColourWords solid(const Places& places, int row) const {
        alignas(64) std::int32_t at[4][lanes];
        places.store_entries(row, at);
        const auto weight01 = places.weight01(row);
        const auto weight23 = places.weight23(row);
        const auto first = mixed_entries(at, weight01, weight23, 0);
        const auto second = mixed_entries(at, weight01, weight23, 1);
        return {hn::ConcatEven(Lanes(), second, first), hn::ConcatOdd(Lanes(), second, first)};
    }
    HWY_INLINE ColourWords curved(const ColourPairs& c, int row) const {
        const auto none = hn::Zero(Words());
        const auto entries = [&](int channel, Pairs v) HWY_ATTR {
            return entries_at(op.curves + channel * grade_steps, of_row(row, v, none));
        };
        return {words(entries(0, c.r), entries(1, c.g)), entries(2, c.b)};
    }
    // Words: from + (((to - from) * amount + 8192) >> 14), signs turned since -1 is a word twice.
    HWY_INLINE Values mixed(Values from, Values to) const {
        const Words w;
        const auto amount = hn::Set(w, static_cast<std::int16_t>(-2 * op.amount));
        const auto start = hn::BitCast(w, from);
        const auto back = hn::Sub(start, hn::BitCast(w, to));
        return hn::BitCast(Lanes(), hn::Add(start, hn::MulFixedPoint15(amount, back)));
    }
    HWY_INLINE Wish wish(const ColourPairs& c, ColourWords to, int row) const {
        if (op.amount != rgb_one) {
            to = {mixed(of_row(row, c.r, c.g), to.rg),
                  mixed(of_row(row, c.b, hn::Zero(Words())), to.b)};
        }
        return {to.rg, hn::Or(to.b, hn::And(to.rg, words<0, -1>()))};
    }
    HWY_INLINE Wishes operator()(const ColourPairs& c) const {
        if (op.size == 0) {
            return {wish(c, curved(c, 0), 0), wish(c, curved(c, 1), 1)};
        }
        const Places places(c, op.size);
        return {wish(c, solid(places, 0), 0), wish(c, solid(places, 1), 1)};
    }
};

struct CurvesThenLut {
    Curves curves;
    Lut lut;
    bool has_curves;

    HWY_INLINE Wishes operator()(const Tint& tint, Values upper, Values lower) const {
        if (!has_curves) {
            return lut(pairs_of(tint, upper, tint, lower));
        }
        const Colours one = curves(tint.at(upper));
        const Colours two = curves(tint.at(lower));
        return lut({unit_pairs(one.r, two.r), unit_pairs(one.g, two.g), unit_pairs(one.b, two.b)});
    }
};

struct CurvesOnly {
    Curves curves;

    HWY_INLINE Wishes operator()(const Tint& tint, Values upper, Values lower) const {
        return {Wish(curves(tint.at(upper))), Wish(curves(tint.at(lower)))};
    }
};

template <class Change>
void graded_rows(const GradeOp& op, Rect blocks, const Change& change) {
    const int base = 2 * blocks.x0;
    const int pixels = std::min(2 * blocks.x1, op.out.y.width) - base;
    RowEnd<> end;
    const bool whole = op.mask.data == nullptr && alpha_weight(255, op.gain) == rgb_one;
    for (int cy = blocks.y0; cy < blocks.y1; ++cy) {
        const int second = std::min(2 * cy + 1, op.out.y.height - 1);
        const Block row{{op.out.y.row(2 * cy) + base, op.out.y.row(second) + base},
                        op.out.u.row(cy) + blocks.x0,
                        op.out.v.row(cy) + blocks.x0};
        if (whole) {
            along_row(row, pixels, end, [&](const Block& block, int, int) HWY_ATTR {
                replace(block, change);
            });
            continue;
        }
        along_row(row, pixels, end, [&](const Block& block, int i, int count) HWY_ATTR {
            std::uint8_t mask[2][lanes];
            const std::uint8_t* const masks[2] = {mask[0], mask[1]};
            for (int k = 0; k < 2; ++k) {
                std::memset(mask[k], 255, lanes);
                if (op.mask.data != nullptr) {
                    std::memcpy(mask[k],
                                op.mask.row(k == 0 ? 2 * cy : second) + base + i,
                                static_cast<std::size_t>(count));
                    mask[k][std::min(count, lanes - 1)] = mask[k][count - 1];
                }
            }
            pull(block, masks, op.gain, change);
        });
    }
}

void grade_rows(const GradeOp& op, const GradeShortcuts& skip, Rect blocks) {
    const Curves curves(op.curves, skip);
    if (op.lut.amount == 0) {
        graded_rows(op, blocks, CurvesOnly{curves});
    } else {
        graded_rows(op, blocks, CurvesThenLut{curves, Lut{op.lut}, op.curves.in != nullptr});
    }
}

} // namespace

constexpr GradeRows grade_rows_here = grade_rows;

#endif

} // namespace HWY_NAMESPACE
} // namespace smos::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

#include "libsmos/kernels/vector_units.hpp"

namespace smos::kernels {

GradeRows highway_grade_rows(Simd unit) {
    return code_for<GradeRows>(
        unit, SMOS_OF_AVX512(grade_rows_here), SMOS_OF_AVX2(grade_rows_here));
}

} // namespace smos::kernels

#endif
