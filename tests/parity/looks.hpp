// SPDX-License-Identifier: Apache-2.0
// A look's job run in every way there is, on a plane or on a whole picture.
#pragma once

#include "report.hpp"
#include "scene.hpp"
#include "twins.hpp"

#include "libsmos/kernels/looks_plan.hpp"
#include "libsmos/kernels/simd.hpp"

#include <algorithm>
#include <cmath>

namespace smos::parity {

// A picture of seeded noise with guards.
struct Canvas {
    Scene y, u, v;

    Canvas(Noise& noise, int width, int height, int gap, Fill fill)
        : y(noise, width, height, gap, fill),
          u(noise, (width + 1) / 2, (height + 1) / 2, gap + 3, fill),
          v(noise, (width + 1) / 2, (height + 1) / 2, gap + 1, fill) {}

    [[nodiscard]] kernels::Picture<std::uint8_t> view() { return {y.view(), u.view(), v.view()}; }
    [[nodiscard]] kernels::Picture<const std::uint8_t> view() const {
        return {y.view(), u.view(), v.view()};
    }
    [[nodiscard]] bool operator==(const Canvas& other) const {
        return y == other.y && u == other.u && v == other.v;
    }
    [[nodiscard]] std::uint64_t hash(std::uint64_t before) const {
        return v.hash(u.hash(y.hash(before)));
    }
    [[nodiscard]] bool guards_hold() const {
        return y.guards_hold() && u.guards_hold() && v.guards_hold();
    }
};

// A picture whose colours all lie inside R'G'B' 0 .. 1.
[[nodiscard]] Canvas in_gamut(Noise& noise, int width, int height, int gap);

struct Shape {
    const char* name;
    int width;
    int height;
    int gap;
};
inline constexpr Shape look_shapes[] = {{"1x1", 1, 1, 0},
                                        {"odd", 17, 13, 5},
                                        {"one-row", 131, 1, 0},
                                        {"one-column", 1, 37, 31},
                                        {"wide-pitch", 33, 10, 4096},
                                        {"no-pixels", 0, 0, 0},
                                        {"vector-edge", 64, 4, 0}};

// R'G'B' and Y'CbCr in real numbers, as ITU-R BT.709-6 has them.
struct Real {
    double a, b, c;
};
[[nodiscard]] Real real_rgb(double y, double u, double v);
[[nodiscard]] Real real_levels(const Real& rgb);
[[nodiscard]] inline double clamp_one(double x) { return x < 0.0 ? 0.0 : (x > 1.0 ? 1.0 : x); }

// Greatest distance of the planes of a picture from `reference(x, y)` -> levels that one luma pixel
// wants for itself and for the chroma of its block (the mean over the block is taken).
template <class Reference>
double worst_of_blocks(const Canvas& after, const Reference& reference) {
    double worst = 0.0;
    const auto see = [&worst](double got, double wanted) {
        worst = std::max(worst, std::abs(got - clamp_level(wanted)));
    };
    const int width = after.y.width();
    const int height = after.y.height();
    for (int y = 0; y < height; y += 2) {
        for (int x = 0; x < width; x += 2) {
            double u = 0.0;
            double v = 0.0;
            for (int i = 0; i < 4; ++i) {
                const int px = std::min(x + i % 2, width - 1);
                const int py = std::min(y + i / 2, height - 1);
                const Real wanted = reference(px, py);
                see(after.y.view().at(px, py), wanted.a);
                u += wanted.b / 4.0;
                v += wanted.c / 4.0;
            }
            see(after.u.view().at(x / 2, y / 2), u);
            see(after.v.view().at(x / 2, y / 2), v);
        }
    }
    return worst;
}

// What a CUDA grid does, one pixel after the other.
template <class Job>
void each_pixel(const Job& job) {
    const kernels::Rect target = touched(job);
    with_formula(job, [&](const auto& op) {
        for (int y = target.y0; y < target.y1; ++y) {
            for (int x = target.x0; x < target.x1; ++x) {
                op(x, y);
            }
        }
    });
}
void each_pixel(const kernels::Vignette& job);
void each_pixel(const kernels::Blur& job);
void each_pixel(const kernels::Sharpen& job);

// In even bands of uneven height, the last first.
template <class Job>
kernels::Outcome run_in_even_bands(const Job& job, Noise& noise) {
    kernels::Outcome outcome = kernels::Outcome::done;
    int last = kernels::all_rows(job.out).last;
    while (last > 0) {
        const int first = std::max(0, (last - 1) / 2 * 2 - 2 * noise.between(0, 4));
        const kernels::Outcome band = run_rows(job, {first, last});
        outcome = band == kernels::Outcome::done ? outcome : band;
        last = first;
    }
    return outcome;
}

// `bind(target)` gives the job; `worst(after)` its greatest distance from the reference.
template <class Ground, class Bind, class Worst>
void check_look(Report& report,
                const std::string& op,
                const std::string& name,
                const Ground& before,
                const Bind& bind,
                const Worst& worst,
                double bound) {
    using kernels::Device;
    using kernels::Outcome;
    Noise noise(op + name);
    Ground wide = before;
    Ground narrow = before;
    Ground banded = before;
    Ground grid = before;
    bool done = run(bind(wide.view()), Device::cpu) == Outcome::done;
    on_each_unit([&](const std::string& unit) {
        narrow = before;
        const bool ran = run(bind(narrow.view()), Device::cpu) == Outcome::done;
        report.check(op, name, "same bits with " + unit, ran && wide == narrow);
        report.check(op, name, "guards with " + unit, narrow.guards_hold());
    });
    done = run_in_even_bands(bind(banded.view()), noise) == Outcome::done && done;
    each_pixel(bind(grid.view()));
    report.check(op, name, "done", done);
    report.bounded(op, name, worst(wide), bound);
    report.check(op, name, "guards", wide.guards_hold());
    check_same(report, op, name, before, bind, wide, banded, grid);
}

// The job must be refused on both devices and nothing written.
template <class Bind>
void check_look_refused(Report& report,
                        const std::string& op,
                        const std::string& name,
                        const Bind& bind) {
    check_refused_on<Canvas>(report, op, name, bind);
}

} // namespace smos::parity
