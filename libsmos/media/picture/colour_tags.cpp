// SPDX-License-Identifier: Apache-2.0
// Colour as code points of ITU-T H.273 name it.
#include "libsmos/media/picture/colour_tags.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace smos::media {
namespace {

constexpr const char* tag_advice = "convert it to BT.709 or sRGB";

Result<Primaries> primaries_of(int code, const std::string& where) {
    switch (code) {
    case 0:
    case 1:
    case 2:
        return bt709_primaries;
    case 4:
        return Primaries{{0.67, 0.33}, {0.21, 0.71}, {0.14, 0.08}, {0.310, 0.316}};
    case 5:
        return bt601_625_primaries;
    case 6:
    case 7:
        return bt601_525_primaries;
    case 9:
        return bt2020_primaries;
    case 11:
        return p3_dci_primaries;
    case 12:
        return p3_d65_primaries;
    default:
        return Error{"unsupported_colour",
                     fmt::format("colour primaries {} of H.273 are not read", code),
                     where,
                     tag_advice};
    }
}

/// The curve, or an empty one for those that stand for BT.709's.
Result<Curve> curve_of(int code, const std::string& where) {
    switch (code) {
    case 0:
    case 1:
    case 2:
    case 6:  // BT.601
    case 7:  // SMPTE 240M
    case 11: // IEC 61966-2-4
    case 12: // BT.1361
    case 13: // sRGB
    case 14: // BT.2020
    case 15:
        return Curve{};
    case 4:
        return gamma_curve(2.2);
    case 5:
        return gamma_curve(2.8);
    case 8:
        return gamma_curve(1);
    case 16:
        return pq_curve();
    case 18:
        return hlg_curve();
    default:
        return Error{"unsupported_colour",
                     fmt::format("transfer characteristics {} of H.273 are not read", code),
                     where,
                     tag_advice};
    }
}

} // namespace

Result<std::optional<ColourRecipe>>
recipe_of_tags(const ColourCodePoints& tags, double peak_nits, const std::string& where) {
    SMOS_TRY(const Primaries primaries, primaries_of(tags.primaries, where));
    SMOS_TRY(Curve curve, curve_of(tags.transfer, where));
    const bool same_primaries = tags.primaries <= 2;
    if (same_primaries && !curve)
        return std::optional<ColourRecipe>{};
    ColourRecipe recipe;
    recipe.target = ColourRecipe::Target::bt1886;
    recipe.to_light.fill(curve ? curve : bt1886_curve());
    recipe.to_bt709 = same_primaries ? identity3 : *bt709_of_rgb(primaries);
    recipe.hlg = is_hlg(tags);
    if (is_pq(tags) || is_hlg(tags)) {
        const double nits = is_pq(tags) && peak_nits > 0 ? peak_nits : 1000;
        recipe.peak = std::clamp(nits, sdr_white_nits, 10000.0) / sdr_white_nits;
    }
    return std::optional<ColourRecipe>{std::move(recipe)};
}

Result<std::optional<ColourRecipe>> recipe_of_png(const PngColour& png, const std::string& where) {
    const bool same_gamma = !png.gamma || (*png.gamma > 0.4318 && *png.gamma < 0.4773);
    if (same_gamma && !png.primaries)
        return std::optional<ColourRecipe>{};
    ColourRecipe recipe;
    recipe.to_light.fill(same_gamma ? srgb_curve() : gamma_curve(1 / *png.gamma));
    if (png.primaries) {
        const std::optional<Matrix3> matrix = bt709_of_rgb(*png.primaries);
        if (!matrix)
            return Error{"damaged", "its cHRM chunk has impossible primaries", where, tag_advice};
        recipe.to_bt709 = *matrix;
    }
    return std::optional<ColourRecipe>{std::move(recipe)};
}

} // namespace smos::media
