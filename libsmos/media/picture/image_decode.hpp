// SPDX-License-Identifier: Apache-2.0
// Still pictures as libavcodec decodes them. Private to libsmos/media.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/media/codec/libav.hpp"
#include "libsmos/media/picture/image.hpp"

#include <string>
#include <string_view>

namespace smos::media {

/// The first picture in the file. Error codes as for load_image(), and unsupported_image for an
/// animated WebP.
Result<PictureHandle> decode_still(std::string_view bytes,
                                   const std::string& where,
                                   std::int64_t limit_pixels,
                                   std::size_t limit_bytes);

/// EXIF orientation 1..8 as the decoder found it; 1 when there is none.
int orientation_of(const AVFrame& picture);

} // namespace smos::media
