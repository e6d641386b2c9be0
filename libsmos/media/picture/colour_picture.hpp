// SPDX-License-Identifier: Apache-2.0
// Decoded pictures of any pixel format as layers, in integers only. Private to libsmos/media.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/media/picture/colour_lines.hpp"
#include "libsmos/media/picture/colour_transform.hpp"
#include "libsmos/media/picture/layer.hpp"
#include "libsmos/media/picture/layer_turn.hpp"

#include <string>

namespace smos::media {

/// The picture in BT.709 limited, its colours rounded to 8 bits once. Without a `transform` its
/// R'G'B' is BT.709's. Chroma sits at `target` (see stored_site). Its alpha is straight; the
/// colours under alpha 0 are bled. Pixel formats that cannot be read are an Error
/// unsupported_media.
Result<Layer> layer_of_picture(const AVFrame& picture,
                               const PictureCodes& codes,
                               const ColourTransform* transform,
                               const StoredSite& target,
                               const std::string& where);

/// FFmpeg's chroma location in our terms; `unspecified` where it says nothing.
ChromaSite chroma_site(const AVFrame& picture, AVChromaLocation unspecified);

/// A full-range pixel format (yuvj), tag, or RGB without a tag.
bool has_full_range(const AVFrame& picture);

} // namespace smos::media
