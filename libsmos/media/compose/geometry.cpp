// SPDX-License-Identifier: Apache-2.0
// Fits, crops, views and turns, in integers; angles by a sine of our own, since a library's may
// differ in the last bit from one machine to the next.
#include "libsmos/media/compose/geometry.hpp"

#include <algorithm>
#include <cmath>

namespace smos::media {
namespace {

__extension__ using Wide = __int128;

constexpr std::int64_t one = 1'000'000;
constexpr unsigned fraction_bits = 32;

std::int64_t fixed(int pixels) { return std::int64_t{pixels} << fraction_bits; }

std::int64_t share(std::int64_t value, std::int64_t num, std::int64_t den) {
    return static_cast<std::int64_t>(Wide{value} * num / den);
}

/// Taylor's series on -45 to 45 degrees, far below 2^-40; only + and *, so every machine agrees.
double small_sine(double x) {
    const double s = x * x;
    return x * (1 + s * (-1.0 / 6 + s * (1.0 / 120 + s * (-1.0 / 5040 + s * (1.0 / 362880)))));
}

double small_cosine(double x) {
    const double s = x * x;
    return 1 + s * (-0.5 +
                    s * (1.0 / 24 + s * (-1.0 / 720 + s * (1.0 / 40320 + s * (-1.0 / 3628800)))));
}

struct Turn {
    double sine = 0;
    double cosine = 1;
};

Turn turn_of(std::int64_t micro_degrees) {
    constexpr std::int64_t quarter = 90 * one;
    constexpr double radians = 3.14159265358979323846 / 180e6;
    const std::int64_t nearest = (micro_degrees + quarter / 2) / quarter;
    const double rest = static_cast<double>(micro_degrees - nearest * quarter) * radians;
    const double s = small_sine(rest), c = small_cosine(rest);
    switch (nearest % 4) {
    case 1:
        return {c, -s};
    case 2:
        return {-s, -c};
    case 3:
        return {-c, s};
    default:
        return {s, c};
    }
}

FixedRect cropped(const LayerPlan& plan, std::int64_t width, std::int64_t height) {
    // At least a thousandth stays, whatever is cut off.
    const auto clip = [](std::int64_t low, std::int64_t high) {
        return std::pair{std::min(low, one - one / 1000),
                         std::max(one / 1000, std::min(one, one - high))};
    };
    const auto [left, right] = clip(plan.crop[0], plan.crop[2]);
    const auto [top, bottom] = clip(plan.crop[1], plan.crop[3]);
    return {share(width, left, one),
            share(height, top, one),
            std::max(share(width, right - left, one), width / 1000),
            std::max(share(height, bottom - top, one), height / 1000)};
}

/// The size at which the rectangle is shown: width and height of the box before `scale`.
std::pair<std::int64_t, std::int64_t>
fitted(const std::string& fit, const FixedRect& rect, std::int64_t width, std::int64_t height) {
    if (fit == "none")
        return {rect.width, rect.height};
    if (fit == "contain") {
        const bool wide = Wide{rect.width} * height > Wide{rect.height} * width;
        return wide ? std::pair{width, share(rect.height, width, rect.width)}
                    : std::pair{share(rect.width, height, rect.height), height};
    }
    return {width, height}; // cover, fill
}

} // namespace

Geometry geometry_of(const LayerPlan& plan,
                     int picture_width_px,
                     int picture_height_px,
                     int canvas_width_px,
                     int canvas_height_px) {
    const std::int64_t width = fixed(canvas_width_px), height = fixed(canvas_height_px);
    const FixedRect rect = cropped(plan, fixed(picture_width_px), fixed(picture_height_px));
    std::int64_t seen_width = rect.width, seen_height = rect.height;
    if (plan.fit == "cover") {
        seen_width = std::min(seen_width, share(rect.height, width, height));
        seen_height = std::min(seen_height, share(rect.width, height, width));
    }
    seen_width = share(seen_width, one, plan.view[0]);
    seen_height = share(seen_height, one, plan.view[0]);
    Geometry geometry;
    geometry.source = {rect.x + share(rect.width - seen_width, plan.view[1], one),
                       rect.y + share(rect.height - seen_height, plan.view[2], one),
                       seen_width,
                       seen_height};
    const auto [box_width, box_height] = fitted(plan.fit, rect, width, height);
    geometry.box.width = share(box_width, plan.scale, one);
    geometry.box.height = share(box_height, plan.scale, one);
    geometry.box.x = share(width, plan.pos[0], one) - geometry.box.width / 2;
    geometry.box.y = share(height, plan.pos[1], one) - geometry.box.height / 2;
    geometry.rotation = ((plan.rotation % (360 * one)) + 360 * one) % (360 * one);
    const FixedRect& box = geometry.box;
    geometry.covers = geometry.rotation == 0 && box.x <= 0 && box.y <= 0 &&
                      box.x + box.width >= width && box.y + box.height >= height;
    return geometry;
}

kernels::Affine
to_picture(const FixedRect& box, std::int64_t rotation, const kernels::Window& window) {
    constexpr double unit = 1.0 / 4294967296.0;
    const auto middle_of = [](std::int64_t begin, std::int64_t size) {
        return (static_cast<double>(begin) + static_cast<double>(size) * 0.5) * unit - 0.5;
    };
    const Turn turn = turn_of(rotation);
    const double across = static_cast<double>(window.width) /
                          static_cast<double>(std::max<std::int64_t>(1, box.width));
    const double down = static_cast<double>(window.height) /
                        static_cast<double>(std::max<std::int64_t>(1, box.height));
    const double centre_x = middle_of(box.x, box.width);
    const double centre_y = middle_of(box.y, box.height);
    kernels::Affine map;
    map.xx = turn.cosine * across;
    map.xy = turn.sine * across;
    map.yx = -turn.sine * down;
    map.yy = turn.cosine * down;
    const double middle_x = middle_of(window.x, window.width);
    const double middle_y = middle_of(window.y, window.height);
    map.x0 = middle_x - map.xx * centre_x - map.xy * centre_y;
    map.y0 = middle_y - map.yx * centre_x - map.yy * centre_y;
    return map;
}

kernels::Rect touched_by(const Geometry& geometry, int canvas_width_px, int canvas_height_px) {
    constexpr double unit = 1.0 / 4294967296.0;
    const Turn turn = turn_of(geometry.rotation);
    const double half_width = static_cast<double>(geometry.box.width) * unit / 2;
    const double half_height = static_cast<double>(geometry.box.height) * unit / 2;
    const double reach_x = std::abs(turn.cosine) * half_width + std::abs(turn.sine) * half_height;
    const double reach_y = std::abs(turn.sine) * half_width + std::abs(turn.cosine) * half_height;
    const double x = static_cast<double>(geometry.box.x) * unit + half_width;
    const double y = static_cast<double>(geometry.box.y) * unit + half_height;
    const auto low = [](double value, int most) {
        return static_cast<int>(std::clamp(std::floor(value), 0.0, static_cast<double>(most))) & ~1;
    };
    const auto high = [](double value, int most) {
        const int up =
            static_cast<int>(std::clamp(std::ceil(value), 0.0, static_cast<double>(most)));
        return std::min(most, (up + 1) & ~1);
    };
    return {low(x - reach_x, canvas_width_px),
            low(y - reach_y, canvas_height_px),
            high(x + reach_x, canvas_width_px),
            high(y + reach_y, canvas_height_px)};
}

} // namespace smos::media
