// SPDX-License-Identifier: Apache-2.0
// The CPU twins of layers and grades.
#include "libsmos/kernels/block_rows.hpp"
#include "libsmos/kernels/look_rows.hpp"
#include "libsmos/kernels/looks_plan.hpp"

#include <algorithm>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace smos::kernels {

namespace {

// How many samples from here on are 0.
SMOS_HD int clear_samples(const std::uint8_t* mask, int count) {
    int clear = 0;
    std::uint64_t eight = 0;
    while (clear + 8 <= count && eight == 0) {
        std::memcpy(&eight, mask + clear, sizeof eight);
        clear += eight == 0 ? 8 : 0;
    }
    while (clear < count && mask[clear] == 0) {
        ++clear;
    }
    return clear;
}

template <BlendMode mode>
struct LayerRow {
    LayerOp<mode> op;

    __attribute__((always_inline)) void operator()(int y, int base, int end, BlockLines& l) const {
        const int fy = y - op.y0;
        int from = std::max(base, op.x0);
        int to = std::min(end, op.x0 + op.front.y.width);
        if (fy < 0 || fy >= op.front.y.height || from >= to) {
            return;
        }
        // Transparent ends change nothing.
        if (op.alpha.data != nullptr) {
            const std::uint8_t* mask = op.alpha.row(fy) - op.x0;
            from += clear_samples(mask + from, to - from);
            while (from < to && mask[to - 1] == 0) {
                --to;
            }
            if (from == to) {
                return;
            }
        }
        const int fx = from - op.x0;
        const int first = fx >> 1; // of the front's chroma
        const int count = ((to - 1 - op.x0) >> 1) - first + 1;
        spread(op.front.u.row(fy >> 1) + first, count, l.front_u.data());
        spread(op.front.v.row(fy >> 1) + first, count, l.front_v.data());
        const std::uint8_t* front_y = op.front.y.row(fy) + fx;
        const std::uint8_t* front_u = l.front_u.data() + (fx & 1);
        const std::uint8_t* front_v = l.front_v.data() + (fx & 1);
        const std::uint8_t* alpha =
            op.alpha.data == nullptr ? l.opaque.data() : op.alpha.row(fy) + fx;
        const std::uint8_t* back_u = l.back_u.data() + (from - base);
        const std::uint8_t* back_v = l.back_v.data() + (from - base);
        std::int32_t* pull_u = l.pull_u.data() + (from - base);
        std::int32_t* pull_v = l.pull_v.data() + (from - base);
        std::uint8_t* out = op.out.y.row(y) + from;
        const std::int32_t gain = op.gain;
        SMOS_PIXELS_ARE_INDEPENDENT
        for (int i = 0; i < to - from; ++i) {
            const Pull pull = layer_pixel<mode>(out[i],
                                                back_u[i],
                                                back_v[i],
                                                front_y[i],
                                                front_u[i],
                                                front_v[i],
                                                alpha_weight(alpha[i], gain));
            out[i] = pull.y;
            pull_u[i] += pull.u;
            pull_v[i] += pull.v;
        }
    }
};

// A curve read one pixel after the other; clamped to its last entry.
SMOS_HD void look_up(const std::uint16_t* curve, int last, int length, std::int32_t* line) {
    for (int i = 0; i < length; ++i) {
        line[i] = curve[clamp_between(line[i], 0, last)];
    }
}

// GradeCurves by its steps, those that do nothing left out.
struct GradeSteps {
    GradeCurves curves;
    GradeShortcuts skip;

