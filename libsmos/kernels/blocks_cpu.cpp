// SPDX-License-Identifier: Apache-2.0
// The CPU twins of layers and grades.
#include "libsmos/kernels/block_rows.hpp"
#include "libsmos/kernels/looks_plan.hpp"

#include <algorithm>

namespace smos::kernels {

namespace {

template <BlendMode mode>
struct LayerRow {
    LayerOp<mode> op;

    __attribute__((always_inline)) void operator()(int y, int base, int end, BlockLines& l) const {
        const int fy = y - op.y0;
        const int from = std::max(base, op.x0);
        const int to = std::min(end, op.x0 + op.front.y.width);
        if (fy < 0 || fy >= op.front.y.height || from >= to) {
            return;
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

template <class Look>
SMOS_HD void
through(const Look& look, int length, std::int32_t* r, std::int32_t* g, std::int32_t* b) {
    const Look local = look;
    for (int i = 0; i < length; ++i) {
        const Rgb c = local(Rgb{r[i], g[i], b[i]});
        r[i] = c.r;
        g[i] = c.g;
        b[i] = c.b;
    }
}

// Tables are read one pixel after the other, what is before and after them in vectors.
struct GradeRow {
    GradeOp op;

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
            through(op.curves, length, r, g, b);
        }
        if (op.lut.amount != 0) {
            through(op.lut, length, r, g, b);
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

} // namespace

Outcome run_rows(const Layer& job, Rows luma_band) {
    if (!sound(job) || luma_band.first % 2 != 0) {
        return Outcome::bad_job;
    }
    const Rect target = in_band(touched(job), chroma_rows(luma_band));
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
    every_block(job.out, target, GradeRow{formula(job)});
    return Outcome::done;
}

} // namespace smos::kernels
