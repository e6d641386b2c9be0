// SPDX-License-Identifier: Apache-2.0
// From one picture to another: masks, joins and the numbers of every transition, on CPU or CUDA.
//
// Progress runs 0 .. 65536 (full_weight): 0 shows `from` alone, 65536 `to` alone, each exactly.
// A dissolve is Crossfade. A wipe is wipe_mask, a luma matte is matte_mask, each then mixed by
// MixByMask. A push or slide is joined_at, then Join of each plane. A whip is whip_at, Join, then
// blur_rows with its streak (see blur.hpp). A zoom is zoom_at, two place_rows, then Crossfade.
#pragma once

#include "libsmos/kernels/compose.hpp"

#include <optional>

namespace smos::kernels {

// out = from + (to - from) * mask / 255 * weight. Equal sizes; out may be from or to. With
// `chroma` the planes are chroma planes and the mask is at luma resolution (twice as wide and high,
// or one less) and its 2 by 2 means are taken; past an odd edge the edge is repeated.
struct MixByMask {
    Source from;
    Source to;
    Target out;
    Source mask;
    bool chroma = false;
    std::uint32_t weight = full_weight;
};

// out = shown + (colour - shown) * weight; out may be shown.
struct Dip {
    Source shown;
    Target out;
    std::uint8_t colour = 16;
    std::uint32_t weight = 0;
};

// `from` with its corner at (from_x, from_y) of out, then `to` over it with its corner at (to_x,
// to_y); both cut to out. What neither covers is left alone. Out shares no memory with them.
struct Join {
    Source from;
    Source to;
    Target out;
    int from_x = 0;
    int from_y = 0;
    int to_x = 0;
    int to_y = 0;
};

// Which way the edge, or the pictures, move.
enum class Direction { left, right, up, down };

// A mask at luma resolution whose 255 grows behind an edge that moves in `direction`. The edge is a
// ramp of `softness` / 65536 of the way (at least one pixel).
struct WipeMask {
    Target out;
    Direction direction = Direction::left;
    std::uint32_t progress = 0;
    std::uint32_t softness = 0; // 0 .. 65536
};

// A mask from the levels of another picture: dark parts of the matte go first, or bright ones when
// `inverted`. The ramp is `softness` / 65536 of the matte's range 0 .. 255 (at least one level).
struct MatteMask {
    Source matte; // of the size of out; limited-range luma is stretched when `limited`
    Target out;
    std::uint32_t progress = 0;
    std::uint32_t softness = 0;
    bool inverted = false;
    bool limited = true;
};

[[nodiscard]] Outcome run_rows(const MixByMask& job, Rows band);
[[nodiscard]] Outcome run_rows(const Dip& job, Rows band);
[[nodiscard]] Outcome run_rows(const Join& job, Rows band);
[[nodiscard]] Outcome run_rows(const WipeMask& job, Rows band);
[[nodiscard]] Outcome run_rows(const MatteMask& job, Rows band);

[[nodiscard]] Outcome run(const MixByMask& job, Device device, Timing* timing = nullptr);
[[nodiscard]] Outcome run(const Dip& job, Device device, Timing* timing = nullptr);
[[nodiscard]] Outcome run(const Join& job, Device device, Timing* timing = nullptr);
[[nodiscard]] Outcome run(const WipeMask& job, Device device, Timing* timing = nullptr);
[[nodiscard]] Outcome run(const MatteMask& job, Device device, Timing* timing = nullptr);

// All three planes on the CPU, for a band of luma rows (first even, last even or the height).
[[nodiscard]] Outcome mix_by_mask_rows(Picture<const std::uint8_t> from,
                                       Picture<const std::uint8_t> to,
                                       Picture<std::uint8_t> out,
                                       Source mask,
                                       std::uint32_t weight,
                                       Rows luma_band);
[[nodiscard]] Outcome dip_rows(Picture<const std::uint8_t> from,
                               Picture<const std::uint8_t> to,
                               Picture<std::uint8_t> out,
                               Colour colour,
                               std::uint32_t progress,
                               Rows luma_band);

// A dip at some progress: which picture is shown, and the colour's weight over it.
struct DipAt {
    bool second = false;
    std::uint32_t weight = 0;
};
[[nodiscard]] DipAt dip_at(std::uint32_t progress);

// Corners of both pictures in luma pixels, even, so that chroma moves along; monotone in progress.
// `push`: both move; otherwise `to` slides over a `from` that rests.
struct JoinedAt {
    int from_x = 0;
    int from_y = 0;
    int to_x = 0;
    int to_y = 0;
};
[[nodiscard]] JoinedAt
joined_at(Direction direction, bool push, std::uint32_t progress, int width, int height);
[[nodiscard]] Outcome join_rows(const JoinedAt& at,
                                Picture<const std::uint8_t> from,
                                Picture<const std::uint8_t> to,
                                Picture<std::uint8_t> out,
                                Rows luma_band);

// A push that starts and ends at rest (smoothstep), and the streak that its speed leaves over half
// of a frame that lasts `frame` / 65536 of the transition; for streak_taps, 0 at both ends.
struct WhipAt {
    JoinedAt at;
    int across_256ths = 0;
    int down_256ths = 0;
};
[[nodiscard]] WhipAt
whip_at(Direction direction, std::uint32_t progress, std::uint32_t frame, int width, int height);

// `from` grows to `zoom` times its size, `to` comes in from that size and settles; the weight of
// `to` for a Crossfade. Windows are about the middle of pictures of the given sizes.
struct ZoomAt {
    Window from;
    Window to;
    std::uint32_t weight = 0;
};
// None unless 65536 <= zoom_65536ths <= 16 * 65536 and all sides are 1 .. max_side_px.
[[nodiscard]] std::optional<ZoomAt> zoom_at(std::uint32_t progress,
                                            std::uint32_t zoom_65536ths,
                                            int from_width,
                                            int from_height,
                                            int to_width,
                                            int to_height);

} // namespace smos::kernels
