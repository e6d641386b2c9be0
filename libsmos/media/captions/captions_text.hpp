// SPDX-License-Identifier: Apache-2.0
// Text of the timeline's generator "text": a styled block that stands still in a box.
#pragma once

#include "libsmos/media/captions/captions.hpp"

#include <string>
#include <vector>

namespace smos::media {

/// Thousandths of the picture's width and height.
struct TextBox {
    int x = 60;
    int y = 100;
    int width = 880;
    int height = 300;
};

struct TextRequest {
    std::string text;   ///< UTF-8; words are broken into lines to fit, a newline is kept
    CaptionStyle style; ///< as text_style() gives it
    TextBox box;
    Missing missing = Missing::refuse;
};

/// The style's font and behind it what the characters need, and the files among them that are used
/// (see fonts_of in captions.hpp).
Result<FontSet> fonts_for(const TextRequest& request);
std::vector<Font> fonts_of(const TextRequest& request, const FontSet& fonts);

struct TextBlock {
    CaptionFrame frame;
    CaptionBox box; ///< of everything drawn but the shadow; inside the request's box
    std::vector<MissingGlyph> missing;
};

/// As large as the style says, smaller when that is what it takes. Error codes: invalid_captions
/// (no visible text, a box outside of the picture), captions_too_long, missing_glyph, captions.
Result<TextBlock>
render_text(const TextRequest& request, const FontSet& fonts, int width_px, int height_px);

} // namespace smos::media
