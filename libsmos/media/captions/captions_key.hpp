// SPDX-License-Identifier: Apache-2.0
// Names for what captions look like, without drawing them.
#pragma once

#include "libsmos/media/captions/captions_draw.hpp"

#include <string>

namespace smos::media {

/// Hash of everything but the looks that a group's pixels depend on: words where they stand, the
/// style, the files of the fonts that draw it, libass, the size of the picture.
std::string group_key(const PlacedGroup& group,
                      const CaptionStyle& style,
                      const FontSet& fonts,
                      int width_px,
                      int height_px);

/// Of one picture: the group's name and the looks of its pieces.
std::string look_key(const std::string& group, const std::vector<PieceLook>& looks);

} // namespace smos::media