    // (m r + n g + o b + 1/2) >> 14 in 32 bits: the values, of 16 bits, are cut in two.
    SMOS_HD static int row_sum(const std::int32_t* m, int r, int g, int b) {
        const int high = m[0] * (r >> 7) + m[1] * (g >> 7) + m[2] * (b >> 7);
        const int low = m[0] * (r & 127) + m[1] * (g & 127) + m[2] * (b & 127);
        return (high + ((low + rgb_one / 2) >> 7)) >> 7;
    }
    SMOS_HD void turn(int length, std::int32_t* r, std::int32_t* g, std::int32_t* b) const {
        const GradeCurves local = curves;
        SMOS_PIXELS_ARE_INDEPENDENT
        for (int i = 0; i < length; ++i) {
            const int red = r[i];
            const int green = g[i];
            const int blue = b[i];
            r[i] = row_sum(local.matrix, red, green, blue);
            g[i] = row_sum(local.matrix + 3, red, green, blue);
            b[i] = row_sum(local.matrix + 6, red, green, blue);
        }
    }
    SMOS_HD void operator()(int length, std::int32_t* r, std::int32_t* g, std::int32_t* b) const {
        std::int32_t* const channel[3] = {r, g, b};
        for (std::size_t c = 0; c < 3; ++c) {
            if (!skip.in[c]) {
                look_up(
                    curves.in + c * std::size_t{grade_steps}, grade_steps - 1, length, channel[c]);
            }
        }
        if (!skip.matrix) {
            turn(length, r, g, b);
        }
        for (std::int32_t* line : channel) {
            if (!skip.out) {
                look_up(curves.out, skip.out_last, length, line);
                continue;
            }
            SMOS_PIXELS_ARE_INDEPENDENT
            for (int i = 0; i < length; ++i) {
                line[i] = clamp_unit(line[i]);
            }
        }
    }
};

// entries_at, three channels at once where the processor has SSE2 (every x86-64).
SMOS_HD Rgb entries_of(const std::uint16_t* grid, const LutPlace& place) {
#if defined(__SSE2__)
    // No entry and no weight is more than 16384: products of signed words are the same.
    const auto entry = [&](int k) __attribute__((always_inline)) {
        return _mm_loadl_epi64(reinterpret_cast<const __m128i*>(grid + place.entry[k]));
    };
    const __m128i front =
        _mm_madd_epi16(_mm_unpacklo_epi16(entry(0), entry(1)), _mm_set1_epi32(place.weight01));
    const __m128i back =
        _mm_madd_epi16(_mm_unpacklo_epi16(entry(2), entry(3)), _mm_set1_epi32(place.weight23));
    const __m128i half = _mm_set1_epi32(rgb_one / 2);
    const __m128i sum = _mm_srai_epi32(_mm_add_epi32(_mm_add_epi32(front, back), half), 14);
    return {_mm_cvtsi128_si32(sum),
            _mm_cvtsi128_si32(_mm_shuffle_epi32(sum, 1)),
            _mm_cvtsi128_si32(_mm_shuffle_epi32(sum, 2))};
#else
    return entries_at(grid, place);
#endif
}

// LutOp: places in vectors, then entries one pixel after the other.
struct LutSteps {
    LutOp op;

    SMOS_HD void curves(int length, std::int32_t* r, std::int32_t* g, std::int32_t* b) const {
        look_up(op.curves, grade_steps - 1, length, r);
        look_up(op.curves + grade_steps, grade_steps - 1, length, g);
        look_up(op.curves + 2 * grade_steps, grade_steps - 1, length, b);
    }
    SMOS_HD void
    solid(int length, std::int32_t* r, std::int32_t* g, std::int32_t* b, BlockLines& l) const {
        const LutOp local = op;
        std::int32_t* const low = l.places[0].data();
        std::int32_t* const one = l.places[1].data();
        std::int32_t* const two = l.places[2].data();
        std::int32_t* const weight01 = l.places[3].data();
        std::int32_t* const weight23 = l.places[4].data();
        const auto placed = [=](int i, const LutPlace& place) __attribute__((always_inline)) {
            low[i] = place.entry[0];
            one[i] = place.entry[1];
            two[i] = place.entry[2];
            weight01[i] = place.weight01;
            weight23[i] = place.weight23;
        };
        if (local.plain) {
            SMOS_PIXELS_ARE_INDEPENDENT
            for (int i = 0; i < length; ++i) {
                placed(i, local.plain_place({r[i], g[i], b[i]}));
            }
        } else {
            for (int i = 0; i < length; ++i) {
                placed(i, local.place({r[i], g[i], b[i]}));
            }
        }
        const int across = 4 * (1 + local.size + local.size * local.size);
        for (int i = 0; i < length; ++i) {
            const Rgb c = entries_of(
                local.grid, {{low[i], one[i], two[i], low[i] + across}, weight01[i], weight23[i]});
            r[i] = c.r;
            g[i] = c.g;
            b[i] = c.b;
        }
    }
    SMOS_HD void
    operator()(int length, std::int32_t* r, std::int32_t* g, std::int32_t* b, BlockLines& l) const {
        std::int32_t* const line[3] = {r, g, b};
        const bool whole = op.amount == rgb_one;
        std::int32_t* const before[3] = {l.r0.data(), l.g0.data(), l.b0.data()};
        for (int c = 0; c < 3 && !whole; ++c) {
            std::copy(line[c], line[c] + length, before[c]);
        }
        if (op.size > 0) {
            solid(length, r, g, b, l);
        } else {
            curves(length, r, g, b);
        }
        const LutOp local = op;
        for (int c = 0; c < 3 && !whole; ++c) {
            std::int32_t* to = line[c];
            const std::int32_t* from = before[c];
            SMOS_PIXELS_ARE_INDEPENDENT
            for (int i = 0; i < length; ++i) {
                to[i] = local.mixed(from[i], to[i]);
            }
        }
    }
};

// Tables are read one pixel after the other, what is before and after them in vectors.
struct GradeRow {
    GradeOp op;
    GradeShortcuts skip;

