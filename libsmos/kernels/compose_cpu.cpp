// SPDX-License-Identifier: Apache-2.0
// The CPU twin of compositing: the loops around the formulas of compose_math.hpp.
#include "libsmos/kernels/compose_plan.hpp"
#include "libsmos/kernels/cpu_rows.hpp"

#include <vector>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace smos::kernels {

namespace {

#if defined(__SSE2__)
// taps_along for four and eight pixels: the same whole-number sums, which no order can change.
// No compiler here finds these instructions by itself.
SMOS_HD __m128i four_taps(const std::int16_t* line) {
    return _mm_loadl_epi64(reinterpret_cast<const __m128i*>(line));
}

SMOS_HD __m128i four_sums(const std::int16_t* sums,
                          const std::int32_t* first,
                          const std::int16_t* weight) {
    const __m128i taps01 =
        _mm_unpacklo_epi64(four_taps(sums + first[0]), four_taps(sums + first[1]));
    const __m128i taps23 =
        _mm_unpacklo_epi64(four_taps(sums + first[2]), four_taps(sums + first[3]));
    const auto* shares = reinterpret_cast<const __m128i*>(weight);
    const __m128 half01 = _mm_castsi128_ps(_mm_madd_epi16(taps01, _mm_loadu_si128(shares)));
    const __m128 half23 = _mm_castsi128_ps(_mm_madd_epi16(taps23, _mm_loadu_si128(shares + 1)));
    const __m128i even = _mm_castps_si128(_mm_shuffle_ps(half01, half23, 0x88));
    const __m128i odd = _mm_castps_si128(_mm_shuffle_ps(half01, half23, 0xdd));
    return _mm_add_epi32(even, odd);
}

SMOS_HD void settle_eight(__m128i low, __m128i high, std::uint8_t* out) {
    const __m128i half = _mm_set1_epi32(1 << 19);
    const __m128i words = _mm_packs_epi32(_mm_srai_epi32(_mm_add_epi32(low, half), 20),
                                          _mm_srai_epi32(_mm_add_epi32(high, half), 20));
    const __m128i values = _mm_add_epi16(words, _mm_set1_epi16(128));
    _mm_storel_epi64(reinterpret_cast<__m128i*>(out), _mm_packus_epi16(values, values));
}
#endif

// A separable placement keeps the columns' sums of one row, so that each is made once. Three
// values on either side repeat the edge.
struct PlaceRows {
    PlaceOp op;
    Rect target;
    std::int16_t* line; // source.width + 6

    __attribute__((always_inline)) void down(int y, int from, int to) const {
        const int row = y - op.target.y0;
        const std::int16_t* w = op.row_weight + 4 * row;
        const std::int16_t weight[4] = {w[0], w[1], w[2], w[3]};
        const std::uint8_t* tap[4];
        for (int k = 0; k < 4; ++k) {
            tap[k] = op.source.row(clamp_index(op.row_first[row] + k, op.source.height));
        }
        std::int16_t* sums = line + 3;
        SMOS_PIXELS_ARE_INDEPENDENT
        for (int x = from; x < to; ++x) {
            sums[x] = taps_down(tap[0][x], tap[1][x], tap[2][x], tap[3][x], weight);
        }
        if (from == 0) {
            line[0] = line[1] = line[2] = sums[0];
        }
        if (to == op.source.width) {
            sums[to] = sums[to + 1] = sums[to + 2] = sums[to - 1];
        }
    }

    __attribute__((always_inline)) void along(int y) const {
        const int skipped = target.x0 - op.target.x0;
        const int count = target.x1 - target.x0;
        const std::int32_t* first = op.column_first + skipped;
        const std::int16_t* weight = op.column_weight + 4 * skipped;
        const std::int16_t* sums = line + 3;
        std::uint8_t* out = &op.out.at(target.x0, y);
        int i = 0;
#if defined(__SSE2__)
        for (; i + 8 <= count; i += 8) {
            const __m128i low = four_sums(sums, first + i, weight + 4 * i);
            const __m128i high = four_sums(sums, first + i + 4, weight + 4 * i + 16);
            settle_eight(low, high, out + i);
        }
#endif
        for (; i < count; ++i) {
            out[i] = taps_along(sums + first[i], weight + 4 * i);
        }
    }

    __attribute__((always_inline)) void operator()() const {
        const std::int32_t* first = op.column_first - op.target.x0;
        const int from = std::max(first[target.x0], 0);
        const int to = std::min(first[target.x1 - 1] + 4, op.source.width);
        for (int y = target.y0; y < target.y1; ++y) {
            down(y, from, std::max(to, 1));
            along(y);
        }
    }
};

// Chroma blends read 2 by 2 mask samples: inside the mask without asking at each pixel.
template <class Front>
struct InsideMask {
    BlendOp<Front, HalfMask> blend;

    SMOS_HD void operator()(int x, int y) const {
        blend.out.at(x, y) = mix(blend.out.at(x, y), blend.front(x, y), blend.weight.inside(x, y));
    }
};

// Both chroma planes of a caption, the weight made once for the two.
struct InsideCaption {
    BlendOp<FlatFront, HalfMask> u;
    BlendOp<FlatFront, HalfMask> v;

