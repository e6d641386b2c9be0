// SPDX-License-Identifier: Apache-2.0
// Crossfade, fade and blend against real numbers.
#include "twins.hpp"

namespace smos::parity {

using namespace kernels;

namespace {

constexpr int random_cases = 24;
constexpr double mix_bound = 0.56;   // 17/32, and weights to 16384ths
constexpr double blend_bound = 0.62; // and two roundings down of the weight

struct Shape {
    const char* name;
    int width;
    int height;
    int gap;
};

constexpr Shape shapes[] = {{"1x1", 1, 1, 0},
                            {"odd", 17, 13, 5},
                            {"one-row", 257, 1, 0},
                            {"one-column", 1, 63, 31},
                            {"wide-pitch", 33, 9, 4096},
                            {"no-width", 0, 5, 0},
                            {"no-height", 5, 0, 0},
                            {"vector-edge", 64, 4, 0}};

Wanted mixed(double back, double front, double share) { return back + (front - back) * share; }

void crossfade_case(
    Report& report, const std::string& name, const Shape& shape, std::uint32_t weight, Fill fill) {
    Noise noise("crossfade " + name);
    const Scene from(noise, shape.width, shape.height, shape.gap, fill);
    const Scene to(noise, shape.width, shape.height, shape.gap + 3, fill);
    const Scene before(noise, shape.width, shape.height, shape.gap + 1, Fill::noise);
    const auto reference = [&](int x, int y) {
        return mixed(from.view().at(x, y), to.view().at(x, y), weight / 65536.0);
    };
    const auto bind = [&](Target out) { return Crossfade{from.view(), to.view(), out, weight}; };
    check_twins(report, "crossfade", name, before, bind, reference, mix_bound);
    const auto in_place = [&](Target out) { return Crossfade{out, to.view(), out, weight}; };
    check_twins(report, "crossfade", name + " in place", from, in_place, reference, mix_bound);
}

void fade_case(
    Report& report, const std::string& name, const Shape& shape, std::uint32_t weight, Fill fill) {
    Noise noise("fade " + name);
    const Scene before(noise, shape.width, shape.height, shape.gap, fill);
    const auto colour = static_cast<std::uint8_t>(noise.between(0, 255));
    check_twins(
        report,
        "fade",
        name,
        before,
        [&](Target out) {
            return Fade{out, colour, weight};
        },
        [&](int x, int y) { return mixed(before.view().at(x, y), colour, weight / 65536.0); },
        mix_bound);
}

// Mask sample at luma pixel (x, y), 0 outside.
double mask_at(const Blend& job, int x, int y) {
    const int mx = x - job.x0;
    const int my = y - job.y0;
    const bool inside = mx >= 0 && my >= 0 && mx < job.mask.width && my < job.mask.height;
    return inside ? job.mask.at(mx, my) : 0.0;
}

Wanted blended(const Blend& job, const Scene& before, int x, int y) {
    double alpha = mask_at(job, x, y);
    if (job.chroma) {
        alpha = (mask_at(job, 2 * x, 2 * y) + mask_at(job, 2 * x + 1, 2 * y) +
                 mask_at(job, 2 * x, 2 * y + 1) + mask_at(job, 2 * x + 1, 2 * y + 1)) /
                4.0;
    }
    const double back = before.view().at(x, y);
    if (alpha == 0.0) {
        return back;
    }
    const int scale = job.chroma ? 2 : 1;
    const double front =
        job.front.empty() ? job.colour : job.front.at(x - job.x0 / scale, y - job.y0 / scale);
    return mixed(back, front, alpha / 255.0 * job.opacity / 65536.0);
}

void blend_case(Report& report, const std::string& name, Blend job, const Scene& before) {
    const auto bind = [&](Target out) {
        Blend bound = job;
        bound.out = out;
        return bound;
    };
    const auto reference = [&](int x, int y) { return blended(job, before, x, y); };
    check_twins(report, "blend", name, before, bind, reference, blend_bound);
}

// All four kinds of blend with one mask.
void blend_cases(Report& report,
                 const std::string& name,
                 const Shape& target,
                 const Shape& over,
                 int x0,
                 int y0,
                 std::uint32_t opacity) {
    Noise noise("blend " + name);
    const Scene before(noise, target.width, target.height, target.gap, Fill::extremes);
    const Scene mask(noise, over.width, over.height, over.gap, Fill::masks);
    const Scene front(noise, over.width, over.height, 1, Fill::noise);
    const Scene half(noise, (over.width + 1) / 2, (over.height + 1) / 2, 2, Fill::noise);
    Blend job;
    job.mask = mask.view();
    job.x0 = x0;
    job.y0 = y0;
    job.opacity = opacity;
    job.colour = static_cast<std::uint8_t>(noise.between(0, 255));
    blend_case(report, name + " flat", job, before);
    job.chroma = true;
    blend_case(report, name + " flat chroma", job, before);
    if (over.width == 0 || over.height == 0) {
        return;
    }
    if (x0 % 2 == 0 && y0 % 2 == 0) {
        job.front = half.view();
        blend_case(report, name + " plane chroma", job, before);
    }
    job.chroma = false;
    job.front = front.view();
    blend_case(report, name + " plane", job, before);
}

std::uint32_t drawn_weight(Noise& noise) {
    return static_cast<std::uint32_t>(noise.between(0, 65536));
}

void refuse_mixes(Report& report) {
    Noise noise("refused");
    const Scene other(noise, 9, 6, 0, Fill::noise);
    const Scene same(noise, 9, 7, 0, Fill::noise);
    check_refused(report, "crossfade", "other size", [&](Target out) {
        return Crossfade{other.view(), same.view(), out, 1};
    });
    check_refused(report, "crossfade", "weight over one", [&](Target out) {
        return Crossfade{same.view(), same.view(), out, 65537};
    });
    check_refused(report, "crossfade", "no pixels behind a size", [&](Target out) {
        return Crossfade{{nullptr, 9, 7, 9}, same.view(), out, 1};
    });
    check_refused(report, "fade", "pitch under width", [&](Target out) {
        return Fade{{out.data, out.width, out.height, out.width - 1}, 0, 9};
    });
    check_refused(report, "fade", "negative size", [&](Target out) {
        return Fade{{out.data, -1, out.height, out.pitch}, 0, 9};
    });
    check_refused(report, "blend", "opacity over one", [&](Target out) {
        return Blend{out, same.view(), 0, 0, false, 70000, 0, {}};
    });
    check_refused(report, "blend", "odd corner with a chroma plane", [&](Target out) {
        return Blend{out, same.view(), 1, 0, true, 65536, 0, other.view()};
    });
    check_refused(report, "blend", "far offset", [&](Target out) {
        return Blend{out, same.view(), 1 << 30, 0, false, 65536, 0, {}};
    });
}

} // namespace

void test_mixes(Report& report) {
    const std::uint32_t weights[] = {0, 1, 2, 32767, 32768, 65535, 65536};
    for (const Shape& shape : shapes) {
        crossfade_case(report, shape.name, shape, 20000, Fill::noise);
        fade_case(report, shape.name, shape, 20000, Fill::noise);
    }
    for (const std::uint32_t weight : weights) {
        const std::string name = "weight " + std::to_string(weight);
        crossfade_case(report, name, {"", 71, 11, 2}, weight, Fill::extremes);
        fade_case(report, name, {"", 71, 11, 2}, weight, Fill::extremes);
    }
    Noise noise("mixes");
    for (int i = 0; i < random_cases; ++i) {
        const Shape shape{"", noise.between(1, 150), noise.between(1, 60), noise.between(0, 40)};
        const std::string name = "random " + std::to_string(i);
        crossfade_case(report, name, shape, drawn_weight(noise), Fill::noise);
        fade_case(report, name, shape, drawn_weight(noise), Fill::noise);
    }
    refuse_mixes(report);
}

void test_blends(Report& report) {
    const Shape frame{"", 48, 30, 7};
    for (const Shape& shape : shapes) {
        blend_cases(report, std::string("mask ") + shape.name, frame, shape, 3, 5, 65536);
        blend_cases(report, std::string("target ") + shape.name, shape, frame, -4, -2, 50000);
    }
    for (const std::uint32_t opacity : {0U, 1U, 32768U, 65535U, 65536U}) {
        const std::string name = "opacity " + std::to_string(opacity);
        blend_cases(report, name, frame, {"", 40, 30, 0}, 2, 0, opacity);
    }
    blend_cases(report, "all outside", frame, {"", 8, 8, 0}, 48, 0, 65536);
    blend_cases(report, "all above", frame, {"", 8, 8, 0}, 0, -8, 65536);
    Noise noise("blends");
    for (int i = 0; i < random_cases; ++i) {
        const Shape target{"", noise.between(1, 90), noise.between(1, 50), noise.between(0, 9)};
        const Shape over{"", noise.between(1, 120), noise.between(1, 70), noise.between(0, 9)};
        const int x0 = noise.between(-60, 60);
        const int y0 = noise.between(-40, 40);
        const std::string name = "random " + std::to_string(i);
        blend_cases(report, name, target, over, x0, y0, drawn_weight(noise));
    }
}

} // namespace smos::parity
