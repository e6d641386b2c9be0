// SPDX-License-Identifier: Apache-2.0
// Makes libass see all of a font.
#pragma once

#include "libsmos/media/captions/fonts.hpp"

#include <string>

namespace smos::media {

/// libass takes the first Microsoft character map of a font, which by the sorting rule of the
/// format is the one that ends at U+FFFF: emoji would be "not found" in a font that has them. In
/// fonts that have both, this relabels the short map, in memory only, so that the full one is first
/// (OpenType "cmap": records of platform, encoding, offset). Other bytes are left alone.
void prefer_full_charmap(std::string& font);

/// From the tables "OS/2" (offsets 74, 76 and 88 of the format) and "head"; defaults when they are
/// not there.
FontMetrics read_metrics(const std::string& font);

} // namespace smos::media
