// SPDX-License-Identifier: Apache-2.0
// Blend modes against the formulas of W3C Compositing and Blending Level 1 in real numbers.
#include "looks.hpp"

namespace smos::parity {

using namespace kernels;

namespace {

constexpr double layer_bound = 0.56; // half a level and the fixed point of the way there
constexpr const char* mode_names[] = {
    "normal", "add", "multiply", "screen", "overlay", "soft_light"};

double soft_light(double back, double front) {
    if (front <= 0.5) {
        return back - (1 - 2 * front) * back * (1 - back);
    }
    const double shaped = back <= 0.25 ? ((16 * back - 12) * back + 4) * back : std::sqrt(back);
    return back + (2 * front - 1) * (shaped - back);
}

double blended_channel(BlendMode mode, double back, double front) {
    switch (mode) {
    case BlendMode::add:
        return std::min(1.0, back + front);
    case BlendMode::multiply:
        return back * front;
    case BlendMode::screen:
        return back + front - back * front;
    case BlendMode::overlay:
        return back <= 0.5 ? 2 * back * front : (2 * back - 1) + front - (2 * back - 1) * front;
    case BlendMode::soft_light:
        return soft_light(back, front);
    case BlendMode::normal:
        break;
    }
    return front;
}

Real clamped(const Real& c) { return {clamp_one(c.a), clamp_one(c.b), clamp_one(c.c)}; }

// What one luma pixel of a layer wants.
Real wanted_at(const Layer& job, const Canvas& before, int x, int y) {
    const double own_y = before.y.view().at(x, y);
    const double own_u = before.u.view().at(x / 2, y / 2);
    const double own_v = before.v.view().at(x / 2, y / 2);
    const int fx = x - job.x0;
    const int fy = y - job.y0;
    if (fx < 0 || fy < 0 || fx >= job.front.y.width || fy >= job.front.y.height) {
        return {own_y, own_u, own_v};
    }
    const double alpha = job.alpha.empty() ? 1.0 : job.alpha.at(fx, fy) / 255.0;
    const double weight = alpha * job.opacity / 65536.0;
    Real to{static_cast<double>(job.front.y.at(fx, fy)),
            static_cast<double>(job.front.u.at(fx / 2, fy / 2)),
            static_cast<double>(job.front.v.at(fx / 2, fy / 2))};
    if (job.mode != BlendMode::normal) {
        const Real back = clamped(real_rgb(own_y, own_u, own_v));
        const Real front = clamped(real_rgb(to.a, to.b, to.c));
        to = real_levels({blended_channel(job.mode, back.a, front.a),
                          blended_channel(job.mode, back.b, front.b),
                          blended_channel(job.mode, back.c, front.c)});
    }
    return {own_y + (to.a - own_y) * weight,
            own_u + (to.b - own_u) * weight,
            own_v + (to.c - own_v) * weight};
}

void layer_case(Report& report, const std::string& name, Layer job, const Canvas& before) {
    for (int mode = 0; mode < 6; ++mode) {
        job.mode = static_cast<BlendMode>(mode);
        const auto bind = [&](Picture<std::uint8_t> out) {
            Layer bound = job;
            bound.out = out;
            return bound;
        };
        const auto worst = [&](const Canvas& after) {
            return worst_of_blocks(after,
                                   [&](int x, int y) { return wanted_at(job, before, x, y); });
        };
        const std::string op = std::string("layer ") + mode_names[mode];
        check_look(report, op, name, before, bind, worst, layer_bound);
    }
}

void layer_cases(Report& report,
                 const std::string& name,
                 const Shape& target,
                 const Shape& over,
                 int x0,
                 int y0,
                 std::uint32_t opacity) {
    Noise noise("layer " + name);
    const Canvas gamut = in_gamut(noise, target.width, target.height, target.gap);
    const Canvas wild(noise, target.width, target.height, target.gap, Fill::extremes);
    const Canvas front = in_gamut(noise, over.width, over.height, over.gap);
    const Canvas noisy(noise, over.width, over.height, over.gap, Fill::noise);
    const Scene alpha(noise, over.width, over.height, 2, Fill::masks);
    Layer job;
    job.front = front.view();
    job.x0 = x0;
    job.y0 = y0;
    job.opacity = opacity;
    layer_case(report, name + " opaque", job, gamut);
    job.alpha = alpha.view();
    layer_case(report, name + " alpha", job, gamut);
    job.front = noisy.view();
    layer_case(report, name + " wild", job, wild);
}

// Dark or bright all over, as whole vectors of a film are: the ways that vectors leave out then.
void flat_case(Report& report, int back_level, int front_level, bool masked) {
    const std::string name = "flat " + std::to_string(back_level) + " under " +
                             std::to_string(front_level) + (masked ? " masked" : "");
    Noise noise(name);
    const auto flat = [&noise](int level) {
        Canvas canvas(noise, 70, 6, 1, Fill::flat);
        for (int y = 0; y < 6; ++y) {
            for (int x = 0; x < 70; ++x) {
                canvas.y.view().at(x, y) = static_cast<std::uint8_t>(level + noise.between(0, 9));
                canvas.u.view().at(x / 2, y / 2) = static_cast<std::uint8_t>(125 + x % 7);
                canvas.v.view().at(x / 2, y / 2) = static_cast<std::uint8_t>(131 - x % 5);
            }
        }
        return canvas;
    };
    const Canvas before = flat(back_level);
    const Canvas front = flat(front_level);
    const Scene alpha(noise, 70, 6, 2, Fill::masks);
    for (int mode = 0; mode < 6; ++mode) {
        Layer job;
        job.front = front.view();
        job.alpha = masked ? alpha.view() : Source{};
        job.mode = static_cast<BlendMode>(mode);
        Canvas grid = before;
        job.out = grid.view();
        each_pixel(job);
        on_each_unit([&](const std::string& unit) {
            Canvas got = before;
            job.out = got.view();
            const bool done = run(job, Device::cpu) == Outcome::done;
            report.check(std::string("layer ") + mode_names[mode],
                         name,
                         "formula's bits with " + unit,
                         done && got == grid && !(got == before));
        });
    }
}

void refuse_layers(Report& report) {
    Noise noise("refused layers");
    const Canvas front(noise, 6, 4, 0, Fill::noise);
    const Scene other(noise, 6, 5, 0, Fill::noise);
    const Layer fine{{}, front.view(), {}, 0, 0, full_weight, BlendMode::add};
    const auto refuse = [&](const char* name, const auto& change) {
        check_look_refused(report, "layer add", name, [&](Picture<std::uint8_t> out) {
            Layer job = fine;
            job.out = out;
            change(job);
            return job;
        });
    };
    refuse("opacity over one", [](Layer& job) { job.opacity = 65537; });
    refuse("alpha of another size", [&](Layer& job) { job.alpha = other.view(); });
    refuse("far offset", [](Layer& job) { job.x0 = 1 << 20; });
    refuse("no such mode", [](Layer& job) { job.mode = static_cast<BlendMode>(9); });
    refuse("chroma of another size", [](Layer& job) { job.front.u.width -= 1; });
    refuse("chroma of the target too small", [](Layer& job) { job.out.v.height -= 1; });
    Canvas back(noise, 6, 4, 0, Fill::noise);
    Layer job = fine;
    job.out = back.view();
    report.check("layer add", "odd band", "refused", run_rows(job, {1, 4}) == Outcome::bad_job);
}

} // namespace

void test_layers(Report& report) {
    const Shape frame{"", 30, 22, 7};
    for (const Shape& shape : look_shapes) {
        layer_cases(report, std::string("front ") + shape.name, frame, shape, 3, 5, 65536);
        layer_cases(report, std::string("target ") + shape.name, shape, frame, -4, -2, 50000);
    }
    for (const std::uint32_t opacity : {0U, 1U, 2U, 32768U, 65535U}) {
        layer_cases(
            report, "opacity " + std::to_string(opacity), frame, {"", 20, 20, 0}, 2, 0, opacity);
    }
    layer_cases(report, "all outside", frame, {"", 8, 8, 0}, 30, 0, 65536);
    layer_cases(report, "all above", frame, {"", 8, 8, 0}, 0, -8, 65536);
    Noise noise("layers");
    for (int i = 0; i < 16; ++i) {
        const Shape target{"", noise.between(1, 90), noise.between(1, 50), noise.between(0, 9)};
        const Shape over{"", noise.between(1, 120), noise.between(1, 70), noise.between(0, 9)};
        const int x0 = noise.between(-60, 60);
        const int y0 = noise.between(-40, 40);
        const auto opacity = static_cast<std::uint32_t>(noise.between(0, 65536));
        layer_cases(report, "random " + std::to_string(i), target, over, x0, y0, opacity);
    }
    for (const int back : {24, 60, 210}) {
        for (const int front : {40, 220}) {
            flat_case(report, back, front, false);
            flat_case(report, back, front, true);
        }
    }
    refuse_layers(report);
}

} // namespace smos::parity
