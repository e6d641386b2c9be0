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

// LutPlace of a vector of pixels, offsets in bytes.
struct Places {
    Values entry[4];
    Values weight01, weight23;
};

// Eight bytes, an entry of the grid, from each of the offsets of half a vector.
#if HWY_TARGET == HWY_AVX2
using Entries = __m256i;
HWY_INLINE Entries picked(const std::uint16_t* grid, const std::int32_t* at) {
    const auto* base = reinterpret_cast<const char*>(grid);
    long long entry[4];
    for (int i = 0; i < 4; ++i) {
        std::memcpy(entry + i, base + at[i], 8);
    }
    return _mm256_setr_epi64x(entry[0], entry[1], entry[2], entry[3]);
}
#else
using Entries = __m512i;
HWY_INLINE Entries picked(const std::uint16_t* grid, const std::int32_t* at) {
    return _mm512_i32gather_epi64(_mm256_load_si256(reinterpret_cast<const __m256i*>(at)), grid, 1);
}
#endif

// Red with green above it, and blue.
struct ColourWords {
    Values rg, b;
};

struct Lut {
    LutOp op;

    HWY_INLINE Places places(const Colours& c) const {
        const int size = op.size;
        const auto at = [size](Values v) HWY_ATTR { return products(v, all(size - 1)); };
        const auto cell = [size](Values v)
                              HWY_ATTR { return hn::Min(hn::ShiftRight<14>(v), all(size - 2)); };
        const auto part = [](Values v, Values whole, int stride) HWY_ATTR {
            const auto fraction = hn::Sub(v, hn::ShiftLeft<14>(whole));
            return hn::Or(hn::ShiftLeft<16>(fraction), all(stride));
        };
        const auto at_r = at(c.r);
        const auto at_g = at(c.g);
        const auto at_b = at(c.b);
        const auto r = cell(at_r);
        const auto g = cell(at_g);
        const auto b = cell(at_b);
        const int area = size * size;
        const auto rr = part(at_r, r, 8);
        const auto gg = part(at_g, g, 8 * size);
        const auto bb = part(at_b, b, 8 * area);
        const auto high_two = hn::Max(rr, gg);
        const auto low_two = hn::Min(rr, gg);
        const auto top = hn::Max(high_two, bb);
        const auto rest = hn::Min(high_two, bb);
        const auto mid = hn::Max(low_two, rest);
        const auto bottom = hn::Min(low_two, rest);
        const auto most = hn::ShiftRight<16>(top);
        const auto middle = hn::ShiftRight<16>(mid);
        const auto least = hn::ShiftRight<16>(bottom);
        const auto half_low =
            plus_products(products(words(r, g), words(4, 4 * size)), b, words(4 * area, 0));
        const auto low = hn::ShiftLeft<1>(half_low);
        const auto high = hn::Add(low, all(8 * (1 + size + area)));
        return {{low, hn::Add(low, low_word(top)), hn::Sub(high, low_word(bottom)), high},
                words(hn::Sub(all<rgb_one>(), most), hn::Sub(most, middle)),
                words(hn::Sub(middle, least), least)};
    }
    // For each half of the vector: red, green, blue, 0 of a pixel as words, pixels in order.
    HWY_INLINE Values mixed_entries(const std::int32_t (*at)[lanes],
                                    const Places& p,
                                    int half) const {
        const int first = half * lanes / 2;
        const Words w;
        alignas(64) std::int32_t even[lanes];
        alignas(64) std::int32_t odd[lanes];
        for (int i = 0; i < lanes; ++i) {
            even[i] = first + i / 4 * 2;
            odd[i] = even[i] + 1;
        }
        const auto evens = hn::SetTableIndices(Lanes(), even);
        const auto odds = hn::SetTableIndices(Lanes(), odd);
        const hn::Vec<Words> entry[4] = {hn::Vec<Words>{picked(op.grid, at[0] + first)},
                                         hn::Vec<Words>{picked(op.grid, at[1] + first)},
                                         hn::Vec<Words>{picked(op.grid, at[2] + first)},
                                         hn::Vec<Words>{picked(op.grid, at[3] + first)}};
        const auto sum =
            [&](hn::Vec<Words> front, hn::Vec<Words> back, const auto& which) HWY_ATTR {
                const auto one = plus_products(all<rgb_one / 2>(),
                                               hn::BitCast(Lanes(), front),
                                               hn::TableLookupLanes(p.weight01, which));
                const auto both = plus_products(
                    one, hn::BitCast(Lanes(), back), hn::TableLookupLanes(p.weight23, which));
                return hn::ShiftRight<14>(both);
            };
        const auto even_sum = sum(hn::InterleaveLower(w, entry[0], entry[1]),
                                  hn::InterleaveLower(w, entry[2], entry[3]),
                                  evens);
        const auto odd_sum = sum(hn::InterleaveUpper(w, entry[0], entry[1]),
                                 hn::InterleaveUpper(w, entry[2], entry[3]),
                                 odds);
        return hn::BitCast(Lanes(), hn::ReorderDemote2To(w, even_sum, odd_sum));
    }
    HWY_INLINE ColourWords solid(const Colours& c) const {
        const Places p = places(c);
        alignas(64) std::int32_t at[4][lanes];
        for (int k = 0; k < 4; ++k) {
            hn::Store(p.entry[k], Lanes(), at[k]);
        }
        const auto first = mixed_entries(at, p, 0);
        const auto second = mixed_entries(at, p, 1);
        return {hn::ConcatEven(Lanes(), second, first), hn::ConcatOdd(Lanes(), second, first)};
    }
    HWY_INLINE ColourWords curved(const Colours& c) const {
        const auto g = entries_at(op.curves + grade_steps, c.g);
        return {words(entries_at(op.curves, c.r), g), entries_at(op.curves + 2 * grade_steps, c.b)};
    }
    HWY_INLINE Values mixed(Values from, Values to) const {
        const auto way = hn::Mul(hn::Sub(to, from), all(op.amount));
        return hn::Add(from, hn::ShiftRight<14>(hn::Add(way, all<rgb_one / 2>())));
    }
    HWY_INLINE Wish operator()(const Colours& c) const {
        const ColourWords to = op.size > 0 ? solid(c) : curved(c);
        const auto green = hn::ShiftRight<16>(to.rg);
        if (op.amount == rgb_one) {
            return {to.rg, words(to.b, green)};
        }
        return Wish(Colours{mixed(c.r, low_word(to.rg)), mixed(c.g, green), mixed(c.b, to.b)});
    }
};

struct CurvesThenLut {
    Curves curves;
    Lut lut;
    bool has_curves;

    HWY_INLINE Wish one(const Colours& c) const { return lut(has_curves ? curves(c) : c); }
    HWY_INLINE Wishes operator()(const Tint& tint, Values upper, Values lower) const {
        return {one(tint.at(upper)), one(tint.at(lower))};
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
    RowEnd end;
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

namespace smos::kernels {

GradeRows highway_grade_rows(Simd unit) {
#if HWY_TARGETS & HWY_AVX3
    if (unit == Simd::avx512) {
        return N_AVX3::grade_rows_here;
    }
#endif
#if HWY_TARGETS & HWY_AVX2
    if (unit == Simd::avx2) {
        return N_AVX2::grade_rows_here;
    }
#endif
    static_cast<void>(unit);
    return nullptr;
}

} // namespace smos::kernels

#endif
