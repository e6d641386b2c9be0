// SPDX-License-Identifier: Apache-2.0
// Several caption tracks over one picture.
#pragma once

#include "libsmos/media/captions/captions.hpp"

#include <memory>
#include <vector>

namespace smos::media {

/// Each track with its own style, words and fonts (fonts_for). The first one stands where its style
/// says; the others go up as far as they would cover one that is there at the same time. Errors of
/// CaptionRenderer::open, no_font, and captions_overlap when there is no more room.
Result<std::unique_ptr<CaptionRenderer>> open_captions(const std::vector<CaptionTrack>& tracks,
                                                       int width_px,
                                                       int height_px,
                                                       Missing missing = Missing::refuse);

} // namespace smos::media
