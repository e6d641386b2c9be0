// SPDX-License-Identifier: Apache-2.0
// Compositing of 8-bit planes (each of the three of a 4:2:0 picture by itself) on CPU or CUDA.
//
// Every job is a plain description. `run_rows(job, band)` does the rows of the target that lie in
// the band, on this thread; any split into bands gives the same bytes, and so does `run(job,
// Device::cuda)`, which copies in, launches and copies out. A job that does not keep its documented
// ranges gives bad_job and writes nothing. Planes without pixels are done at once.
#pragma once

#include "libsmos/kernels/align.hpp"
#include "libsmos/kernels/aligned.hpp"
#include "libsmos/kernels/compose_math.hpp"
#include "libsmos/kernels/device.hpp"

#include <optional>
#include <vector>

namespace smos::kernels {

// Weights and opacities are given in 65536ths, 0 to full_weight, and used in 16384ths.
inline constexpr std::uint32_t full_weight = 65536;

// Target pixel i to source position start + i * step, in units of 2^-32 pixel; integers are pixel
// centres. step is positive; |start| and step * length stay below 2^48.
struct Axis {
    std::int64_t start = 0;
    std::int64_t step = std::int64_t{1} << 32;
};

// The axis that shows `size` (from its left edge `begin`, both in 2^-32 source pixels) in `count`
// target pixels. A Ken Burns move is this with another begin and size in every frame.
[[nodiscard]] Axis window_axis(std::int64_t begin, std::int64_t size, int count);

// The same move for the chroma planes of 4:2:0: across (samples sit on even luma columns, as in
// H.264's default) and down (samples sit between two luma rows).
[[nodiscard]] Axis chroma_across(Axis luma);
[[nodiscard]] Axis chroma_down(Axis luma);

// Four-tap cubic weights for each target pixel, at 1/512 pixel (Mitchell-Netravali; B and C follow
// the step, see axis.cpp). The kernel changes with the step without jumps, so slow moves do not
// flicker. Nearest to Lanczos-3 at steps from 1.1 to 4/3, which is where mip_size puts a still.
// The same for vector units, by groups of 32 target pixels in windows of eight and halves of four.
// The last group is filled up with weights of zero.
struct TapGroups {
    // How many halves share one load of 16 samples: 2 up to about 1.7 source pixels a pixel, 1 up
    // to about 4, 0 (and no tables) beyond.
    int shared = 0;
    bool wide = false;               // a group shares one load of 64: up to about 1.9
    std::vector<std::int32_t> base;  // 8 a group: the sample that a half's bytes are counted from
    Aligned<std::uint8_t> lane;      // 64 a group: taps 0 and 1 of each pixel, from the half's base
    Aligned<std::uint8_t> wide_lane; // the same from the group's first base
    Aligned<std::int8_t> pair01;     // 64 a group: weights 0 and 1
    Aligned<std::int8_t> pair23;     // 64 a group: weights 2 and 3
};
inline constexpr int group_px = 32;

struct TapTable {
    std::vector<std::int32_t> first; // first tap; may lie outside, edges are replicated
    std::vector<std::int8_t> along;  // four each, summing to along_one
    std::vector<std::int16_t> down;  // four each, summing to down_one
    int source_count = 0;
    TapGroups groups;
    [[nodiscard]] int count() const { return static_cast<int>(first.size()); }
};

// A table that is only used down the columns needs no groups.
enum class TapUse { any, down };

// None unless 0 <= count <= max_side_px, 1 <= source_count <= max_side_px and the axis is in range.
[[nodiscard]] std::optional<TapTable>
tap_table(Axis axis, int count, int source_count, TapUse use = TapUse::any);

// Scale and shift of `source` into a rectangle of `out` whose corner is (x0, y0), which may lie
// outside: what does not fit is cut off. Make the tables once for all bands.
struct Place {
    Source source;
    Target out;
    int x0 = 0;
    int y0 = 0;
    const TapTable* columns = nullptr; // made for source.width
    const TapTable* rows = nullptr;    // made for source.height
};

// Any affine map of a small layer, bilinear; pixels outside the source are `border`.
struct Warp {
    Source source;
    Target out;
    Affine to_source; // from pixels of `out`
    std::uint8_t border = 0;
};

// Two planes under one map on the CPU, their samples interleaved in the source (`width` counts
// pixels, `pitch` bytes): the bits of two warps with half the reads. Both outputs are of one size.
struct WarpPair {
    Source source;
    Target first;
    Target second;
    Affine to_source;
    std::uint8_t first_border = 0;
    std::uint8_t second_border = 0;
};

// The same map for a chroma plane of 4:2:0 whose samples sit as chroma_across and chroma_down say.
[[nodiscard]] Affine chroma_map(const Affine& luma);

// out = from + (to - from) * weight. Equal sizes; out may be from or to.
struct Crossfade {
    Source from;
    Source to;
    Target out;
    std::uint32_t weight = 0;
};

// out = out + (colour - out) * weight: to black, or a veil.
struct Fade {
    Target out;
    std::uint8_t colour = 16;
    std::uint32_t weight = 0;
};

// Source over: out = out + (front - out) * mask / 255 * opacity. The mask's corner is (x0, y0) in
// luma pixels of the picture and may lie outside. With `chroma`, out is a chroma plane and its
// alpha is the mean of the 2 by 2 mask samples it covers (outside the mask is 0).
// `front` empty: the colour is laid. Else front has the size of the mask (with `chroma` half of it,
// rounded up, and x0, y0 even).
struct Blend {
    Target out;
    Source mask;
    int x0 = 0;
    int y0 = 0;
    bool chroma = false;
    std::uint32_t opacity = full_weight;
    std::uint8_t colour = 16;
    Source front;
};

[[nodiscard]] Outcome run_rows(const Place& job, Rows band);
[[nodiscard]] Outcome run_rows(const Warp& job, Rows band);
[[nodiscard]] Outcome run_rows(const WarpPair& job, Rows band);
[[nodiscard]] Outcome run_rows(const Crossfade& job, Rows band);
[[nodiscard]] Outcome run_rows(const Fade& job, Rows band);
[[nodiscard]] Outcome run_rows(const Blend& job, Rows band);

[[nodiscard]] Outcome run(const Place& job, Device device, Timing* timing = nullptr);
[[nodiscard]] Outcome run(const Warp& job, Device device, Timing* timing = nullptr);
[[nodiscard]] Outcome run(const Crossfade& job, Device device, Timing* timing = nullptr);
[[nodiscard]] Outcome run(const Fade& job, Device device, Timing* timing = nullptr);
[[nodiscard]] Outcome run(const Blend& job, Device device, Timing* timing = nullptr);

// All three planes of a picture, CPU, for a band of luma rows (first even, last even or the
// height).
[[nodiscard]] Outcome crossfade_rows(Picture<const std::uint8_t> from,
                                     Picture<const std::uint8_t> to,
                                     Picture<std::uint8_t> out,
                                     std::uint32_t weight,
                                     Rows luma_band);
[[nodiscard]] Outcome
fade_rows(Picture<std::uint8_t> out, Colour colour, std::uint32_t weight, Rows luma_band);
// A caption: one colour through a mask whose corner is at luma pixel (x0, y0).
[[nodiscard]] Outcome blend_rows(Picture<std::uint8_t> out,
                                 Source mask,
                                 int x0,
                                 int y0,
                                 Colour colour,
                                 std::uint32_t opacity,
                                 Rows luma_band);

// A Ken Burns move of one frame: the window of `source` shown in all of a picture. Make it once a
// frame, then run its bands on any threads.
struct PictureMove {
    TapTable luma_columns, luma_rows, chroma_columns, chroma_rows;
};
// The window is in 2^-32 luma pixels of the source picture. None as tap_table.
struct Window {
    std::int64_t x = 0;
    std::int64_t y = 0;
    std::int64_t width = 0;
    std::int64_t height = 0;
};
[[nodiscard]] std::optional<PictureMove>
picture_move(Window window, Picture<const std::uint8_t> source, Picture<const std::uint8_t> out);
[[nodiscard]] Outcome place_rows(const PictureMove& move,
                                 Picture<const std::uint8_t> source,
                                 Picture<std::uint8_t> out,
                                 Rows luma_band);

} // namespace smos::kernels
