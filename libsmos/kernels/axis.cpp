// SPDX-License-Identifier: Apache-2.0
// Positions and filter weights in integers, made once on the host for both twins.
#include "libsmos/kernels/compose.hpp"

#include <algorithm>

namespace smos::kernels {

namespace {

constexpr std::int64_t unit = std::int64_t{1} << 32;
constexpr std::int64_t reach = std::int64_t{1} << 48;

// Mitchell and Netravali's two-parameter cubic, B and C in 1024ths. Chosen for each step (source
// pixels per target pixel) by what comes nearest to Lanczos-3 of that step at the exact position:
// C = 3/4, B = 0 up to 1; from there B grows to 1 at 1.625, and C falls from 1.2 to 0 at 1.8.
struct Cubic {
    std::int64_t b;
    std::int64_t c;
};

Cubic cubic_for(std::int64_t step) {
    const std::int64_t bounded = std::min(step, 2 * unit);
    const std::int64_t b = (8 * (bounded - unit) / 5) >> 22;
    const std::int64_t c = 768 - (((5 * bounded - 6 * unit) / 4) >> 22);
    return {std::clamp<std::int64_t>(b, 0, 1024), std::clamp<std::int64_t>(c, 0, 768)};
}

constexpr std::int64_t one = 1024;
// What the four weights below are parts of: 6 * 2^40 of the cubic make weight_one.
constexpr std::int64_t share_of_weight = std::int64_t{6} << 26;

// The cubic within a source pixel of its centre, and from one to two away; u in 1024ths.
std::int64_t near_cubic(Cubic k, std::int64_t u) {
    return ((12 * one - 9 * k.b - 6 * k.c) * u + (12 * k.b + 6 * k.c - 18 * one) * one) * u * u +
           (6 * one - 2 * k.b) * one * one * one;
}
std::int64_t far_cubic(Cubic k, std::int64_t u) {
    return (((6 * k.b + 30 * k.c) * one - (k.b + 6 * k.c) * u) * u -
            (12 * k.b + 48 * k.c) * one * one) *
               u +
           (8 * k.b + 24 * k.c) * one * one * one;
}

std::int16_t weight_share(std::int64_t value) {
    const std::int64_t half = value < 0 ? -share_of_weight / 2 : share_of_weight / 2;
    return static_cast<std::int16_t>((value + half) / share_of_weight);
}

// Four weights for a position `phase` / 1024 behind the second tap. What rounding leaves over goes
// to the nearer middle tap, so that a flat plane stays flat.
void weights_at(std::int64_t phase, Cubic k, std::int16_t* weight) {
    weight[0] = weight_share(far_cubic(k, one + phase));
    weight[3] = weight_share(far_cubic(k, 2 * one - phase));
    const bool second = phase < one / 2;
    const std::int16_t other = weight_share(near_cubic(k, second ? one - phase : phase));
    const int rest = weight_one - weight[0] - weight[3] - other;
    weight[1] = second ? static_cast<std::int16_t>(rest) : other;
    weight[2] = second ? other : static_cast<std::int16_t>(rest);
}

constexpr int window_samples = 16;

// The greatest distance from the first tap of `count` neighbours to their last.
int reach_of(const TapTable& table, std::size_t count) {
    int widest = 0;
    const std::size_t last = table.first.size();
    for (std::size_t i = 0; i < last; i += count) {
        const std::size_t end = std::min(i + count, last) - 1;
        widest = std::max(widest, table.first[end] + 4 - table.first[i]);
    }
    return widest;
}

// Pixel i of the table, at place `at` of its half.
void plan_pixel(
    const TapTable& table, std::size_t i, TapWindows::Half& half, std::size_t at, int base) {
    std::uint8_t* lane = half.lane.data() + 4 * at;
    const auto first = static_cast<std::uint8_t>(table.first[i] - base);
    lane[0] = first;
    lane[2] = static_cast<std::uint8_t>(first + 1);
    const std::int16_t* weight = &table.weight[4 * i];
    half.pair01.data()[2 * at] = weight[0];
    half.pair01.data()[2 * at + 1] = weight[1];
    half.pair23.data()[2 * at] = weight[2];
    half.pair23.data()[2 * at + 1] = weight[3];
}

void plan_windows(TapTable& table) {
    TapWindows& plan = table.windows;
    const std::size_t count = table.first.size();
    if (count == 0 || reach_of(table, 4) > window_samples) {
        return;
    }
    plan.shared = reach_of(table, 8) > window_samples ? 1 : 2;
    const std::size_t windows = (count + 7) / 8;
    plan.base.resize(2 * windows);
    for (TapWindows::Half& half : plan.half) {
        half.lane = Aligned<std::uint8_t>(16 * windows);
        std::fill(half.lane.data(), half.lane.data() + 16 * windows, std::uint8_t{0x80});
        half.pair01 = Aligned<std::int16_t>(8 * windows);
        half.pair23 = Aligned<std::int16_t>(8 * windows);
    }
    for (std::size_t h = 0; h < 2 * windows; ++h) {
        const std::size_t from = plan.shared == 2 ? h / 2 * 8 : 4 * h;
        plan.base[h] = table.first[std::min(from, count - 1)];
        for (std::size_t i = 4 * h; i < std::min(4 * h + 4, count); ++i) {
            plan_pixel(table, i, plan.half[h % 2], h / 2 * 4 + i % 4, plan.base[h]);
        }
    }
}

bool in_range(const Axis& axis, int count) {
    return axis.step > 0 && axis.step <= reach / std::max(count, 1) && axis.start >= -reach &&
           axis.start <= reach;
}

} // namespace

Axis window_axis(std::int64_t begin, std::int64_t size, int count) {
    const std::int64_t step = size / std::max(count, 1);
    return {begin + step / 2 - unit / 2, step};
}

Axis chroma_across(Axis luma) { return {luma.start >> 1, luma.step}; }

Axis chroma_down(Axis luma) { return {(luma.start + luma.step / 2 - unit / 2) >> 1, luma.step}; }

Affine chroma_map(const Affine& luma) {
    Affine map = luma;
    map.x0 = (luma.x0 + luma.xy * 0.5) * 0.5;
    map.y0 = (luma.y0 + luma.yy * 0.5 - 0.5) * 0.5;
    return map;
}

std::optional<TapTable> tap_table(Axis axis, int count, int source_count) {
    const bool sized =
        count >= 0 && count <= max_side_px && source_count >= 1 && source_count <= max_side_px;
    if (!sized || !in_range(axis, count)) {
        return std::nullopt;
    }
    const Cubic cubic = cubic_for(axis.step);
    TapTable table;
    table.source_count = source_count;
    table.first.resize(static_cast<std::size_t>(count));
    table.weight.resize(4 * static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
        const std::int64_t q = (axis.start + i * axis.step + (std::int64_t{1} << 21)) >> 22;
        const std::int64_t first = std::clamp<std::int64_t>((q >> 10) - 1, -3, source_count - 1);
        const auto at = static_cast<std::size_t>(i);
        table.first[at] = static_cast<std::int32_t>(first);
        weights_at(q & 1023, cubic, &table.weight[4 * at]);
    }
    plan_windows(table);
    return table;
}

std::optional<PictureMove>
picture_move(Window window, Picture<const std::uint8_t> source, Picture<const std::uint8_t> out) {
    if (out.y.empty() || window.width <= 0 || window.height <= 0) {
        return std::nullopt;
    }
    const Axis across = window_axis(window.x, window.width, out.y.width);
    const Axis down = window_axis(window.y, window.height, out.y.height);
    auto luma_columns = tap_table(across, out.y.width, source.y.width);
    auto luma_rows = tap_table(down, out.y.height, source.y.height);
    auto chroma_columns = tap_table(chroma_across(across), out.u.width, source.u.width);
    auto chroma_rows = tap_table(chroma_down(down), out.u.height, source.u.height);
    if (!luma_columns || !luma_rows || !chroma_columns || !chroma_rows) {
        return std::nullopt;
    }
    return PictureMove{std::move(*luma_columns),
                       std::move(*luma_rows),
                       std::move(*chroma_columns),
                       std::move(*chroma_rows)};
}

} // namespace smos::kernels
