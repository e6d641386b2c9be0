// SPDX-License-Identifier: Apache-2.0
// Polygons and strokes of a painted background, antialiased by coverage.
#include "libsmos/media/backdrop/backdrop_scene.hpp"

#include <limits>
#include <utility>

namespace smos::media::backdrop {
namespace {

constexpr int scans = 4; // sub-rows of a pixel row for polygon coverage; exact along the row

// Adds the cover of [from, to) on a sub-row to the pixels it touches.
void cover_span(float from, float to, std::vector<float>& cover, int& low, int& high) {
    const int width = static_cast<int>(cover.size());
    from = std::clamp(from, 0.0F, real(width));
    to = std::clamp(to, 0.0F, real(width));
    if (to <= from) {
        return;
    }
    const int first = whole(from);
    const int last = std::min(whole(to), width - 1);
    constexpr float weight = 1.0F / static_cast<float>(scans);
    for (int x = first; x <= last; ++x) {
        const float part = std::min(to, real(x + 1)) - std::max(from, real(x));
        cover[static_cast<std::size_t>(x)] += weight * std::max(0.0F, part);
    }
    low = std::min(low, first);
    high = std::max(high, last);
}

void crossings_at(const std::vector<Point>& corners, float y, std::vector<float>& found) {
    found.clear();
    for (std::size_t i = 0; i < corners.size(); ++i) {
        const Point a = corners[i];
        const Point b = corners[(i + 1) % corners.size()];
        if ((a.y <= y) != (b.y <= y)) {
            found.push_back(a.x + (b.x - a.x) * (y - a.y) / (b.y - a.y));
        }
    }
    std::sort(found.begin(), found.end());
}

void paint_polygon(const Row& row, const std::vector<Point>& corners, const Fill& fill) {
    thread_local std::vector<float> cover;
    thread_local std::vector<float> found;
    cover.resize(static_cast<std::size_t>(row.width), 0.0F);
    int low = row.width;
    int high = -1;
    for (int k = 0; k < scans; ++k) {
        crossings_at(corners, real(row.y) + (real(k) + 0.5F) / real(scans), found);
        for (std::size_t i = 0; i + 1 < found.size(); i += 2) {
            cover_span(found[i], found[i + 1], cover, low, high);
        }
    }
    const RowInk ink(fill, real(row.y));
    for (int x = low; x <= high; ++x) {
        float& part = cover[static_cast<std::size_t>(x)];
        row.over(x, ink.at(x), fill.alpha * std::min(1.0F, part));
        part = 0.0F;
    }
}

float distance_to_segment(Point p, Point a, Point b) {
    const float dx = b.x - a.x;
    const float dy = b.y - a.y;
    const float t =
        clamp01(((p.x - a.x) * dx + (p.y - a.y) * dy) / std::max(dx * dx + dy * dy, 1e-6F));
    return std::sqrt(square(p.x - a.x - t * dx) + square(p.y - a.y - t * dy));
}

// Columns within reach of the segment on this row: a bound, found from the part of the segment
// that lies within reach above and below.
std::pair<int, int> segment_columns(const Row& row, Point a, Point b, float reach) {
    const float y = real(row.y);
    float from = 0.0F;
    float to = 1.0F;
    if (std::abs(b.y - a.y) > 1e-3F) {
        const float t0 = (y - reach - a.y) / (b.y - a.y);
        const float t1 = (y + reach - a.y) / (b.y - a.y);
        from = clamp01(std::min(t0, t1));
        to = clamp01(std::max(t0, t1));
    }
    const float x0 = blend(a.x, b.x, from);
    const float x1 = blend(a.x, b.x, to);
    const float wide = real(row.width);
    return {whole(std::clamp(std::min(x0, x1) - reach, 0.0F, wide)),
            whole(std::clamp(std::max(x0, x1) + reach + 2.0F, 0.0F, wide))};
}

struct Pen {
    float half;
    float edge;
    bool additive;
    Fill fill;
};

std::pair<int, int>
cover_segment(const Row& row, Point a, Point b, const Pen& pen, std::vector<float>& cover) {
    const auto [begin, end] = segment_columns(row, a, b, pen.half + pen.edge);
    for (int x = begin; x < end; ++x) {
        const float away = distance_to_segment({real(x), real(row.y)}, a, b) - pen.half;
        const float part = clamp01(0.5F - away / pen.edge);
        float& kept = cover[static_cast<std::size_t>(x)];
        kept = std::max(kept, part * part * (3.0F - 2.0F * part));
    }
    return {begin, end};
}

void paint_stroke(const Row& row, const std::vector<Point>& points, const Pen& pen) {
    thread_local std::vector<float> cover;
    cover.resize(static_cast<std::size_t>(row.width), 0.0F);
    int low = row.width;
    int high = 0;
    const float reach = pen.half + pen.edge;
    const float y = real(row.y);
    for (std::size_t i = 0; i + 1 < points.size(); ++i) {
        if (std::min(points[i].y, points[i + 1].y) - reach <= y &&
            std::max(points[i].y, points[i + 1].y) + reach >= y) {
            const auto [begin, end] = cover_segment(row, points[i], points[i + 1], pen, cover);
            low = std::min(low, begin);
            high = std::max(high, end);
        }
    }
    const RowInk ink(pen.fill, y);
    for (int x = low; x < high; ++x) {
        float& part = cover[static_cast<std::size_t>(x)];
        const float amount = part * pen.fill.alpha;
        pen.additive ? row.add(x, ink.at(x), amount) : row.over(x, ink.at(x), amount);
        part = 0.0F;
    }
}

} // namespace

void Scene::polygon(std::vector<Point> corners, const Fill& fill) {
    float top = std::numeric_limits<float>::max();
    float bottom = -top;
    for (const Point& p : corners) {
        top = std::min(top, p.y);
        bottom = std::max(bottom, p.y);
    }
    add(top, bottom, [corners = std::move(corners), fill](const Row& row) {
        paint_polygon(row, corners, fill);
    });
}

void Scene::stroke(const std::vector<Point>& points,
                   float thickness,
                   const Fill& fill,
                   float soft,
                   bool additive) {
    // Thinner than a pixel is drawn as a pixel of less ink.
    Pen pen{std::max(thickness, 1.0F) * 0.5F, std::max(1.0F, soft), additive, fill};
    pen.fill.alpha *= std::min(1.0F, thickness);
    float top = std::numeric_limits<float>::max();
    float bottom = -top;
    for (const Point& p : points) {
        top = std::min(top, p.y);
        bottom = std::max(bottom, p.y);
    }
    const float reach = pen.half + pen.edge;
    add(top - reach, bottom + reach, [points, pen](const Row& row) {
        paint_stroke(row, points, pen);
    });
}

} // namespace smos::media::backdrop
