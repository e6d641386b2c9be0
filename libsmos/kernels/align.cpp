// SPDX-License-Identifier: Apache-2.0
// The maps that bring five landmarks to their places, computed once on the host.
#include "libsmos/kernels/align.hpp"

namespace smos::kernels {

namespace {

constexpr double factor_limit = 4096.0;
constexpr double shift_limit = 67108864.0;

// False for NaN as well.
bool within(double value, double limit) { return value >= -limit && value <= limit; }

Point centre_of(const Landmarks& points) {
    Point sum;
    for (const Point& point : points) {
        sum.x += point.x;
        sum.y += point.y;
    }
    return {sum.x / 5.0, sum.y / 5.0};
}

// Floor of value * 2^32 + 1/2, by arithmetic that is the same everywhere.
std::int64_t to_fixed(double value) {
    const double scaled = value * 4294967296.0 + 0.5;
    const auto whole = static_cast<std::int64_t>(scaled);
    return static_cast<double>(whole) > scaled ? whole - 1 : whole;
}

} // namespace

std::optional<Affine> similarity(const Landmarks& from, const Landmarks& to) {
    const Point a = centre_of(from);
    const Point b = centre_of(to);
    double spread = 0.0;
    double along = 0.0;
    double across = 0.0;
    for (std::size_t i = 0; i < from.size(); ++i) {
        const double ux = from[i].x - a.x;
        const double uy = from[i].y - a.y;
        const double vx = to[i].x - b.x;
        const double vy = to[i].y - b.y;
        spread += ux * ux + uy * uy;
        along += ux * vx + uy * vy;
        across += ux * vy - uy * vx;
    }
    if (!(spread > 0.0)) {
        return std::nullopt;
    }
    const double c = along / spread;
    const double s = across / spread;
    const Affine map{c, -s, b.x - (c * a.x - s * a.y), s, c, b.y - (s * a.x + c * a.y)};
    const bool usable = c * c + s * s > 0.0 && within(c, 1e12) && within(s, 1e12) &&
                        within(map.x0, 1e15) && within(map.y0, 1e15);
    return usable ? std::optional<Affine>(map) : std::nullopt;
}

std::optional<Affine> inverse(const Affine& map) {
    const double det = map.xx * map.yy - map.xy * map.yx;
    if (!(det > 0.0 || det < 0.0)) {
        return std::nullopt;
    }
    Affine back;
    back.xx = map.yy / det;
    back.xy = -map.xy / det;
    back.yx = -map.yx / det;
    back.yy = map.xx / det;
    back.x0 = -(back.xx * map.x0 + back.xy * map.y0);
    back.y0 = -(back.yx * map.x0 + back.yy * map.y0);
    const double limit = 1e15;
    const bool finite = within(back.xx, limit) && within(back.xy, limit) &&
                        within(back.x0, limit) && within(back.yx, limit) &&
                        within(back.yy, limit) && within(back.y0, limit);
    return finite ? std::optional<Affine>(back) : std::nullopt;
}

std::optional<Affine> face_map(const Landmarks& landmarks) {
    const auto upright = similarity(landmarks, arcface_template);
    return upright ? inverse(*upright) : std::nullopt;
}

std::optional<FixedAffine> fixed(const Affine& map) {
    const bool usable = within(map.xx, factor_limit) && within(map.xy, factor_limit) &&
                        within(map.yx, factor_limit) && within(map.yy, factor_limit) &&
                        within(map.x0, shift_limit) && within(map.y0, shift_limit);
    if (!usable) {
        return std::nullopt;
    }
    return FixedAffine{to_fixed(map.xx),
                       to_fixed(map.xy),
                       to_fixed(map.x0),
                       to_fixed(map.yx),
                       to_fixed(map.yy),
                       to_fixed(map.y0)};
}

} // namespace smos::kernels