    SMOS_HD void operator()(int x, int y) const {
        const std::int16_t weight = u.weight.inside(x, y);
        u.out.at(x, y) = mix(u.out.at(x, y), u.front.colour, weight);
        v.out.at(x, y) = mix(v.out.at(x, y), v.front.colour, weight);
    }
};

template <class Front, class Mask>
void blend_pixels(const BlendOp<Front, Mask>& op, Rect target) {
    every_pixel(op, target);
}

// The part of the target whose 2 by 2 mask samples all exist.
Rect inside_of(const HalfMask& mask, Rect target) {
    return {std::max(target.x0, (mask.x0 + 1) >> 1),
            std::max(target.y0, (mask.y0 + 1) >> 1),
            std::min(target.x1, (mask.x0 + mask.mask.width) >> 1),
            std::min(target.y1, (mask.y0 + mask.mask.height) >> 1)};
}

// Everything but `inside`, which is not empty.
template <class Op>
void around(const Op& op, Rect target, Rect inside) {
    every_pixel(op, {target.x0, target.y0, target.x1, inside.y0});
    every_pixel(op, {target.x0, inside.y0, inside.x0, inside.y1});
    every_pixel(op, {inside.x1, inside.y0, target.x1, inside.y1});
    every_pixel(op, {target.x0, inside.y1, target.x1, target.y1});
}

template <class Front>
void blend_pixels(const BlendOp<Front, HalfMask>& op, Rect target) {
    const Rect inside = inside_of(op.weight, target);
    if (inside.empty()) {
        every_pixel(op, target);
        return;
    }
    around(op, target, inside);
    every_pixel(InsideMask<Front>{op}, inside);
}

// Two sound jobs with one mask on planes of one size.
void caption_chroma(const Blend& u, const Blend& v, Rect target) {
    const HalfMask mask{u.mask, u.x0, u.y0, gain_of(u)};
    const BlendOp<FlatFront, HalfMask> first{u.out, {u.colour}, mask};
    const BlendOp<FlatFront, HalfMask> second{v.out, {v.colour}, mask};
    const Rect inside = inside_of(mask, target);
    if (inside.empty()) {
        every_pixel(first, target);
        every_pixel(second, target);
        return;
    }
    around(first, target, inside);
    around(second, target, inside);
    every_pixel(InsideCaption{first, second}, inside);
}

template <class Job>
Outcome run_formula(const Job& job, Rows band) {
    if (!sound(job)) {
        return Outcome::bad_job;
    }
    every_pixel(formula(job), in_band(touched(job), band));
    return Outcome::done;
}

// The first that is not done.
Outcome all_of(Outcome a, Outcome b, Outcome c) {
    const Outcome early = a != Outcome::done ? a : b;
    return early != Outcome::done ? early : c;
}

} // namespace

Outcome run_rows(const Place& job, Rows band) {
    if (!sound(job)) {
        return Outcome::bad_job;
    }
    const Rect target = in_band(touched(job), band);
    if (!target.empty()) {
        std::vector<std::int16_t> line(static_cast<std::size_t>(job.source.width) + 6);
        on_best_unit(PlaceRows{formula(job), target, line.data()});
    }
    return Outcome::done;
}

Outcome run_rows(const Warp& job, Rows band) { return run_formula(job, band); }
Outcome run_rows(const Crossfade& job, Rows band) { return run_formula(job, band); }
Outcome run_rows(const Fade& job, Rows band) { return run_formula(job, band); }

Outcome run_rows(const Blend& job, Rows band) {
    if (!sound(job)) {
        return Outcome::bad_job;
    }
    const Rect target = in_band(touched(job), band);
    if (!target.empty()) {
        with_formula(job, [&](const auto& op) { blend_pixels(op, target); });
    }
    return Outcome::done;
}

Outcome crossfade_rows(Picture<const std::uint8_t> from,
                       Picture<const std::uint8_t> to,
                       Picture<std::uint8_t> out,
                       std::uint32_t weight,
                       Rows luma_band) {
    const Rows half = chroma_rows(luma_band);
    return all_of(run_rows(Crossfade{from.y, to.y, out.y, weight}, luma_band),
                  run_rows(Crossfade{from.u, to.u, out.u, weight}, half),
                  run_rows(Crossfade{from.v, to.v, out.v, weight}, half));
}

Outcome fade_rows(Picture<std::uint8_t> out, Colour colour, std::uint32_t weight, Rows luma_band) {
    const Rows half = chroma_rows(luma_band);
    return all_of(run_rows(Fade{out.y, colour.y, weight}, luma_band),
                  run_rows(Fade{out.u, colour.u, weight}, half),
                  run_rows(Fade{out.v, colour.v, weight}, half));
}

Outcome blend_rows(Picture<std::uint8_t> out,
                   Source mask,
                   int x0,
                   int y0,
                   Colour colour,
                   std::uint32_t opacity,
                   Rows luma_band) {
    const Blend luma{out.y, mask, x0, y0, false, opacity, colour.y, {}};
    const Blend u{out.u, mask, x0, y0, true, opacity, colour.u, {}};
    const Blend v{out.v, mask, x0, y0, true, opacity, colour.v, {}};
    if (!sound(luma) || !sound(u) || !sound(v) || !same_size(out.u, out.v)) {
        return Outcome::bad_job;
    }
    const Rect target = in_band(touched(u), chroma_rows(luma_band));
    if (!target.empty()) {
        caption_chroma(u, v, target);
    }
    return run_rows(luma, luma_band);
}

Outcome place_rows(const PictureMove& move,
                   Picture<const std::uint8_t> source,
                   Picture<std::uint8_t> out,
                   Rows luma_band) {
    const Rows half = chroma_rows(luma_band);
    return all_of(
        run_rows(Place{source.y, out.y, 0, 0, &move.luma_columns, &move.luma_rows}, luma_band),
        run_rows(Place{source.u, out.u, 0, 0, &move.chroma_columns, &move.chroma_rows}, half),
        run_rows(Place{source.v, out.v, 0, 0, &move.chroma_columns, &move.chroma_rows}, half));
}

} // namespace smos::kernels
