// SPDX-License-Identifier: Apache-2.0
// The CPU twin of compositing: the loops around the formulas of compose_math.hpp.
#include "libsmos/kernels/compose_plan.hpp"
#include "libsmos/kernels/cpu_rows.hpp"
#include "libsmos/kernels/row_kernels.hpp"

namespace smos::kernels {

namespace {

RowFront front_at(const FlatFront& front, int, int) { return {nullptr, front.colour}; }
RowFront front_at(const PlaneFront& front, int x, int y) {
    return {&front.front.at(x - front.x0, y - front.y0), 0};
}

template <class Front>
void lay_rows(const BlendOp<Front, FullMask>& op, Rect target) {
    const RowKernels& rows = row_kernels();
    for (int y = target.y0; y < target.y1; ++y) {
        const std::uint8_t* mask = &op.weight.mask.at(target.x0 - op.weight.x0, y - op.weight.y0);
        rows.lay(mask,
                 op.weight.gain,
                 front_at(op.front, target.x0, y),
                 target.x1 - target.x0,
                 &op.out.at(target.x0, y));
    }
}

// Chroma blends read 2 by 2 mask samples: inside the mask without asking at each pixel.
template <class Front>
void lay_rows(const BlendOp<Front, HalfMask>& op, Rect inside) {
    const RowKernels& rows = row_kernels();
    const Source& mask = op.weight.mask;
    for (int y = inside.y0; y < inside.y1; ++y) {
        const std::uint8_t* above = &mask.at(2 * inside.x0 - op.weight.x0, 2 * y - op.weight.y0);
        rows.lay_half(above,
                      above + mask.pitch,
                      op.weight.gain,
                      front_at(op.front, inside.x0, y),
                      inside.x1 - inside.x0,
                      &op.out.at(inside.x0, y));
    }
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
void blend_pixels(const BlendOp<Front, FullMask>& op, Rect target) {
    lay_rows(op, target);
}

template <class Front>
void blend_pixels(const BlendOp<Front, HalfMask>& op, Rect target) {
    const Rect inside = inside_of(op.weight, target);
    if (inside.empty()) {
        every_pixel(op, target);
        return;
    }
    around(op, target, inside);
    lay_rows(op, inside);
}

// out = mix(back, front, weight), all of the target.
void mix_rows(Source back,
              const Target& out,
              Source front,
              std::uint8_t colour,
              std::int16_t weight,
              Rect target) {
    const RowKernels& rows = row_kernels();
    for (int y = target.y0; y < target.y1; ++y) {
        const RowFront from{front.data == nullptr ? nullptr : front.row(y), colour};
        rows.mix(back.row(y), from, weight, target.x1, out.row(y));
    }
}

// The first that is not done.
Outcome all_of(Outcome a, Outcome b, Outcome c) {
    const Outcome early = a != Outcome::done ? a : b;
    return early != Outcome::done ? early : c;
}

} // namespace

Outcome run_rows(const Crossfade& job, Rows band) {
    if (!sound(job)) {
        return Outcome::bad_job;
    }
    const CrossfadeOp op = formula(job);
    mix_rows(op.from, op.out, op.to, 0, op.weight, in_band(touched(job), band));
    return Outcome::done;
}

Outcome run_rows(const Fade& job, Rows band) {
    if (!sound(job)) {
        return Outcome::bad_job;
    }
    const FadeOp op = formula(job);
    mix_rows(op.out, op.out, {}, op.colour, op.weight, in_band(touched(job), band));
    return Outcome::done;
}

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
    const Rows half = chroma_rows(luma_band);
    return all_of(run_rows(Blend{out.y, mask, x0, y0, false, opacity, colour.y, {}}, luma_band),
                  run_rows(Blend{out.u, mask, x0, y0, true, opacity, colour.u, {}}, half),
                  run_rows(Blend{out.v, mask, x0, y0, true, opacity, colour.v, {}}, half));
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
