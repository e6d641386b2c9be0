// SPDX-License-Identifier: Apache-2.0
// The font files that a film is drawn with.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/media/captions/fonts.hpp"
#include "libsmos/records/timeline/timeline.hpp"

#include <string>
#include <vector>

namespace smos::stages {

/// Exactly the files that captions (where an output burns them in) and generated texts of a
/// timeline are drawn with, each once, by family, style and hash: what a resolved timeline lists.
/// Of an authored timeline the words that are to be spoken count for those of its captions. Draws
/// nothing, so it may come before anything is made or paid. Errors missing_glyph (a character that
/// no font has; `where` names the cue or the item), no_font, unknown_style.
Result<std::vector<media::Font>> film_fonts(const records::Timeline& timeline);

/// The file's name without its folder: folders differ from machine to machine.
std::string font_file_name(const media::Font& font);

} // namespace smos::stages
