// SPDX-License-Identifier: Apache-2.0
// Blurs and sharpening against direct convolution in real numbers; weights against the Gaussian.
#include "looks.hpp"

namespace smos::parity {

using namespace kernels;

namespace {

constexpr double blur_bound = 0.51;    // one rounding at the end, 1/256 level between the passes
constexpr double wide_bound = 3.01;    // by means: three roundings, and edges of the shrunk picture
constexpr double sharpen_bound = 0.54; // the same, times what is added

double convolved(const Scene& source, const BlurTaps& columns, const BlurTaps& rows, int x, int y) {
    double sum = 0.0;
    for (int j = -rows.reach; j <= rows.reach; ++j) {
        const int sy = std::clamp(y + j, 0, source.height() - 1);
        double line = 0.0;
        for (int i = -columns.reach; i <= columns.reach; ++i) {
            const int sx = std::clamp(x + i, 0, source.width() - 1);
            line += columns.weight[static_cast<std::size_t>(i + columns.reach)] / 65536.0 *
                    source.view().at(sx, sy);
        }
        sum += rows.weight[static_cast<std::size_t>(j + rows.reach)] / 65536.0 * line;
    }
    return sum;
}

void blur_case(Report& report,
               const std::string& name,
               const Shape& shape,
               const BlurTaps& columns,
               const BlurTaps& rows) {
    Noise noise("blur " + name);
    const Scene source(noise, shape.width, shape.height, shape.gap + 2, Fill::noise);
    const Scene before(noise, shape.width, shape.height, shape.gap, Fill::noise);
    const auto bind = [&](Target out) { return Blur{source.view(), out, &columns, &rows}; };
    const auto worst = [&](const Scene& after) {
        return worst_distance(before, after, [&](int x, int y) {
            return Wanted{convolved(source, columns, rows, x, y)};
        });
    };
    check_look(report, "blur", name, before, bind, worst, blur_bound);
    for (const std::uint32_t amount : {20000U, 65536U, 262144U}) {
        const auto sharper = [&](Target out) {
            return Sharpen{source.view(), out, &columns, amount};
        };
        const auto wanted = [&](int x, int y) {
            const double own = source.view().at(x, y);
            return Wanted{own +
                          amount / 65536.0 * (own - convolved(source, columns, columns, x, y))};
        };
        check_look(
            report,
            "sharpen",
            name + " " + std::to_string(amount),
            before,
            sharper,
            [&](const Scene& after) { return worst_distance(before, after, wanted); },
            sharpen_bound);
    }
}

void test_weights(Report& report) {
    double worst = 0.0;
    bool whole = true;
    for (int radius = 0; radius <= max_blur_256ths; radius += radius < 2048 ? 17 : 509) {
        const auto taps = gaussian_taps(radius);
        std::uint64_t sum = 0;
        double real = 0.0;
        const double sigma = std::max(radius / 512.0, 1e-9);
        const auto bell = [&](int i) {
            return i == 0 ? 1.0 : std::exp(-i * i / (2 * sigma * sigma));
        };
        for (int i = -taps->reach; i <= taps->reach; ++i) {
            real += bell(i);
        }
        double off = 0.0;
        for (int i = -taps->reach; i <= taps->reach; ++i) {
            const std::uint32_t weight = taps->weight[static_cast<std::size_t>(i + taps->reach)];
            sum += weight;
            off += std::abs(weight / 65536.0 - bell(i) / real);
        }
        whole = whole && sum == 65536;
        worst = std::max(worst, 255 * off);
    }
    for (int length = 0; length <= max_streak_256ths; length += 129) {
        std::uint64_t sum = 0;
        const auto streak = streak_taps(length);
        for (const std::uint32_t weight : streak->weight) {
            sum += weight;
        }
        whole = whole && sum == 65536;
    }
    report.check("blur", "weights", "sum to one", whole);
    // The greatest change that all weights' roundings can make to a picture.
    report.bounded("blur", "weights", worst, 0.4);
    report.check("blur",
                 "weights",
                 "ranges",
                 !gaussian_taps(-1) && !gaussian_taps(max_blur_256ths + 1) && !streak_taps(-1) &&
                     !streak_taps(max_streak_256ths + 1));
}

void test_flat(Report& report) {
    Noise noise("flat blur");
    bool same = true;
    for (const int level : {0, 1, 16, 128, 235, 255}) {
        Scene source(noise, 40, 30, 0, Fill::flat);
        for (int y = 0; y < 30; ++y) {
            std::fill_n(source.view().row(y), 40, static_cast<std::uint8_t>(level));
        }
        for (const int radius : {0, 100, 256, 3000, max_blur_256ths}) {
            Scene out(noise, 40, 30, 0, Fill::noise);
            const auto taps = gaussian_taps(radius);
            const Blur job{std::as_const(source).view(), out.view(), &*taps, &*taps};
            same = run_rows(job, {0, 30}) == Outcome::done && out == source && same;
        }
    }
    report.check("blur", "flat", "comes back as it was", same);
}

// A whole picture in bands is the same as at once.
void test_picture(Report& report) {
    Noise noise("blurred picture");
    const Canvas source(noise, 61, 47, 3, Fill::noise);
    Canvas whole(noise, 61, 47, 0, Fill::noise);
    Canvas banded = whole;
    const auto blur = picture_streak(3000, 700);
    bool done = blur_rows(*blur, source.view(), whole.view(), {0, 47}) == Outcome::done;
    for (int first = 0; first < 47; first += 6) {
        const Rows band{first, std::min(first + 6, 47)};
        done = blur_rows(*blur, source.view(), banded.view(), band) == Outcome::done && done;
    }
    report.check("blur", "picture", "same bits in bands", done && whole == banded);
}

// By means and back against the direct convolution: noise and a box with hard edges in the middle,
// where the picture's edges are not seen (what is repeated there is the mean of the outermost
// pixels, not the outermost alone), and a slope of light everywhere.
void wide_case(Report& report, int radius_px, Fill fill) {
    const std::string name =
        "wide " + std::to_string(radius_px) +
        (fill == Fill::flat ? " of a slope" : (fill == Fill::noise ? " of noise" : " of extremes"));
    Noise noise("blur " + name);
    Scene source(noise, 237, 201, 3, fill);
    for (int y = 0; y < 201 && fill == Fill::flat; ++y) {
        for (int x = 0; x < 237; ++x) {
            source.view().at(x, y) = static_cast<std::uint8_t>(16 + x / 2 + y / 3);
        }
    }
    for (int y = 60; y < 150 && fill != Fill::flat; ++y) {
        std::fill_n(source.view().row(y) + 30, 110, static_cast<std::uint8_t>(y < 100 ? 235 : 16));
    }
    const auto taps = gaussian_taps(radius_px * 256);
    Scene direct(noise, 237, 201, 0, Fill::flat);
    const Blur job{std::as_const(source).view(), direct.view(), &*taps, &*taps};
    bool done = run(job, Device::cpu) == Outcome::done;
    Scene first(noise, 237, 201, 0, Fill::flat);
    on_each_unit([&](const std::string& unit) {
        Scene wide(noise, 237, 201, 0, Fill::flat);
        done = blur_plane(radius_px * 256, std::as_const(source).view(), wide.view()) ==
                   Outcome::done &&
               done;
        if (unit == "scalar") {
            first = wide;
        }
        report.check("blur", name, "same bits with " + unit, done && wide == first);
    });
    double worst = 0.0;
    const int seen = fill == Fill::flat ? 0 : (3 * radius_px + 1) / 2;
    for (int y = seen; y < 201 - seen; ++y) {
        for (int x = seen; x < 237 - seen; ++x) {
            worst = std::max(worst, std::abs(1.0 * first.view().at(x, y) - direct.view().at(x, y)));
        }
    }
    report.bounded("blur", name, worst, wide_bound);
}

void test_wide(Report& report) {
    for (const int radius : {11, 12, 16, 25, 48, 64}) {
        wide_case(report, radius, Fill::noise);
        wide_case(report, radius, Fill::extremes);
        wide_case(report, radius, Fill::flat);
    }
    Noise noise("refused wide blurs");
    const Scene source(noise, 9, 7, 0, Fill::noise);
    Scene out(noise, 9, 7, 0, Fill::flat);
    Scene other(noise, 8, 7, 0, Fill::flat);
    const bool refused =
        blur_plane(-1, source.view(), out.view()) == Outcome::bad_job &&
        blur_plane(max_blur_256ths + 1, source.view(), out.view()) == Outcome::bad_job &&
        blur_plane(5000, source.view(), other.view()) == Outcome::bad_job;
    report.check("blur", "wide out of range", "refused", refused);
}

void refuse_blurs(Report& report) {
    const auto taps = gaussian_taps(512);
    BlurTaps broken = *taps;
    broken.reach += 1;
    Noise noise("refused blurs");
    const Scene source(noise, 9, 7, 0, Fill::noise);
    check_refused(report, "blur", "no taps", [&](Target out) {
        return Blur{source.view(), out, nullptr, &*taps};
    });
    check_refused(report, "blur", "broken taps", [&](Target out) {
        return Blur{source.view(), out, &broken, &*taps};
    });
    check_refused(report, "blur", "in place", [&](Target out) {
        return Blur{out, out, &*taps, &*taps};
    });
    check_refused(report, "sharpen", "too much", [&](Target out) {
        return Sharpen{source.view(), out, &*taps, 4 * full_weight + 1};
    });
}

} // namespace

void test_blurs(Report& report) {
    test_weights(report);
    test_flat(report);
    test_picture(report);
    for (const Shape& shape : look_shapes) {
        blur_case(report, shape.name, shape, *gaussian_taps(700), *gaussian_taps(1100));
    }
    const Shape small{"", 43, 22, 3};
    for (const int radius : {0, 1, 90, 256, 2000, max_blur_256ths}) {
        const auto taps = gaussian_taps(radius);
        blur_case(report, "radius " + std::to_string(radius), small, *taps, *taps);
    }
    for (const int length : {257, 300, 513, 1024, 5000, max_streak_256ths}) {
        const auto streak = streak_taps(length);
        const BlurTaps still;
        blur_case(report, "across " + std::to_string(length), small, *streak, still);
        blur_case(report, "down " + std::to_string(length), small, still, *streak);
    }
    test_wide(report);
    refuse_blurs(report);
}

} // namespace smos::parity
