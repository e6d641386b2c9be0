// SPDX-License-Identifier: Apache-2.0
// Decoded Y'CbCr of any pixel format as BT.709 limited 4:2:0. Private to libsmos/media.
#pragma once

#include "libsmos/media/picture/colour_lines.hpp"
#include "libsmos/media/picture/frame.hpp"
#include "libsmos/media/picture/layer_turn.hpp"

#include <array>
#include <cstdint>

namespace smos::media {

/// Linear: new = factor * (old - zero), in 8-bit codes times 2^30, where chroma comes 64-fold.
struct YccMatrix {
    std::array<std::array<std::int64_t, 3>, 3> factor{};
    std::int64_t luma_zero = 0, chroma_zero = 0;
};
YccMatrix ycc_matrix(int depth, const PictureCodes& codes);

/// Every sample of `frame`, which has the picture's size; its chroma sits at `target`.
void convert_ycc(const PictureLines& lines,
                 const PictureCodes& codes,
                 const StoredSite& target,
                 Frame& frame);

/// The same bytes, faster, for planes of 8-bit samples. False for others, or a picture too large
/// for the kernels: nothing is said then of what `frame` holds.
bool convert_planar_ycc(const AVFrame& picture,
                        const PictureLines& lines,
                        const PictureCodes& codes,
                        const StoredSite& target,
                        Frame& frame);

} // namespace smos::media