    __attribute__((always_inline)) void operator()(int y, int base, int end, BlockLines& l) const {
        const int length = end - base;
        std::uint8_t* out = op.out.y.row(y) + base;
        const std::uint8_t* mask =
            op.mask.data == nullptr ? l.opaque.data() : op.mask.row(y) + base;
        const std::uint8_t* u = l.back_u.data();
        const std::uint8_t* v = l.back_v.data();
        std::int32_t* r = l.r.data();
        std::int32_t* g = l.g.data();
        std::int32_t* b = l.b.data();
        std::int32_t* pull_u = l.pull_u.data();
        std::int32_t* pull_v = l.pull_v.data();
        const std::int32_t gain = op.gain;
        SMOS_PIXELS_ARE_INDEPENDENT
        for (int i = 0; i < length; ++i) {
            const Rgb c = rgb_of(out[i], u[i], v[i]);
            r[i] = c.r;
            g[i] = c.g;
            b[i] = c.b;
        }
        if (op.curves.in != nullptr) {
            GradeSteps{op.curves, skip}(length, r, g, b);
        }
        if (op.lut.amount != 0) {
            LutSteps{op.lut}(length, r, g, b, l);
        }
        SMOS_PIXELS_ARE_INDEPENDENT
        for (int i = 0; i < length; ++i) {
            const Rgb c{r[i], g[i], b[i]};
            const Pull pull = pull_towards(out[i], u[i], v[i], c, alpha_weight(mask[i], gain));
            out[i] = pull.y;
            pull_u[i] += pull.u;
            pull_v[i] += pull.v;
        }
    }
};

void copy_rows(const Source& from, const Target& out, int x0, int y0, Rect target) {
    for (int y = target.y0; y < target.y1; ++y) {
        std::copy_n(
            from.row(y - y0) + target.x0 - x0, target.x1 - target.x0, out.row(y) + target.x0);
    }
}

// An opaque layer of whole blocks in whole blocks is what it covers: `normal` gives its samples.
bool replaces(const Layer& job) {
    const bool opaque = job.mode == BlendMode::normal && job.alpha.empty() &&
                        alpha_weight(255, alpha_gain(job.opacity)) == rgb_one;
    return opaque && (job.x0 | job.y0 | job.front.y.width | job.front.y.height) % 2 == 0;
}

} // namespace

Outcome run_rows(const Layer& job, Rows luma_band) {
    if (!sound(job) || luma_band.first % 2 != 0) {
        return Outcome::bad_job;
    }
    const Rect target = in_band(touched(job), chroma_rows(luma_band));
    if (replaces(job)) {
        const Rect luma{2 * target.x0,
                        2 * target.y0,
                        std::min(2 * target.x1, job.out.y.width),
                        std::min(2 * target.y1, job.out.y.height)};
        copy_rows(job.front.y, job.out.y, job.x0, job.y0, luma);
        copy_rows(job.front.u, job.out.u, job.x0 / 2, job.y0 / 2, target);
        copy_rows(job.front.v, job.out.v, job.x0 / 2, job.y0 / 2, target);
        return Outcome::done;
    }
    if (target.empty() || layer_in_vectors(job, target)) {
        return Outcome::done;
    }
    with_formula(job, [&]<BlendMode mode>(const LayerOp<mode>& op) {
        every_block(job.out, target, LayerRow<mode>{op});
    });
    return Outcome::done;
}

Outcome run_rows(const Grade& job, Rows luma_band) {
    if (!sound(job) || luma_band.first % 2 != 0) {
        return Outcome::bad_job;
    }
    const Rect target = in_band(touched(job), chroma_rows(luma_band));
    const GradeOp op = formula(job);
    if (target.empty() || grade_in_vectors(op, shortcuts_of(job), target)) {
        return Outcome::done;
    }
    every_block(job.out, target, GradeRow{op, shortcuts_of(job)});
    return Outcome::done;
}

} // namespace smos::kernels
