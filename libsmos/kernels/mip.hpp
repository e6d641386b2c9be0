// SPDX-License-Identifier: Apache-2.0
// The size a still is shrunk to before it moves, and its windows there.
#pragma once

#include "libsmos/kernels/compose.hpp"

namespace smos::kernels {

struct Size {
    int width = 0;
    int height = 0;
};

// For a move in which `out` pixels show windows of the source between `largest` and `smallest` (in
// 2^-32 luma pixels; only their sizes count): the size with 4/3 samples per target pixel in the
// largest window, where place is both fast and nearest to Lanczos-3; more, so that the smallest
// window keeps 1.1, when the windows differ by over 1.2. Even, never more than the source, and the
// source itself when that is nearly as small. 0 by 0 if a size is not positive.
// A move whose windows differ by more than 1.6 is better cut in parts with a size each: with over
// 1.8 samples a pixel four taps begin to alias.
[[nodiscard]] Size mip_size(Size source, Window largest, Window smallest, Size out);

// The window of the source, seen in the mip.
[[nodiscard]] Window in_mip(Window window, Size source, Size mip);

// All three planes of a still, with the chroma where 4:2:0 has it. Errors as shrink.
[[nodiscard]] Outcome shrink_picture(Picture<const std::uint8_t> source, Picture<std::uint8_t> out);

} // namespace smos::kernels
