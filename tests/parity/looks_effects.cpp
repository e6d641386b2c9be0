// SPDX-License-Identifier: Apache-2.0
// Vignette, grain, chroma key and region masks against real numbers.
#include "looks.hpp"

namespace smos::parity {

using namespace kernels;

namespace {

void vignette_case(Report& report,
                   const std::string& name,
                   VignetteShape shape,
                   std::uint32_t amount) {
    Noise noise("vignette " + name);
    const Canvas before(noise, shape.width, shape.height, 5, Fill::noise);
    const auto table = vignette_table(shape);
    if (!table) {
        report.check("vignette", name, "has a table", false);
        return;
    }
    const double half_diagonal = std::max(1.0, std::hypot(shape.width, shape.height) / 2);
    const double begin = shape.radius / 65536.0;
    const double end = begin + shape.softness / 65536.0;
    const auto keep = [&](double x, double y) {
        const double d = std::hypot(x - shape.width / 2.0, y - shape.height / 2.0) / half_diagonal;
        const double t = clamp_one((d * d - begin * begin) / (end * end - begin * begin));
        return 1 - amount / 65536.0 * t * t * (3 - 2 * t);
    };
    const auto worst = [&](const Canvas& after) {
        const auto luma = [&](int x, int y) {
            return Wanted{16 + (before.y.view().at(x, y) - 16) * keep(x + 0.5, y + 0.5)};
        };
        const auto u = [&](int x, int y) {
            return Wanted{128 + (before.u.view().at(x, y) - 128) * keep(2 * x + 0.5, 2 * y + 1)};
        };
        const auto v = [&](int x, int y) {
            return Wanted{128 + (before.v.view().at(x, y) - 128) * keep(2 * x + 0.5, 2 * y + 1)};
        };
        return std::max({worst_distance(before.y, after.y, luma),
                         worst_distance(before.u, after.u, u),
                         worst_distance(before.v, after.v, v)});
    };
    const auto bind = [&](Picture<std::uint8_t> out) { return Vignette{out, &*table, amount}; };
    check_look(report, "vignette", name, before, bind, worst, 1.03);
}

void test_vignettes(Report& report) {
    for (const Shape& shape : look_shapes) {
        vignette_case(report, shape.name, {shape.width, shape.height, 10000, 40000}, 60000);
    }
    vignette_case(report, "hard", {90, 160, 40000, 1024}, full_weight);
    vignette_case(report, "full", {90, 160, 0, 131072}, full_weight);
    vignette_case(report, "none", {90, 160, 0, 65536}, 0);
    vignette_case(report, "far", {90, 160, 131072, 65536}, full_weight);
    // The dither leaves the mean of 8 by 8 pixels where it belongs.
    Noise noise("dither");
    Canvas flat(noise, 720, 1280, 0, Fill::flat);
    const auto table = vignette_table({720, 1280, 0, 131072});
    const bool done = run(Vignette{flat.view(), &*table, 50000}, Device::cpu) == Outcome::done;
    double worst = done ? 0.0 : HUGE_VAL;
    for (int by = 0; by < 1280; by += 8) {
        for (int bx = 0; bx < 720; bx += 8) {
            double got = 0.0;
            double wanted = 0.0;
            for (int i = 0; i < 64; ++i) {
                const double x = bx + i % 8 + 0.5 - 360;
                const double y = by + i / 8 + 0.5 - 640;
                const double d2 = (x * x + y * y) / (360.0 * 360 + 640.0 * 640);
                const double t = d2 / 4;
                got += flat.y.view().at(bx + i % 8, by + i / 8) / 64.0;
                wanted += (16 + 61 * (1 - 50000 / 65536.0 * t * t * (3 - 2 * t))) / 64;
            }
            worst = std::max(worst, std::abs(got - wanted));
        }
    }
    report.bounded("vignette", "dithered means", worst, 0.06);
    report.check("vignette",
                 "shapes",
                 "refused",
                 !vignette_table({10, 10, 131073, 65536}) && !vignette_table({10, 10, 0, 1023}) &&
                     !vignette_table({max_side_px + 1, 10, 0, 65536}));
    check_look_refused(report, "vignette", "another size", [&](Picture<std::uint8_t> out) {
        return Vignette{out, &*table, 1};
    });
}

// Deviation and mean of the grain on a flat level, in levels.
std::pair<double, double>
measured(std::uint8_t level, std::uint32_t strength, std::uint32_t frame) {
    Noise noise("grain");
    Scene plane(noise, 512, 512, 0, Fill::flat);
    for (int y = 0; y < 512; ++y) {
        std::fill_n(plane.view().row(y), 512, level);
    }
    static_cast<void>(run_rows(Grain{plane.view(), 7, frame, strength}, {0, 512}));
    double sum = 0.0;
    double squares = 0.0;
    for (int y = 0; y < 512; ++y) {
        for (int x = 0; x < 512; ++x) {
            const double off = plane.view().at(x, y) - level;
            sum += off;
            squares += off * off;
        }
    }
    const double mean = sum / (512.0 * 512);
    return {mean, std::sqrt(squares / (512.0 * 512) - mean * mean)};
}

void test_grain(Report& report) {
    for (const Shape& shape : look_shapes) {
        Noise noise(std::string("grain ") + shape.name);
        const Scene before(noise, shape.width, shape.height, shape.gap, Fill::noise);
        const auto bind = [&](Target out) { return Grain{out, 3, 9, 1000}; };
        // Not more than the greatest noise there is, and nothing beyond black and white.
        const auto worst = [&](const Scene& after) {
            double most = 0.0;
            for (int y = 0; y < shape.height; ++y) {
                for (int x = 0; x < shape.width; ++x) {
                    const int old = before.view().at(x, y);
                    const int off = std::abs(after.view().at(x, y) - old);
                    most = std::max(most, off != 0 && (old < 17 || old > 234) ? HUGE_VAL : off);
                }
            }
            return most;
        };
        check_look(report, "grain", shape.name, before, bind, worst, 1000 / 256.0 * 3.46);
    }
    const auto [mean, deviation] = measured(126, 8 * 256, 1);
    report.bounded("grain", "mean", std::abs(mean), 0.05);
    // Rounding to levels adds 1/12 to the variance.
    report.bounded("grain", "deviation", std::abs(deviation - std::sqrt(64 + 1 / 12.0)), 0.1);
    const auto [dark_mean, dark] = measured(16 + 22, 8 * 256, 1); // t = 0.1: 0.36 of it
    report.bounded(
        "grain", "deviation in the dark", std::abs(dark - std::sqrt(2.89 * 2.89 + 1 / 12.0)), 0.1);
    Noise noise("grain frames");
    Scene first(noise, 64, 64, 0, Fill::flat);
    Scene again = first;
    Scene next = first;
    static_cast<void>(run_rows(Grain{first.view(), 5, 1, 2048}, {0, 64}));
    static_cast<void>(run_rows(Grain{again.view(), 5, 1, 2048}, {0, 64}));
    static_cast<void>(run_rows(Grain{next.view(), 5, 2, 2048}, {0, 64}));
    report.check("grain", "frames", "repeat and differ", first == again && !(first == next));
    check_refused(report, "grain", "too strong", [](Target out) {
        return Grain{out, 0, 0, 16385};
    });
}

// A chroma plane at a luma pixel: samples on even columns, between two rows.
double sited(const Scene& plane, int x, int y) {
    const int x1 = std::min((x + 1) / 2, plane.width() - 1);
    const int far = std::clamp(y / 2 + (y % 2 == 0 ? -1 : 1), 0, plane.height() - 1);
    const double near_row = (plane.view().at(x / 2, y / 2) + plane.view().at(x1, y / 2)) / 2.0;
    const double far_row = (plane.view().at(x / 2, far) + plane.view().at(x1, far)) / 2.0;
    return 0.75 * near_row + 0.25 * far_row;
}

void test_keys(Report& report) {
    Noise noise("keys");
    for (const Shape& shape : look_shapes) {
        const Canvas source(noise, shape.width, shape.height, shape.gap, Fill::noise);
        const Scene before(noise, shape.width, shape.height, 1, Fill::noise);
        const Colour key{100, 54, 34}; // a green
        for (const std::uint32_t smoothness : {5120U, 20000U, 65536U}) {
            const auto bind = [&](Target out) {
                return ChromaKey{source.view(), out, key, 40 * 256, smoothness};
            };
            const auto wanted = [&](int x, int y) {
                const double away =
                    std::hypot(sited(source.u, x, y) - key.u, sited(source.v, x, y) - key.v);
                return Wanted{(away - 40) / (smoothness / 256.0) * 255};
            };
            const auto worst = [&](const Scene& after) {
                return worst_distance(before, after, wanted);
            };
            const std::string name = std::string(shape.name) + " " + std::to_string(smoothness);
            check_look(report, "chroma key", name, before, bind, worst, 0.72);
        }
        const Canvas spilt(noise, shape.width, shape.height, 4, Fill::noise);
        const auto bind = [&](Picture<std::uint8_t> out) { return Despill{out, key, 50000}; };
        const auto worst = [&](const Canvas& after) {
            double most = after.y == spilt.y ? 0.0 : HUGE_VAL;
            const double length = std::hypot(key.u - 128, key.v - 128);
            const double ku = (key.u - 128) / length;
            const double kv = (key.v - 128) / length;
            for (int y = 0; y < after.u.height(); ++y) {
                for (int x = 0; x < after.u.width(); ++x) {
                    const double u = spilt.u.view().at(x, y) - 128;
                    const double v = spilt.v.view().at(x, y) - 128;
                    const double taken = std::max(0.0, u * ku + v * kv) * 50000 / 65536;
                    const double got_u = after.u.view().at(x, y) - 128;
                    const double got_v = after.v.view().at(x, y) - 128;
                    most = std::max({most,
                                     std::abs(got_u - std::min(u - taken * ku, 127.0)),
                                     std::abs(got_v - std::min(v - taken * kv, 127.0))});
                }
            }
            return most;
        };
        check_look(report, "despill", shape.name, spilt, bind, worst, 0.53);
    }
    check_look_refused(report, "despill", "too much", [](Picture<std::uint8_t> out) {
        return Despill{out, {}, 70000};
    });
    const Canvas small(noise, 4, 4, 0, Fill::noise);
    check_refused(report, "chroma key", "another size", [&](Target out) {
        return ChromaKey{small.view(), out, {}, 0, 0};
    });
}

double region_at(const Region& job, int x, int y) {
    const double dx = std::abs(x + 0.5 - job.centre_x / 256.0);
    const double dy = std::abs(y + 0.5 - job.centre_y / 256.0);
    const double a = job.half_width / 256.0;
    const double b = job.half_height / 256.0;
    const double qx = dx - a;
    const double qy = dy - b;
    double beyond = qx > 0 && qy > 0 ? std::hypot(qx, qy) : std::max(qx, qy);
    if (job.shape == RegionShape::ellipse) {
        const double form = std::hypot(dx / a, dy / b);
        const double slope = std::hypot(dx / a / a, dy / b / b);
        beyond = slope > 0 ? form * (form - 1) / slope : -1e9;
    }
    const double inside = clamp_one(0.5 - beyond / std::max(1.0, job.feather / 256.0));
    return 255 * (job.inverted ? 1 - inside : inside);
}

void test_regions(Report& report) {
    Noise noise("regions");
    for (int i = 0; i < 48; ++i) {
        const int width = i < 2 ? 1 : noise.between(1, 150);
        const int height = i < 3 ? 1 : noise.between(1, 90);
        const Scene before(noise, width, height, i, Fill::noise);
        Region job;
        job.shape = i % 2 == 0 ? RegionShape::ellipse : RegionShape::rectangle;
        job.centre_x = noise.between(-50 * 256, 150 * 256);
        job.centre_y = noise.between(-50 * 256, 100 * 256);
        job.half_width = noise.between(256, 100 * 256);
        job.half_height = noise.between(256, 60 * 256);
        job.feather = i % 3 == 0 ? 0 : noise.between(0, 40 * 256);
        job.inverted = i % 5 == 0;
        const auto bind = [&](Target out) {
            Region bound = job;
            bound.out = out;
            return bound;
        };
        const auto worst = [&](const Scene& after) {
            return worst_distance(
                before, after, [&](int x, int y) { return Wanted{region_at(job, x, y)}; });
        };
        check_look(report, "region", "random " + std::to_string(i), before, bind, worst, 2.0);
    }
    check_refused(report, "region", "no width", [](Target out) {
        return Region{out, RegionShape::ellipse, 0, 0, 0, 256, 0, false};
    });
    check_refused(report, "region", "negative feather", [](Target out) {
        return Region{out, RegionShape::ellipse, 0, 0, 256, 256, -1, false};
    });
}

} // namespace

void test_effects(Report& report) {
    test_vignettes(report);
    test_grain(report);
    test_keys(report);
    test_regions(report);
}

} // namespace smos::parity
