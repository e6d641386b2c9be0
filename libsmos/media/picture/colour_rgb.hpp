// SPDX-License-Identifier: Apache-2.0
// Pictures that must go through R'G'B' on their way to BT.709. Private to libsmos/media.
#pragma once

#include "libsmos/media/picture/colour_lines.hpp"
#include "libsmos/media/picture/colour_transform.hpp"
#include "libsmos/media/picture/layer.hpp"
#include "libsmos/media/picture/layer_turn.hpp"

namespace smos::media {

/// Fills `layer`, whose colour has the picture's size; chroma is the mean of the pixels around it,
/// weighted by their alpha.
void convert_rgb(const PictureLines& lines,
                 const PictureCodes& codes,
                 const ColourTransform* transform,
                 const StoredSite& target,
                 Layer& layer);

} // namespace smos::media
