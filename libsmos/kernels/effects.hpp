// SPDX-License-Identifier: Apache-2.0
// Vignette, film grain, chroma key and region masks, on CPU or CUDA.
//
// Lengths are in 1/256 luma pixel, amounts in 65536ths. Jobs on a Picture take bands of luma rows
// (first even, last even or the height).
#pragma once

#include "libsmos/kernels/compose.hpp"

#include <optional>
#include <vector>

namespace smos::kernels {

// Where a vignette darkens. Distances are circles about the middle of the picture, in 65536ths of
// half its diagonal, so no aspect stretches them.
struct VignetteShape {
    int width = 0; // of the picture in luma pixels, 0 .. max_side_px
    int height = 0;
    std::uint32_t radius = 32768;   // darkening begins, 0 .. 131072
    std::uint32_t softness = 32768; // and is full this much farther out, 1024 .. 131072
};

// (d^2 - begin^2) / (end^2 - begin^2) in 65536ths as the sum of a column's and a row's share.
struct VignetteTable {
    int width = 0;
    int height = 0;
    std::vector<std::int32_t> columns, rows, chroma_columns, chroma_rows;
};
[[nodiscard]] std::optional<VignetteTable> vignette_table(const VignetteShape& shape);

// Darkens in place: R'G'B' times 1 - amount * smoothstep(share). 16-bit weights and an ordered 8x8
// dither in place of the rounding, so that slow gradients show no bands; where the weight is 0
// nothing changes. The dither is within one level.
struct Vignette {
    Picture<std::uint8_t> out;
    const VignetteTable* table = nullptr; // made for the picture's size
    std::uint32_t amount = 0;
};

// Film grain on luma, in place: noise of mean 0, nearly normal (four uniform bytes of a hash of
// seed, frame, x and y added up), whose standard deviation is `strength` / 256 levels at mid-grey
// and falls to 0 at black and white as 4 t (1 - t). What is in range stays in 16 .. 235.
struct Grain {
    Target out;
    std::uint32_t seed = 0;
    std::uint32_t frame = 0;
    std::uint32_t strength = 0; // 0 .. 64 * 256
};

// Alpha from a picture: 0 up to `similarity` from the key's (Cb, Cr), 255 from `smoothness` farther
// on, a straight ramp between. Chroma is interpolated to luma pixels at its siting. Distances are
// Euclidean, in 1/256 of an 8-bit chroma level.
struct ChromaKey {
    Picture<const std::uint8_t> source;
    Target out; // of the size of source.y
    Colour key;
    std::uint32_t similarity = 0; // 0 .. 65536
    std::uint32_t smoothness = 0; // 0 .. 65536; less than one level counts as one
};

// Takes away the part of each chroma sample that points towards the key's hue, times `amount`: in
// place, luma stays. A grey key changes nothing.
struct Despill {
    Picture<std::uint8_t> out;
    Colour key;
    std::uint32_t amount = full_weight;
};

// A mask: 255 inside a rectangle or ellipse, 0 outside, a straight ramp of `feather` across the
// edge (less than a pixel counts as one, which smooths the edge). Beyond a rectangle's corners the
// ramp is round. An ellipse's distance is taken as f |f - 1| / |grad f| of its implicit form.
enum class RegionShape { rectangle, ellipse };
struct Region {
    Target out;
    RegionShape shape = RegionShape::rectangle;
    int centre_x = 0; // from the plane's left edge; |centre| <= 256 * max_side_px
    int centre_y = 0;
    int half_width = 256; // 256 .. 256 * max_side_px
    int half_height = 256;
    int feather = 0; // 0 .. 256 * max_side_px
    bool inverted = false;
};

[[nodiscard]] Outcome run_rows(const Vignette& job, Rows luma_band);
[[nodiscard]] Outcome run_rows(const Grain& job, Rows band);
[[nodiscard]] Outcome run_rows(const ChromaKey& job, Rows band);
[[nodiscard]] Outcome run_rows(const Despill& job, Rows luma_band);
[[nodiscard]] Outcome run_rows(const Region& job, Rows band);

[[nodiscard]] Outcome run(const Vignette& job, Device device, Timing* timing = nullptr);
[[nodiscard]] Outcome run(const Grain& job, Device device, Timing* timing = nullptr);
[[nodiscard]] Outcome run(const ChromaKey& job, Device device, Timing* timing = nullptr);
[[nodiscard]] Outcome run(const Despill& job, Device device, Timing* timing = nullptr);
[[nodiscard]] Outcome run(const Region& job, Device device, Timing* timing = nullptr);

} // namespace smos::kernels
