// SPDX-License-Identifier: Apache-2.0
// Colour as code points of ITU-T H.273 name it, and as PNG chunks carry it. Private to
// libsmos/media.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/media/picture/colour_transform.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace smos::media {

/// H.273 colour primaries and transfer characteristics (FFmpeg's numbers are the same).
struct ColourCodePoints {
    int primaries = 2; ///< 2: not said
    int transfer = 2;
};

inline bool is_pq(const ColourCodePoints& tags) { return tags.transfer == 16; }
inline bool is_hlg(const ColourCodePoints& tags) { return tags.transfer == 18; }

/// How to get to BT.709, nothing when there is nothing to do: what is not said is BT.709's, and
/// the curves of BT.709, BT.601, BT.2020 and sRGB all stand for each other. Other primaries pass
/// through BT.1886 light. PQ and HLG are tone-mapped, from `peak_nits` for PQ (0: 1000).
/// Logarithmic and unknown codes are an Error unsupported_colour.
Result<std::optional<ColourRecipe>>
recipe_of_tags(const ColourCodePoints& tags, double peak_nits, const std::string& where);

/// What a PNG's chunks say of colour besides iCCP, which the decoder hands out.
struct PngColour {
    std::optional<ColourCodePoints> cicp;
    bool cicp_limited = false;
    bool srgb = false;
    std::optional<double> gamma; ///< as in gAMA, 0.45455 for sRGB
    std::optional<Primaries> primaries;
    int orientation = 1; ///< eXIf
};
PngColour png_colour(std::string_view bytes);

/// EXIF orientation of a TIFF block (CIPA DC-008), 1 where there is none.
int exif_orientation(std::string_view tiff);

/// gAMA and cHRM (PNG 3 §11.3.2); nothing when they say sRGB, within 5 % of its gamma.
Result<std::optional<ColourRecipe>> recipe_of_png(const PngColour& png, const std::string& where);

} // namespace smos::media
