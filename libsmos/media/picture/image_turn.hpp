// SPDX-License-Identifier: Apache-2.0
// Pictures stored sideways or mirrored, as cameras do.
#pragma once

#include "libsmos/media/backdrop/backdrop.hpp"

namespace smos::media {

/// Undoes EXIF orientation 1..8 (CIPA DC-008, tag 0x0112); 1 is upright already.
RgbImage turned_upright(RgbImage image, int orientation);

} // namespace smos::media
