// SPDX-License-Identifier: Apache-2.0
// Positions and filter weights in integers, made once on the host for both twins.
#include "libsmos/kernels/compose.hpp"

#include <algorithm>
#include <array>
#include <limits>

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
// What the cubics below sum to: the whole of a weight.
constexpr std::int64_t whole = 6 * one * one * one * one;

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

// The four weights of a position between two source pixels.
struct Phase {
    std::array<std::int16_t, 4> down;
    std::array<std::int8_t, 4> along;
};

constexpr int phase_bits = 9;
constexpr int phase_count = 1 << phase_bits;

// What rounding leaves over goes to the second tap, the nearer one.
std::array<std::int16_t, 4> settled_down(const std::array<std::int64_t, 4>& value) {
    std::array<std::int16_t, 4> weight{};
    int rest = down_one;
    for (const std::size_t tap : {std::size_t{0}, std::size_t{2}, std::size_t{3}}) {
        const std::int64_t half = value[tap] < 0 ? -whole / 2 : whole / 2;
        weight[tap] = static_cast<std::int16_t>((value[tap] * down_one + half) / whole);
        rest -= weight[tap];
    }
    weight[1] = static_cast<std::int16_t>(rest);
    return weight;
}

// In 65536ths of a 127th: how far the weights are from the values, each and in their centre of
// gravity, which is the position that is shown.
std::int64_t strain(const std::array<std::int64_t, 4>& wish, unsigned raised) {
    std::int64_t sum = 0;
    std::int64_t moment = 0;
    for (std::size_t tap = 0; tap < 4; ++tap) {
        const std::int64_t part = wish[tap] & 0xffff;
        const std::int64_t error = (raised >> tap & 1U) != 0 ? 65536 - part : -part;
        sum += error * error;
        moment += static_cast<std::int64_t>(tap) * error;
    }
    return sum + moment * moment;
}

constexpr std::array<std::int8_t, 16> bits_in{0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4};

// Rounded down, and as many raised by one as are lacking: those that strain least.
std::array<std::int8_t, 4> settled_along(const std::array<std::int64_t, 4>& value) {
    std::array<std::int64_t, 4> wish{};
    std::int64_t lacking = along_one;
    for (std::size_t tap = 0; tap < 4; ++tap) {
        wish[tap] = (value[tap] * along_one) / (whole >> 16);
        lacking -= wish[tap] >> 16;
    }
    unsigned best = 0;
    std::int64_t least = std::numeric_limits<std::int64_t>::max();
    for (unsigned raised = 0; raised < 16; ++raised) {
        if (bits_in[raised] != lacking)
            continue;
        const std::int64_t strained = strain(wish, raised);
        if (strained < least) {
            best = raised;
            least = strained;
        }
    }
    std::array<std::int8_t, 4> weight{};
    for (std::size_t tap = 0; tap < 4; ++tap) {
        weight[tap] = static_cast<std::int8_t>((wish[tap] >> 16) + (best >> tap & 1U));
    }
    return weight;
}

// Of every phase; the second half mirrors the first.
using Phases = std::array<Phase, phase_count>;

void fill_phases(Cubic k, Phases& phases) {
    for (int p = 0; p <= phase_count / 2; ++p) {
        const std::int64_t u = p * one / phase_count;
        const std::array<std::int64_t, 4> value = {far_cubic(k, one + u),
                                                   near_cubic(k, u),
                                                   near_cubic(k, one - u),
                                                   far_cubic(k, 2 * one - u)};
        Phase phase{settled_down(value), settled_along(value)};
        phases[static_cast<std::size_t>(p)] = phase;
        if (p > 0) {
            std::reverse(phase.down.begin(), phase.down.end());
            std::reverse(phase.along.begin(), phase.along.end());
            phases[static_cast<std::size_t>(phase_count - p)] = phase;
        }
    }
}

