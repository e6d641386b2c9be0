// SPDX-License-Identifier: Apache-2.0
// Layers stretched in width, for pixels that are not square.
#include "libsmos/media/picture/layer_turn.hpp"

#include <algorithm>
#include <cstddef>

namespace smos::media {
namespace {

constexpr int width_weight_bits = 14;

struct WidthTaps {
    std::ptrdiff_t first = 0; // may lie outside: edges are replicated
    std::vector<std::int32_t> weight;
};

/// Catmull-Rom at distance `x` (Keys 1981, a = -1/2).
double catmull_rom(double x) {
    x = x < 0 ? -x : x;
    if (x < 1)
        return (1.5 * x - 2.5) * x * x + 1;
    return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
}

/// Around `centre`, over `reach` source samples to each side.
WidthTaps taps_around(double centre, double stretch) {
    const double reach = 2 * stretch;
    auto first = static_cast<std::ptrdiff_t>(centre - reach + 1e6) - 1000000;
    const auto last = static_cast<std::ptrdiff_t>(centre + reach + 1e6) - 1000000 + 1;
    std::vector<double> weights;
    double sum = 0;
    for (std::ptrdiff_t at = first; at <= last; ++at) {
        weights.push_back(catmull_rom((static_cast<double>(at) - centre) / stretch));
        sum += weights.back();
    }
    WidthTaps taps{first, {}};
    std::int32_t left = 1 << width_weight_bits;
    std::size_t greatest = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        const double share = weights[i] / sum * (1 << width_weight_bits);
        taps.weight.push_back(static_cast<std::int32_t>(share < 0 ? share - 0.5 : share + 0.5));
        left -= taps.weight.back();
        greatest = weights[i] > weights[greatest] ? i : greatest;
    }
    taps.weight[greatest] += left;
    return taps;
}

/// Sample i of `count` lies at luma position (spacing i + site) of the stretched picture.
std::vector<WidthTaps> width_taps(int count, int spacing, double site, double luma_ratio) {
    std::vector<WidthTaps> taps;
    const double stretch = std::max(1.0, luma_ratio);
    for (int i = 0; i < count; ++i) {
        const double luma = (spacing * i + site + 0.5) * luma_ratio - 0.5;
        taps.push_back(taps_around((luma - site) / spacing, stretch));
    }
    return taps;
}

void stretch_plane(const std::uint8_t* from,
                   std::ptrdiff_t from_stride,
                   int from_width,
                   std::uint8_t* to,
                   std::ptrdiff_t to_stride,
                   int height,
                   const std::vector<WidthTaps>& columns) {
    const std::ptrdiff_t edge = from_width - 1;
    for (int y = 0; y < height; ++y) {
        const std::uint8_t* row = from + y * from_stride;
        std::uint8_t* out = to + y * to_stride;
        for (const WidthTaps& taps : columns) {
            std::int32_t sum = 1 << (width_weight_bits - 1);
            for (std::size_t k = 0; k < taps.weight.size(); ++k) {
                const auto at = taps.first + static_cast<std::ptrdiff_t>(k);
                sum += taps.weight[k] * row[std::clamp<std::ptrdiff_t>(at, 0, edge)];
            }
            *out++ = static_cast<std::uint8_t>(std::clamp(sum >> width_weight_bits, 0, 255));
        }
    }
}

} // namespace

Layer with_width(const Layer& layer, int width_px, int site_x2) {
    const Frame& from = layer.colour;
    Layer result;
    result.colour = Frame::unpainted(width_px, from.height_px);
    Frame& to = result.colour;
    const double ratio = static_cast<double>(from.width_px) / width_px;
    const auto luma = width_taps(width_px, 1, 0, ratio);
    const auto chroma = width_taps(to.chroma_width(), 2, site_x2 / 2.0, ratio);
    const auto stretch_luma = [&](const std::uint8_t* source, std::uint8_t* target) {
        stretch_plane(
            source, from.y_stride(), from.width_px, target, to.y_stride(), to.height_px, luma);
    };
    stretch_luma(from.y(), to.y());
    for (int plane = 1; plane <= 2; ++plane) {
        stretch_plane(plane == 1 ? from.u() : from.v(),
                      from.uv_stride(),
                      from.chroma_width(),
                      plane == 1 ? to.u() : to.v(),
                      to.uv_stride(),
                      to.chroma_height(),
                      chroma);
    }
    if (!layer.alpha.empty()) {
        result.alpha.resize(to.y_size());
        stretch_luma(layer.alpha.data(), result.alpha.data());
    }
    return result;
}

} // namespace smos::media
