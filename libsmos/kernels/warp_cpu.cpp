// SPDX-License-Identifier: Apache-2.0
// The CPU twin of warping: each row in what lies outside the source, its edge, and the inside.
#include "libsmos/kernels/compose_plan.hpp"
#include "libsmos/kernels/cpu_rows.hpp"
#include "libsmos/kernels/row_kernels.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace smos::kernels {

namespace {

// Pixels [first, last) of a row.
struct Span {
    int first;
    int last;

    [[nodiscard]] bool empty() const { return first >= last; }
};

// b > 0. By way of a real number, which is some times as fast as dividing 64 bits, and set right.
std::int64_t floor_of(std::int64_t a, std::int64_t b) {
    auto quotient =
        static_cast<std::int64_t>(std::floor(static_cast<double>(a) / static_cast<double>(b)));
    while (quotient * b > a) {
        --quotient;
    }
    while (quotient * b + b <= a) {
        ++quotient;
    }
    return quotient;
}

// Where low <= (start + x * by) >> 32 <= high for x in the span: one run, for it goes one way.
Span run_of(Span span, std::int64_t start, std::int64_t by, std::int64_t low, std::int64_t high) {
    const std::int64_t bottom = low * (std::int64_t{1} << 32) - start;
    const std::int64_t top = (high + 1) * (std::int64_t{1} << 32) - start;
    const auto held = [&](std::int64_t x) {
        return static_cast<int>(std::clamp<std::int64_t>(x, span.first, span.last));
    };
    if (by == 0) {
        return bottom <= 0 && top > 0 ? span : Span{span.first, span.first};
    }
    if (by > 0) { // bottom <= x * by < top
        return {held(floor_of(bottom - 1, by) + 1), held(floor_of(top - 1, by) + 1)};
    }
    return {held(floor_of(-top, -by) + 1), held(floor_of(-bottom, -by) + 1)};
}

Span both(Span a, Span b) {
    const Span span{std::max(a.first, b.first), std::min(a.last, b.last)};
    return span.empty() ? Span{a.first, a.first} : span;
}

// As WarpOp, of two interleaved planes.
struct WarpPairOp {
    Source source;
    Target first;
    Target second;
    FixedAffine map;
    int first_border;
    int second_border;

    [[nodiscard]] std::uint8_t value(const Spot& at, int channel, int border) const {
        return bilinear(sample_or<2>(source, at.x, at.y, channel, border),
                        sample_or<2>(source, at.x + 1, at.y, channel, border),
                        sample_or<2>(source, at.x, at.y + 1, channel, border),
                        sample_or<2>(source, at.x + 1, at.y + 1, channel, border),
                        at.fx,
                        at.fy);
    }
    void operator()(int x, int y) const {
        const Spot at = spot_of(map, x, y);
        first.at(x, y) = value(at, 0, first_border);
        second.at(x, y) = value(at, 1, second_border);
    }
};

void fill(const Target& out, int y, Span span, int border) {
    std::fill(out.row(y) + span.first, out.row(y) + span.last, static_cast<std::uint8_t>(border));
}
void border_of(const WarpOp& op, int y, Span span) { fill(op.out, y, span, op.border); }
void border_of(const WarpPairOp& op, int y, Span span) {
    fill(op.first, y, span, op.first_border);
    fill(op.second, y, span, op.second_border);
}

void inside_of(const WarpOp& op, const WarpRow& from, int y, Span span, const RowKernels& rows) {
    rows.warp(from, span.last - span.first, op.out.row(y) + span.first);
}
void inside_of(
    const WarpPairOp& op, const WarpRow& from, int y, Span span, const RowKernels& rows) {
    rows.warp_pair(
        from, span.last - span.first, op.first.row(y) + span.first, op.second.row(y) + span.first);
}

template <class Op>
struct RowOfWarp {
    const Op& op;
    int y;
    std::int64_t x_start; // of pixel 0, with the rounding of spot_of
    std::int64_t y_start;

    RowOfWarp(const Op& whole, int row)
        : op(whole),
          y(row),
          x_start(whole.map.xy * row + whole.map.x0 + (std::int64_t{1} << 20)),
          y_start(whole.map.yy * row + whole.map.y0 + (std::int64_t{1} << 20)) {}

    // Pixels whose upper left sample lies within these bounds.
    [[nodiscard]] Span within(Span span, int low, int high_x, int high_y) const {
        const Span across = run_of(span, x_start, op.map.xx, low, high_x);
        return both(across, run_of(span, y_start, op.map.yx, low, high_y));
    }
    void pixels(Span span) const {
        for (int x = span.first; x < span.last; ++x) {
            op(x, y);
        }
    }
    void border(Span span) const {
        if (!span.empty()) {
            border_of(op, y, span);
        }
    }
    void inside(Span span, const RowKernels& rows) const {
        const WarpRow from{op.source,
                           x_start + span.first * op.map.xx,
                           op.map.xx,
                           y_start + span.first * op.map.yx,
                           op.map.yx};
        inside_of(op, from, y, span, rows);
    }
};

template <class Op>
void warp_row(const Op& op, int y, Span all, const RowKernels& rows) {
    const RowOfWarp<Op> row(op, y);
    const Span seen = row.within(all, -1, op.source.width - 1, op.source.height - 1);
    row.border({all.first, seen.first});
    row.border({seen.last, all.last});
    const Span inside = row.within(seen, 0, op.source.width - 2, op.source.height - 3);
    if (inside.empty()) {
        row.pixels(seen);
        return;
    }
    row.pixels({seen.first, inside.first});
    row.inside(inside, rows);
    row.pixels({inside.last, seen.last});
}

// Offsets within the source fit in 32 bits.
bool addressable(const Source& source) {
    return source.pitch * source.height < std::numeric_limits<std::int32_t>::max();
}

} // namespace

Outcome run_rows(const Warp& job, Rows band) {
    if (!sound(job)) {
        return Outcome::bad_job;
    }
    const Rect target = in_band(touched(job), band);
    const WarpOp op = formula(job);
    if (!addressable(job.source)) {
        every_pixel(op, target);
        return Outcome::done;
    }
    const RowKernels& rows = row_kernels();
    for (int y = target.y0; y < target.y1; ++y) {
        warp_row(op, y, {target.x0, target.x1}, rows);
    }
    return Outcome::done;
}

Outcome run_rows(const WarpPair& job, Rows band) {
    const auto map = fixed(job.to_source);
    const bool sized = sound(job.source, 2) && sound(job.first) && sound(job.second) &&
                       same_size(job.first, job.second);
    if (!sized || !map || !addressable(job.source)) {
        return Outcome::bad_job;
    }
    const Rect target = in_band({0, 0, job.first.width, job.first.height}, band);
    const WarpPairOp op{
        job.source, job.first, job.second, *map, job.first_border, job.second_border};
    const RowKernels& rows = row_kernels();
    for (int y = target.y0; y < target.y1; ++y) {
        warp_row(op, y, {target.x0, target.x1}, rows);
    }
    return Outcome::done;
}

} // namespace smos::kernels