// Kept for the next table, which is often of the same step: luma and chroma, across and down.
const Phases& phases_of(Cubic k) {
    thread_local Phases phases;
    thread_local Cubic kept{-1, -1};
    if (kept.b != k.b || kept.c != k.c) {
        fill_phases(k, phases);
        kept = k;
    }
    return phases;
}

constexpr int window_samples = 16;
constexpr int group_samples = 64;

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

void plan_groups(TapTable& table) {
    TapGroups& plan = table.groups;
    const std::size_t count = table.first.size();
    if (count == 0 || reach_of(table, 4) > window_samples) {
        return;
    }
    plan.shared = reach_of(table, 8) > window_samples ? 1 : 2;
    plan.wide = reach_of(table, group_px) <= group_samples;
    const std::size_t groups = (count + group_px - 1) / group_px;
    plan.base.resize(8 * groups);
    plan.lane = Aligned<std::uint8_t>(64 * groups);
    plan.wide_lane = Aligned<std::uint8_t>(64 * groups);
    plan.pair01 = Aligned<std::int8_t>(64 * groups);
    plan.pair23 = Aligned<std::int8_t>(64 * groups);
    const std::size_t halves = plan.shared == 2 ? 8 : 4;
    for (std::size_t h = 0; h < 8 * groups; ++h) {
        plan.base[h] = table.first[std::min(4 * h / halves * halves, count - 1)];
    }
    for (std::size_t i = 0; i < count; ++i) {
        const int first = table.first[i];
        const int near = first - plan.base[i / 4];
        const int far = first - plan.base[i / group_px * 8];
        const std::int8_t* weight = &table.along[4 * i];
        plan.lane.data()[2 * i] = static_cast<std::uint8_t>(near);
        plan.lane.data()[2 * i + 1] = static_cast<std::uint8_t>(near + 1);
        plan.wide_lane.data()[2 * i] = static_cast<std::uint8_t>(far);
        plan.wide_lane.data()[2 * i + 1] = static_cast<std::uint8_t>(far + 1);
        std::copy_n(weight, 2, plan.pair01.data() + 2 * i);
        std::copy_n(weight + 2, 2, plan.pair23.data() + 2 * i);
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

std::optional<TapTable> tap_table(Axis axis, int count, int source_count, TapUse use) {
    const bool sized =
        count >= 0 && count <= max_side_px && source_count >= 1 && source_count <= max_side_px;
    if (!sized || !in_range(axis, count)) {
        return std::nullopt;
    }
    const Phases& phases = phases_of(cubic_for(axis.step));
    TapTable table;
    table.source_count = source_count;
    table.first.resize(static_cast<std::size_t>(count));
    if (use == TapUse::any) {
        table.along.resize(4 * static_cast<std::size_t>(count));
    }
    table.down.resize(4 * static_cast<std::size_t>(count));
    constexpr int finer = 32 - phase_bits;
    std::int64_t position = axis.start + (std::int64_t{1} << (finer - 1));
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i, position += axis.step) {
        const std::int64_t first =
            std::clamp<std::int64_t>((position >> 32) - 1, -3, source_count - 1);
        const auto phase = static_cast<std::size_t>(position >> finer) & (phase_count - 1);
        table.first[i] = static_cast<std::int32_t>(first);
        if (use == TapUse::any) {
            std::copy_n(phases[phase].along.data(), 4, &table.along[4 * i]);
        }
        std::copy_n(phases[phase].down.data(), 4, &table.down[4 * i]);
    }
    if (use == TapUse::any) {
        plan_groups(table);
    }
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
    auto luma_rows = tap_table(down, out.y.height, source.y.height, TapUse::down);
    auto chroma_columns = tap_table(chroma_across(across), out.u.width, source.u.width);
    auto chroma_rows = tap_table(chroma_down(down), out.u.height, source.u.height, TapUse::down);
    if (!luma_columns || !luma_rows || !chroma_columns || !chroma_rows) {
        return std::nullopt;
    }
    return PictureMove{std::move(*luma_columns),
                       std::move(*luma_rows),
                       std::move(*chroma_columns),
                       std::move(*chroma_rows)};
}

} // namespace smos::kernels
