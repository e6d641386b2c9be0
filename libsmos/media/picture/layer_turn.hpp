// SPDX-License-Identifier: Apache-2.0
// Layers on their way from how they are stored to how they are seen: turned, widened, bled.
// Private to libsmos/media.
#pragma once

#include "libsmos/media/picture/layer.hpp"

namespace smos::media {

/// Where the chroma samples of a stored picture of this size must sit, in halves of a luma pixel
/// from their 2x2 block's first, so that they sit as Layer says once it is turned upright.
struct StoredSite {
    int x2 = 0;
    int y2 = 1;
};
StoredSite stored_site(int orientation, int width_px, int height_px);

/// Undoes EXIF orientation 1..8; chroma sits as stored_site() says.
Layer turned_upright(Layer layer, int orientation);

/// Stretched or squeezed to another width (Catmull-Rom, wider where it shrinks), whose chroma sits
/// at site_x2, as it does in `layer`.
Layer with_width(const Layer& layer, int width_px, int site_x2);

/// Fills the colours under alpha 0 from their neighbours, coarser the farther away, and drops an
/// alpha that is 255 everywhere.
void bleed_colours(Layer& layer);

} // namespace smos::media
