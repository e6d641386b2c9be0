// SPDX-License-Identifier: Apache-2.0
// The CPU twin of looks: the loops around the formulas of effects and transitions.
#include "libsmos/kernels/cpu_rows.hpp"
#include "libsmos/kernels/looks_plan.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

namespace smos::kernels {

namespace {

template <class Job>
Outcome run_formula(const Job& job, Rows band) {
    if (!sound(job) || (in_blocks<Job> && band.first % 2 != 0)) {
        return Outcome::bad_job;
    }
    const Rect target = in_band(touched(job), in_blocks<Job> ? chroma_rows(band) : band);
    with_formula(job, [&](const auto& op) { every_pixel(op, target); });
    return Outcome::done;
}

struct MixInside {
    MixHalfOp op;

    SMOS_HD void operator()(int x, int y) const { op.inside(x, y); }
};

struct CopyOp {
    Source source;
    Target out;
    int x0;
    int y0;

    SMOS_HD void operator()(int x, int y) const { out.at(x, y) = source.at(x - x0, y - y0); }
};

// The chroma of a row at luma pixels, kept in two lines so that the roots run in vectors.
struct KeyRows {
    ChromaKeyOp op;
    Rect target;
    std::int32_t* u; // as wide as out, and one
    std::int32_t* v;

