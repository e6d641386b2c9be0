// SPDX-License-Identifier: Apache-2.0
// Positions and filter weights in integers, made once on the host for both twins.
#include "libsmos/kernels/compose.hpp"

#include <algorithm>

namespace smos::kernels {

namespace {

constexpr std::int64_t unit = std::int64_t{1} << 32;
constexpr std::int64_t reach = std::int64_t{1} << 48;

std::int64_t divide_to_nearest(std::int64_t a, std::int64_t b) {
    const std::int64_t doubled = 2 * a + b;
    const std::int64_t quotient = doubled / (2 * b);
    return doubled % (2 * b) < 0 ? quotient - 1 : quotient;
}

// Mitchell and Netravali's cubic with B + 2 C = 1 at u / 1024 source pixels from its centre, B
// being b / 1024; in units of 1 / (6 * 2^40). Four of them a pixel apart sum to one.
std::int64_t cubic(std::int64_t u, std::int64_t b) {
    constexpr std::int64_t one = 1024;
    if (u < one) {
        return (9 * one - 6 * b) * u * u * u + (9 * b - 15 * one) * u * u * one +
               (6 * one - 2 * b) * one * one * one;
    }
    return (2 * b - 3 * one) * u * u * u + (15 * one - 9 * b) * u * u * one +
           (12 * b - 24 * one) * u * one * one + (12 * one - 4 * b) * one * one * one;
}

// Sharp (B = 0) up to 1.2 source pixels per target pixel, then softer, B = 1 from 1.8 on.
std::int64_t softness(std::int64_t step) {
    return std::clamp<std::int64_t>((5 * step - 6 * unit) / (3 * unit / 1024), 0, 1024);
}

// Four weights for a position `phase` / 1024 behind the second tap.
void weights_at(std::int64_t phase, std::int64_t soft, std::int16_t* weight) {
    std::int64_t left = weight_one;
    for (int k = 0; k < 4; ++k) {
        const std::int64_t offset = (k - 1) * 1024 - phase;
        const std::int64_t value = cubic(offset < 0 ? -offset : offset, soft);
        const std::int64_t share = divide_to_nearest(value, std::int64_t{6} << 26);
        weight[k] = static_cast<std::int16_t>(share);
        left -= share;
    }
    // What rounding left over goes to the nearer middle tap, so that a flat plane stays flat.
    std::int16_t& middle = weight[phase < 512 ? 1 : 2];
    middle = static_cast<std::int16_t>(middle + left);
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
    const std::int64_t soft = softness(std::min(axis.step, 2 * unit));
    TapTable table;
    table.source_count = source_count;
    table.first.resize(static_cast<std::size_t>(count));
    table.weight.resize(4 * static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
        const std::int64_t q = (axis.start + i * axis.step + (std::int64_t{1} << 21)) >> 22;
        const std::int64_t first = std::clamp<std::int64_t>((q >> 10) - 1, -3, source_count - 1);
        const auto at = static_cast<std::size_t>(i);
        table.first[at] = static_cast<std::int32_t>(first);
        weights_at(q & 1023, soft, &table.weight[4 * at]);
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
