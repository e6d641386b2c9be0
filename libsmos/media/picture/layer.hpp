// SPDX-License-Identifier: Apache-2.0
// A source picture as the compositor lays it: BT.709 colours and, where there is any, transparency.
#pragma once

#include "libsmos/core/limits.hpp"
#include "libsmos/core/result.hpp"
#include "libsmos/kernels/mip.hpp"
#include "libsmos/media/picture/frame.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smos::media {

/// Chroma samples sit on even luma columns and between two luma rows (kernels/compose.hpp).
struct Layer {
    Frame colour;
    /// Straight alpha at luma resolution, rows of colour.y_stride() bytes; empty: opaque. Where it
    /// is 0 the colour is that of the picture nearby, so that resampling brings no fringe.
    std::vector<std::uint8_t> alpha;

    std::size_t size_bytes() const { return colour.bytes.size() + alpha.size(); }
};

struct ImageLimits {
    std::int64_t pixels = limits::image_pixels;
    std::size_t file_bytes = std::size_t{256} << 20U;
};

/// A PNG, JPEG, WebP, PBM, PGM or PPM by its content, upright by its EXIF orientation, 1 to 16 bits
/// rounded to 8 once, grey, palettes, CMYK and YCCK by Adobe's convention (R = C' K').
/// sRGB codes are BT.709 codes here, as in frame.hpp. Colour is what the first of these says, and
/// converted: PNG cICP, an ICC profile (matrix and curves, RGB or grey), PNG gAMA and cHRM; sRGB
/// without any. PQ and HLG are tone-mapped as colour_curve.hpp writes.
/// More pixels than the limit, by the header, are refused before anything is decoded.
/// Error codes: cannot_read, too_large, not_an_image, damaged, unsupported_colour (a LUT, CMYK or
/// device-link profile, an unknown cICP code: the message names it), unsupported_image (an
/// animation).
Result<Layer> load_layer(const std::string& path, const ImageLimits& limits = {});

/// The same from memory; `where` names it in messages.
Result<Layer>
decode_layer(std::string_view bytes, const std::string& where, const ImageLimits& limits = {});

/// The size that load_layer() will give, where the header alone says it: a PNG or JPEG that no EXIF
/// turns, within the limit. Nothing else is looked at.
std::optional<kernels::Size> layer_size(const std::string& path, const ImageLimits& limits = {});

} // namespace smos::media
