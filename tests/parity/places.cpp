// SPDX-License-Identifier: Apache-2.0
// Placing, warping and shrinking against filters of real numbers.
#include "twins.hpp"

#include "libsmos/kernels/shrink.hpp"

#include <algorithm>

namespace smos::parity {

using namespace kernels;

namespace {

constexpr int random_cases = 30;
constexpr double unit = 4294967296.0;
// 1/1024 pixel of noise, two roundings, and weights across in 127ths: what noise of full contrast
// shows most. Pictures lose less than 0.01 dB by them (tests/quality).
constexpr double place_bound = 2.75;
constexpr double warp_bound = 0.76; // 1/4096 pixel of noise, one rounding
constexpr double shrink_bound = 1.5;

double held(const Source& source, int x, int y) {
    const int cx = x < 0 ? 0 : (x >= source.width ? source.width - 1 : x);
    const int cy = y < 0 ? 0 : (y >= source.height ? source.height - 1 : y);
    return source.at(cx, cy);
}

// Mitchell and Netravali's two-parameter cubic, as they write it.
double cubic(double u, double b, double c) {
    u = std::abs(u);
    if (u < 1.0) {
        return ((12 - 9 * b - 6 * c) * u * u * u + (-18 + 12 * b + 6 * c) * u * u + 6 - 2 * b) / 6;
    }
    return u < 2.0 ? ((-b - 6 * c) * u * u * u + (6 * b + 30 * c) * u * u + (-12 * b - 48 * c) * u +
                      8 * b + 24 * c) /
                         6
                   : 0.0;
}

double lanczos(double u) {
    const double pi = 3.14159265358979323846;
    if (u == 0.0) {
        return 1.0;
    }
    return std::abs(u) < 3.0 ? 3.0 * std::sin(pi * u) * std::sin(pi * u / 3.0) / (pi * pi * u * u)
                             : 0.0;
}

double at(const Axis& axis, int i) {
    return (static_cast<double>(axis.start) +
            static_cast<double>(i) * static_cast<double>(axis.step)) /
           unit;
}

// Weighted mean of the source around (sx, sy), taps from first to first + count - 1.
template <class Kernel>
double filtered(const Source& source,
                double sx,
                double sy,
                int reach_x,
                int reach_y,
                const Kernel& kernel_x,
                const Kernel& kernel_y) {
    const int x0 = static_cast<int>(std::floor(sx)) - reach_x + 1;
    const int y0 = static_cast<int>(std::floor(sy)) - reach_y + 1;
    double sum = 0.0;
    double total = 0.0;
    for (int y = y0; y < y0 + 2 * reach_y; ++y) {
        for (int x = x0; x < x0 + 2 * reach_x; ++x) {
            const double weight = kernel_x(x - sx) * kernel_y(y - sy);
            sum += weight * held(source, x, y);
            total += weight;
        }
    }
    return sum / total;
}

struct Lanczos {
    double stretch;
    double operator()(double distance) const { return lanczos(distance / stretch); }
};

struct Cubic {
    double b;
    double c;
    double operator()(double distance) const { return cubic(distance, b, c); }
};

Cubic cubic_for(const Axis& axis) {
    const double step = static_cast<double>(axis.step) / unit;
    return {std::clamp(1.6 * (step - 1.0), 0.0, 1.0),
            std::clamp(0.75 - 1.25 * (step - 1.2), 0.0, 0.75)};
}

struct PlaceCase {
    int source_width = 40;
    int source_height = 30;
    int width = 50;
    int height = 36;
    int x0 = 0;
    int y0 = 0;
    Axis across;
    Axis down;
    Fill fill = Fill::noise;
};

void place_case(Report& report, const std::string& name, const PlaceCase& given) {
    Noise noise("place " + name);
    const Scene source(noise, given.source_width, given.source_height, 3, given.fill);
    const Scene before(noise, 53, 37, 2, Fill::noise);
    const auto columns = tap_table(given.across, given.width, given.source_width);
    const auto rows = tap_table(given.down, given.height, given.source_height);
    report.check("place", name, "tables", columns.has_value() && rows.has_value());
    if (!columns || !rows) {
        return;
    }
    const Cubic cubic_x = cubic_for(given.across);
    const Cubic cubic_y = cubic_for(given.down);
    const auto reference = [&](int x, int y) -> Wanted {
        const int i = x - given.x0;
        const int j = y - given.y0;
        if (i < 0 || j < 0 || i >= given.width || j >= given.height) {
            return std::nullopt;
        }
        return filtered(
            source.view(), at(given.across, i), at(given.down, j), 2, 2, cubic_x, cubic_y);
    };
    const auto bind = [&](Target out) {
        return Place{source.view(), out, given.x0, given.y0, &*columns, &*rows};
    };
    check_twins(report, "place", name, before, bind, reference, place_bound);
}

std::int64_t fixed_point(double pixels) { return static_cast<std::int64_t>(pixels * unit); }

void named_places(Report& report) {
    PlaceCase given;
    place_case(report, "identity", given);
    given.fill = Fill::flat;
    given.across = window_axis(fixed_point(1.3), fixed_point(20.7), given.width);
    place_case(report, "flat", given);
    given.fill = Fill::extremes;
    place_case(report, "extremes", given);
    given.source_width = given.source_height = 1;
    place_case(report, "source 1x1", given);
    given.width = given.height = 1;
    given.x0 = 52;
    given.y0 = 36;
    place_case(report, "target 1x1 in the corner", given);
    given.width = 0;
    place_case(report, "target 0x1", given);
    PlaceCase off;
    off.x0 = -20;
    off.y0 = 30;
    off.across = window_axis(fixed_point(0.25), fixed_point(39.5), off.width);
    place_case(report, "partly outside", off);
    off.x0 = 100;
    place_case(report, "wholly outside", off);
    PlaceCase beyond;
    beyond.across = {fixed_point(-500.4), fixed_point(20.1)};
    beyond.down = {fixed_point(-9.75), fixed_point(1.4)};
    place_case(report, "window beyond every edge", beyond);
    beyond.across = {-(std::int64_t{1} << 48), std::int64_t{1} << 42};
    place_case(report, "farthest axis", beyond);
    beyond.across = {fixed_point(7.77), 1};
    place_case(report, "slowest axis", beyond);
}

void refuse_places(Report& report) {
    Noise noise("refused places");
    const Scene source(noise, 8, 8, 0, Fill::noise);
    const auto table = tap_table(Axis{}, 8, 8);
    const auto other = tap_table(Axis{}, 8, 9);
    check_refused(report, "place", "no tables", [&](Target out) {
        return Place{source.view(), out, 0, 0, nullptr, nullptr};
    });
    check_refused(report, "place", "table of another source", [&](Target out) {
        return Place{source.view(), out, 0, 0, &*other, &*table};
    });
    const std::int64_t far = (std::int64_t{1} << 48) + 1;
    const bool refused = !tap_table({far, 1}, 4, 4) && !tap_table({0, 0}, 4, 4) &&
                         !tap_table({0, -5}, 4, 4) && !tap_table({0, far}, 4, 4) &&
                         !tap_table(Axis{}, -1, 4) && !tap_table(Axis{}, 4, 0) &&
                         !tap_table(Axis{}, max_side_px + 1, 4);
    report.check("place", "tables out of range", "refused", refused);
}

// Bilinear at an affine position, `border` outside.
double warped(const Source& source, const Affine& map, double border, int x, int y) {
    const double sx = map.xx * x + map.xy * y + map.x0;
    const double sy = map.yx * x + map.yy * y + map.y0;
    const double left = std::floor(sx);
    const double top = std::floor(sy);
    const auto value = [&](double px, double py) {
        const bool inside = px >= 0 && py >= 0 && px < source.width && py < source.height;
        return inside ? source.at(static_cast<int>(px), static_cast<int>(py)) : border;
    };
    const double fx = sx - left;
    const double fy = sy - top;
    return (value(left, top) * (1 - fx) + value(left + 1, top) * fx) * (1 - fy) +
           (value(left, top + 1) * (1 - fx) + value(left + 1, top + 1) * fx) * fy;
}

void warp_case(
    Report& report, const std::string& name, int width, int height, const Affine& map, Fill fill) {
    Noise noise("warp " + name);
    const Scene source(noise, width, height, 5, fill);
    const Scene before(noise, 45, 31, 1, Fill::noise);
    const auto border = static_cast<std::uint8_t>(noise.between(0, 255));
    check_twins(
        report,
        "warp",
        name,
        before,
        [&](Target out) {
            return Warp{source.view(), out, map, border};
        },
        [&](int x, int y) -> Wanted { return warped(source.view(), map, border, x, y); },
        warp_bound);
}

void shrink_case(Report& report, const std::string& name, const PlaceCase& given) {
    Noise noise("shrink " + name);
    const Scene source(noise, given.source_width, given.source_height, 3, given.fill);
    const Scene before(noise, given.width, given.height, 4, Fill::noise);
    Scene wide = before;
    const bool done = shrink(source.view(), wide.view()) == Outcome::done;
    const double rx = static_cast<double>(given.source_width) / given.width;
    const double ry = static_cast<double>(given.source_height) / given.height;
    const Lanczos wide_x{rx > 1.0 ? rx : 1.0};
    const Lanczos wide_y{ry > 1.0 ? ry : 1.0};
    const int reach_x = static_cast<int>(3.0 * wide_x.stretch) + 1;
    const int reach_y = static_cast<int>(3.0 * wide_y.stretch) + 1;
    const auto reference = [&](int x, int y) -> Wanted {
        const double sx = (x + 0.5) * rx - 0.5;
        const double sy = (y + 0.5) * ry - 0.5;
        return filtered(source.view(), sx, sy, reach_x, reach_y, wide_x, wide_y);
    };
    report.check("shrink", name, "done", done);
    report.bounded("shrink", name, worst_distance(before, wide, reference), shrink_bound);
    report.check("shrink", name, "guards", wide.guards_hold());
    on_each_unit([&](const std::string& with) {
        Scene other = before;
        const bool run_there = shrink(source.view(), other.view()) == Outcome::done;
        report.check("shrink", name, "same bits with " + with, run_there && other == wide);
    });
    report.hash_of("shrink") = wide.hash(report.hash_of("shrink"));
}

} // namespace

void test_places(Report& report) {
    named_places(report);
    refuse_places(report);
    Noise noise("places");
    for (int i = 0; i < random_cases; ++i) {
        PlaceCase given;
        given.source_width = noise.between(1, 120);
        given.source_height = noise.between(1, 90);
        given.width = noise.between(1, 60);
        given.height = noise.between(1, 45);
        given.x0 = noise.between(-10, 20);
        given.y0 = noise.between(-10, 20);
        const double size = noise.real(0.5, 1.2) * given.source_width;
        given.across = window_axis(fixed_point(noise.real(-5, 30)), fixed_point(size), given.width);
        given.down = {fixed_point(noise.real(-9, 30)), fixed_point(noise.real(0.2, 2.0))};
        given.fill = i % 3 == 0 ? Fill::extremes : Fill::noise;
        place_case(report, "random " + std::to_string(i), given);
    }
}

void test_warps(Report& report) {
    warp_case(report, "identity", 45, 31, {}, Fill::noise);
    warp_case(report, "half pixel", 45, 31, {1, 0, 0.5, 0, 1, -0.5}, Fill::extremes);
    warp_case(report, "1x1", 1, 1, {0.05, 0, -1, 0, 0.05, -0.7}, Fill::noise);
    warp_case(report, "no source", 0, 0, {}, Fill::noise);
    warp_case(
        report, "greatest", 9, 9, {4096, -4096, 67108864, 4096, 4096, -67108864}, Fill::noise);
    warp_case(report, "singular", 20, 20, {0, 0, 3.25, 0, 0, 4.75}, Fill::noise);
    Noise noise("warps");
    for (int i = 0; i < random_cases; ++i) {
        const double turn = noise.real(-1.5, 1.5);
        const double size = noise.real(0.2, 3.0);
        const Affine map{size,
                         -turn,
                         noise.real(-30, 30),
                         turn,
                         size * noise.real(0.5, 2.0),
                         noise.real(-30, 30)};
        const int width = noise.between(1, 90);
        const int height = noise.between(1, 90);
        const Fill fill = i % 2 == 0 ? Fill::extremes : Fill::noise;
        warp_case(report, "random " + std::to_string(i), width, height, map, fill);
    }
    const double bad[] = {HUGE_VAL, -HUGE_VAL, std::nan(""), 4097.0, -1e300};
    for (const double value : bad) {
        const Scene source(noise, 5, 5, 0, Fill::noise);
        check_refused(report, "warp", "factor " + std::to_string(value), [&](Target out) {
            return Warp{source.view(), out, {value, 0, 0, 0, 1, 0}, 0};
        });
    }
}

void test_shrinks(Report& report) {
    shrink_case(report, "identity", {31, 23, 31, 23, 0, 0, {}, {}, Fill::noise});
    shrink_case(report, "flat", {301, 207, 31, 23, 0, 0, {}, {}, Fill::flat});
    shrink_case(report, "to 1x1", {19, 17, 1, 1, 0, 0, {}, {}, Fill::noise});
    shrink_case(report, "from 1x1", {1, 1, 12, 9, 0, 0, {}, {}, Fill::noise});
    shrink_case(report, "grow", {11, 7, 64, 50, 0, 0, {}, {}, Fill::extremes});
    Noise noise("shrinks");
    for (int i = 0; i < random_cases; ++i) {
        PlaceCase given;
        given.width = noise.between(1, 40);
        given.height = noise.between(1, 30);
        given.source_width = noise.between(1, 6 * given.width);
        given.source_height = noise.between(1, 6 * given.height);
        given.fill = i % 3 == 0 ? Fill::extremes : Fill::noise;
        shrink_case(report, "random " + std::to_string(i), given);
    }
    Scene target(noise, 5, 5, 0, Fill::noise);
    const Scene none;
    const bool refused = shrink(none.view(), target.view()) == Outcome::bad_job;
    report.check("shrink", "nothing to something", "refused", refused);
}

} // namespace smos::parity
