// SPDX-License-Identifier: Apache-2.0
// Still pictures as layers: what they say of their colour, alpha and orientation is kept.
#include "libsmos/media/picture/layer.hpp"

#include "libsmos/core/file.hpp"
#include "libsmos/media/picture/colour_icc.hpp"
#include "libsmos/media/picture/colour_picture.hpp"
#include "libsmos/media/picture/colour_tags.hpp"
#include "libsmos/media/picture/image.hpp"
#include "libsmos/media/picture/image_decode.hpp"

#include <algorithm>

namespace smos::media {
namespace {

using Recipe = std::optional<ColourRecipe>;

std::string_view icc_of(const AVFrame& picture) {
    const AVFrameSideData* data = av_frame_get_side_data(&picture, AV_FRAME_DATA_ICC_PROFILE);
    if (data == nullptr)
        return {};
    return {reinterpret_cast<const char*>(data->data), data->size};
}

bool is_grey_picture(const AVFrame& picture) {
    const std::optional<PictureLines> lines = PictureLines::of(picture);
    return lines && lines->is_grey();
}

/// cICP before iCCP before sRGB before gAMA and cHRM (PNG 3 §4.3).
Result<Recipe>
recipe_of_still(const AVFrame& picture, const PngColour& png, const std::string& where) {
    if (png.cicp)
        return recipe_of_tags(*png.cicp, 0, where);
    const std::string_view icc = icc_of(picture);
    if (!icc.empty()) {
        SMOS_TRY(ColourRecipe recipe, recipe_of_icc(icc, is_grey_picture(picture), where));
        return Recipe{std::move(recipe)};
    }
    if (png.srgb)
        return Recipe{};
    return recipe_of_png(png, where);
}

/// JPEG and WebP hold BT.601 Y'CbCr (JFIF, WebP container) with chroma in the middle of its block.
PictureCodes codes_of_still(const AVFrame& picture, const PngColour& png) {
    PictureCodes codes;
    codes.matrix = AVCOL_SPC_SMPTE170M;
    codes.full_range = has_full_range(picture);
    codes.site = chroma_site(picture, AVCHROMA_LOC_CENTER);
    if (is_grey_picture(picture))
        codes.full_range = true;
    if (png.cicp)
        codes.full_range = !png.cicp_limited;
    return codes;
}

} // namespace

Result<Layer> load_layer(const std::string& path, const ImageLimits& limits) {
    SMOS_TRY(const std::string bytes, read_file(path, limits.file_bytes));
    return decode_layer(bytes, path, limits);
}

Result<Layer>
decode_layer(std::string_view bytes, const std::string& where, const ImageLimits& limits) {
    SMOS_TRY(const PictureHandle picture,
             decode_still(bytes, where, limits.pixels, limits.file_bytes));
    const bool is_png = bytes.substr(1, 3) == "PNG";
    const PngColour png = is_png ? png_colour(bytes) : PngColour{};
    SMOS_TRY(const Recipe recipe, recipe_of_still(*picture, png, where));
    std::optional<ColourTransform> transform;
    if (recipe) {
        transform.emplace(*recipe);
        if (transform->is_identity())
            transform.reset();
    }
    const int orientation = std::max(orientation_of(*picture), png.orientation);
    SMOS_TRY(Layer layer,
             layer_of_picture(*picture,
                              codes_of_still(*picture, png),
                              transform ? &*transform : nullptr,
                              stored_site(orientation, picture->width, picture->height),
                              where));
    return turned_upright(std::move(layer), orientation);
}

std::optional<kernels::Size> layer_size(const std::string& path, const ImageLimits& limits) {
    const auto bytes = read_file(path, limits.file_bytes);
    const auto header = bytes ? image_header(*bytes) : std::nullopt;
    if (!header || header->width_px > limits.pixels / header->height_px)
        return std::nullopt;
    const bool says_all =
        header->format == ImageHeader::Format::png || header->format == ImageHeader::Format::jpeg;
    const bool turned =
        bytes->find("Exif") != std::string::npos || bytes->find("eXIf") != std::string::npos;
    if (!says_all || turned)
        return std::nullopt;
    return kernels::Size{static_cast<int>(header->width_px), static_cast<int>(header->height_px)};
}

} // namespace smos::media
