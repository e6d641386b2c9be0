// SPDX-License-Identifier: Apache-2.0
// One picture as every stage of the render line passes it on: planar YUV 4:2:0, 8 bits.
#pragma once

#include "libsmos/kernels/plane.hpp"
#include "libsmos/media/picture/pixel_bytes.hpp"

#include <cstddef>
#include <cstdint>

namespace smos::media {

struct RgbImage;

/// Planar YUV 4:2:0, 8 bits, BT.709 matrix, limited range (Y 16..235, U and V 16..240, grey 128).
/// The planes lie behind each other in `bytes`; rows are padded to 64 (luma) and 32 (chroma) bytes.
/// A width or height that is odd has chroma planes rounded up.
struct Frame {
    int width_px = 0;
    int height_px = 0;
    PixelBytes bytes;

    Frame() = default;
    /// Allocated, and black.
    Frame(int width, int height);
    /// Allocated, for somebody who writes every sample: only the rows' padding is black.
    static Frame unpainted(int width, int height);

    bool empty() const { return bytes.empty(); }
    int chroma_width() const { return (width_px + 1) / 2; }
    int chroma_height() const { return (height_px + 1) / 2; }
    int y_stride() const { return (width_px + 63) / 64 * 64; }
    int uv_stride() const { return y_stride() / 2; }
    std::size_t y_size() const {
        return static_cast<std::size_t>(y_stride()) * static_cast<std::size_t>(height_px);
    }
    std::size_t uv_size() const {
        return static_cast<std::size_t>(uv_stride()) * static_cast<std::size_t>(chroma_height());
    }
    std::uint8_t* y() { return bytes.data(); }
    std::uint8_t* u() { return bytes.data() + y_size(); }
    std::uint8_t* v() { return bytes.data() + y_size() + uv_size(); }
    const std::uint8_t* y() const { return bytes.data(); }
    const std::uint8_t* u() const { return bytes.data() + y_size(); }
    const std::uint8_t* v() const { return bytes.data() + y_size() + uv_size(); }
};

/// Views for the kernels, valid while the frame lives and is not moved.
kernels::Picture<std::uint8_t> picture_of(Frame& frame);
kernels::Picture<const std::uint8_t> picture_of(const Frame& frame);

/// sRGB to BT.709 limited (ITU-R BT.709-6, 16-bit fixed point, rounded to nearest); chroma is taken
/// from the mean of each 2x2 block. An empty image gives an empty frame.
Frame to_frame(const RgbImage& image);

/// The inverse; a chroma sample serves its whole 2x2 block.
RgbImage to_rgb(const Frame& frame);

} // namespace smos::media
