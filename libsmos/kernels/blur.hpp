// SPDX-License-Identifier: Apache-2.0
// Blur and sharpening of planes by separable convolution, on CPU or CUDA.
//
// The convolution is direct at every radius: whole-number weights that sum to exactly 65536, down
// the columns first, then along the rows, one rounding at the end; edges are replicated. A flat
// plane comes back as it was. The source and `out` have the same size and share no memory.
#pragma once

#include "libsmos/kernels/compose.hpp"

#include <optional>
#include <vector>

namespace smos::kernels {

inline constexpr int max_blur_256ths = 64 * 256;    // radius of a Gaussian
inline constexpr int max_streak_256ths = 256 * 256; // length of a directional blur

// Symmetric weights of the taps -reach .. reach.
struct BlurTaps {
    int reach = 0;
    std::vector<std::uint32_t> weight = {65536};
};

// A Gaussian whose standard deviation is half the radius, cut off at three of them (1.5 radii).
// Radius 0 leaves everything alone. None outside 0 .. max_blur_256ths.
[[nodiscard]] std::optional<BlurTaps> gaussian_taps(int radius_256ths);

// The mean over a line of that length, the pixels at its ends by the part they take: motion blur
// across or down. None outside 0 .. max_streak_256ths; up to one pixel leaves everything alone.
[[nodiscard]] std::optional<BlurTaps> streak_taps(int length_256ths);

struct Blur {
    Source source;
    Target out;
    const BlurTaps* columns = nullptr; // along a row
    const BlurTaps* rows = nullptr;    // down a column
};

// Unsharp mask: out = source + amount * (source - blurred source). For luma.
struct Sharpen {
    Source source;
    Target out;
    const BlurTaps* taps = nullptr;
    std::uint32_t amount = 0; // 65536ths, 0 .. 4 * full_weight
};

[[nodiscard]] Outcome run_rows(const Blur& job, Rows band);
[[nodiscard]] Outcome run_rows(const Sharpen& job, Rows band);
[[nodiscard]] Outcome run(const Blur& job, Device device, Timing* timing = nullptr);
[[nodiscard]] Outcome run(const Sharpen& job, Device device, Timing* timing = nullptr);

// Taps for a whole picture: those of the chroma planes have half the radius or length.
struct PictureBlur {
    BlurTaps luma_columns, luma_rows, chroma_columns, chroma_rows;
};
[[nodiscard]] std::optional<PictureBlur> picture_blur(int radius_256ths);
// Whip: a streak across (`down` 0) or down (`across` 0), or a box of both.
[[nodiscard]] std::optional<PictureBlur> picture_streak(int across_256ths, int down_256ths);

// A Gaussian of all of a plane or picture on the CPU, at a cost that hardly grows with the radius:
// from 12 pixels on the means of 2, 4 or 8 pixels are blurred and shown again at full size by
// place. Within three levels of the direct convolution. `out` is of the source's size and shares no
// memory with it; chroma planes have half the radius. Errors: bad_job, out_of_memory.
[[nodiscard]] Outcome blur_plane(int radius_256ths, const Source& source, const Target& out);
[[nodiscard]] Outcome
blur_picture(int radius_256ths, Picture<const std::uint8_t> source, Picture<std::uint8_t> out);

// All three planes on the CPU, for a band of luma rows (first even, last even or the height).
[[nodiscard]] Outcome blur_rows(const PictureBlur& blur,
                                Picture<const std::uint8_t> source,
                                Picture<std::uint8_t> out,
                                Rows luma_band);

} // namespace smos::kernels