    __attribute__((always_inline)) void
    line(const Source& plane, int key, int y, std::int32_t* to) const {
        const int far = (y >> 1) + ((y & 1) == 0 ? -1 : 1);
        const std::uint8_t* near_row = plane.row(y >> 1);
        const std::uint8_t* far_row = plane.row(clamp_index(far, plane.height));
        const int last = plane.width - 1;
        const int middle = 8 * key;
        SMOS_PIXELS_ARE_INDEPENDENT
        for (int i = 0; i < last; ++i) {
            const int here = 3 * near_row[i] + far_row[i];
            to[2 * i] = 2 * here - middle;
            to[2 * i + 1] = here + 3 * near_row[i + 1] + far_row[i + 1] - middle;
        }
        to[2 * last] = to[2 * last + 1] = 2 * (3 * near_row[last] + far_row[last]) - middle;
    }
    __attribute__((always_inline)) void operator()() const {
        const ChromaKeyOp local = op;
        for (int y = target.y0; y < target.y1; ++y) {
            line(op.source.u, op.key_u, y, u);
            line(op.source.v, op.key_v, y, v);
            std::uint8_t* out = op.out.row(y);
            const std::int32_t* away_u = u;
            const std::int32_t* away_v = v;
            const int width = target.x1;
            SMOS_PIXELS_ARE_INDEPENDENT
            for (int x = 0; x < width; ++x) {
                out[x] = local.alpha(away_u[x], away_v[x]);
            }
        }
    }
};

Rect covered(const Source& plane, int x0, int y0, const Target& out) {
    return {std::max(x0, 0),
            std::max(y0, 0),
            std::min(x0 + plane.width, out.width),
            std::min(y0 + plane.height, out.height)};
}

Outcome all_of(Outcome a, Outcome b, Outcome c) {
    const Outcome early = a != Outcome::done ? a : b;
    return early != Outcome::done ? early : c;
}

} // namespace

Outcome run_rows(const Grain& job, Rows band) { return run_formula(job, band); }
Outcome run_rows(const Despill& job, Rows band) { return run_formula(job, band); }
Outcome run_rows(const Region& job, Rows band) { return run_formula(job, band); }
Outcome run_rows(const Dip& job, Rows band) { return run_formula(job, band); }
Outcome run_rows(const MatteMask& job, Rows band) { return run_formula(job, band); }

Outcome run_rows(const ChromaKey& job, Rows band) {
    if (!sound(job)) {
        return Outcome::bad_job;
    }
    const Rect target = in_band(touched(job), band);
    if (!target.empty()) {
        std::vector<std::int32_t> u(2 * static_cast<std::size_t>(job.source.u.width));
        std::vector<std::int32_t> v(u.size());
        on_best_unit(KeyRows{formula(job), target, u.data(), v.data()});
    }
    return Outcome::done;
}

Outcome run_rows(const Vignette& job, Rows luma_band) {
    if (!sound(job) || luma_band.first % 2 != 0) {
        return Outcome::bad_job;
    }
    const VignetteOps ops = formula(job);
    const Rows half = chroma_rows(luma_band);
    every_pixel(ops.y, in_band({0, 0, job.out.y.width, job.out.y.height}, luma_band));
    every_pixel(ops.u, in_band({0, 0, job.out.u.width, job.out.u.height}, half));
    every_pixel(ops.v, in_band({0, 0, job.out.v.width, job.out.v.height}, half));
    return Outcome::done;
}

Outcome run_rows(const MixByMask& job, Rows band) {
    if (!job.chroma || !sound(job)) {
        return run_formula(job, band);
    }
    const MixFullOp full = formula(job);
    const MixHalfOp op{full.from, full.to, full.out, full.mask, full.gain};
    const Rect target = in_band(touched(job), band);
    const Rect inside{target.x0,
                      target.y0,
                      std::min(target.x1, job.mask.width / 2),
                      std::min(target.y1, job.mask.height / 2)};
    every_pixel(MixInside{op}, inside);
    every_pixel(op, {inside.x1, target.y0, target.x1, target.y1});
    every_pixel(op, {target.x0, std::max(inside.y1, target.y0), inside.x1, target.y1});
    return Outcome::done;
}

Outcome run_rows(const Join& job, Rows band) {
    if (!sound(job)) {
        return Outcome::bad_job;
    }
    const Rect first = in_band(covered(job.from, job.from_x, job.from_y, job.out), band);
    const Rect second = in_band(covered(job.to, job.to_x, job.to_y, job.out), band);
    every_pixel(CopyOp{job.from, job.out, job.from_x, job.from_y}, first);
    every_pixel(CopyOp{job.to, job.out, job.to_x, job.to_y}, second);
    return Outcome::done;
}

// All rows are equal, or all of each: one row is made and copied.
Outcome run_rows(const WipeMask& job, Rows band) {
    if (!sound(job)) {
        return Outcome::bad_job;
    }
    const Rect target = in_band(touched(job), band);
    if (target.empty()) {
        return Outcome::done;
    }
    const WipeMaskOp op = formula(job);
    const auto width = static_cast<std::size_t>(job.out.width);
    if (op.across) {
        every_pixel(op, {target.x0, target.y0, target.x1, target.y0 + 1});
    }
    for (int y = target.y0; y < target.y1; ++y) {
        if (!op.across) {
            op(0, y);
            std::memset(job.out.row(y), job.out.at(0, y), width);
        } else if (y > target.y0) {
            std::memcpy(job.out.row(y), job.out.row(target.y0), width);
        }
    }
    return Outcome::done;
}

Outcome mix_by_mask_rows(Picture<const std::uint8_t> from,
                         Picture<const std::uint8_t> to,
                         Picture<std::uint8_t> out,
                         Source mask,
                         std::uint32_t weight,
                         Rows luma_band) {
    const Rows half = chroma_rows(luma_band);
    return all_of(run_rows(MixByMask{from.y, to.y, out.y, mask, false, weight}, luma_band),
                  run_rows(MixByMask{from.u, to.u, out.u, mask, true, weight}, half),
                  run_rows(MixByMask{from.v, to.v, out.v, mask, true, weight}, half));
}

Outcome dip_rows(Picture<const std::uint8_t> from,
                 Picture<const std::uint8_t> to,
                 Picture<std::uint8_t> out,
                 Colour colour,
                 std::uint32_t progress,
                 Rows luma_band) {
    if (progress > full_weight) {
        return Outcome::bad_job;
    }
    const DipAt at = dip_at(progress);
    const Picture<const std::uint8_t>& shown = at.second ? to : from;
    const Rows half = chroma_rows(luma_band);
    return all_of(run_rows(Dip{shown.y, out.y, colour.y, at.weight}, luma_band),
                  run_rows(Dip{shown.u, out.u, colour.u, at.weight}, half),
                  run_rows(Dip{shown.v, out.v, colour.v, at.weight}, half));
}

Outcome join_rows(const JoinedAt& at,
                  Picture<const std::uint8_t> from,
                  Picture<const std::uint8_t> to,
                  Picture<std::uint8_t> out,
                  Rows luma_band) {
    const auto plane = [&at](const Source& first, const Source& second, Target target, int scale) {
        return Join{first,
                    second,
                    target,
                    at.from_x / scale,
                    at.from_y / scale,
                    at.to_x / scale,
                    at.to_y / scale};
    };
    const Rows half = chroma_rows(luma_band);
    return all_of(run_rows(plane(from.y, to.y, out.y, 1), luma_band),
                  run_rows(plane(from.u, to.u, out.u, 2), half),
                  run_rows(plane(from.v, to.v, out.v, 2), half));
}

} // namespace smos::kernels
