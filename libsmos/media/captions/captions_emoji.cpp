// SPDX-License-Identifier: Apache-2.0
// Emoji in colours: shaped with HarfBuzz, pictures of the font's strike by FreeType.
#include "libsmos/media/captions/captions_emoji.hpp"

#include "libsmos/core/handle.hpp"

#include <ft2build.h>
#include <hb.h>
#include FT_FREETYPE_H

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

namespace smos::media {
namespace {

using LibraryHandle = UniqueHandle<FT_LibraryRec_, FT_Done_FreeType>;
using FaceHandle = UniqueHandle<FT_FaceRec_, FT_Done_Face>;
using BlobHandle = UniqueHandle<hb_blob_t, hb_blob_destroy>;
using ShapeFaceHandle = UniqueHandle<hb_face_t, hb_face_destroy>;
using ShapeFontHandle = UniqueHandle<hb_font_t, hb_font_destroy>;
using BufferHandle = UniqueHandle<hb_buffer_t, hb_buffer_destroy>;

/// Weights of the source samples for each target sample along one axis.
struct Taps {
    int first = 0;
    std::vector<double> weights;
};

std::vector<Taps> taps_of(int source, int target) {
    const double step = static_cast<double>(source) / target;
    const double reach = std::max(1.0, step);
    std::vector<Taps> all(static_cast<std::size_t>(target));
    for (int i = 0; i < target; ++i) {
        const double centre = (i + 0.5) * step - 0.5;
        Taps& taps = all[static_cast<std::size_t>(i)];
        taps.first = std::max(0, static_cast<int>(std::ceil(centre - reach)));
        const int last = std::min(source - 1, static_cast<int>(std::floor(centre + reach)));
        double sum = 0;
        for (int at = taps.first; at <= last; ++at) {
            taps.weights.push_back(std::max(0.0, 1 - std::abs(at - centre) / reach));
            sum += taps.weights.back();
        }
        for (double& weight : taps.weights)
            weight /= sum;
    }
    return all;
}

EmojiPicture scaled(const EmojiPicture& source, int width_px, int height_px) {
    EmojiPicture out{width_px, height_px, {}};
    const std::vector<Taps> columns = taps_of(source.width_px, width_px);
    const std::vector<Taps> rows = taps_of(source.height_px, height_px);
    const auto row_size = static_cast<std::size_t>(width_px) * 4;
    std::vector<double> wide(row_size * static_cast<std::size_t>(source.height_px), 0.0);
    for (int y = 0; y < source.height_px; ++y) {
        const std::uint8_t* from =
            source.pixels.data() + std::ptrdiff_t{y} * source.width_px * std::ptrdiff_t{4};
        double* to = wide.data() + static_cast<std::size_t>(y) * row_size;
        for (const Taps& taps : columns) {
            for (std::size_t i = 0; i < taps.weights.size(); ++i) {
                const auto at = (static_cast<std::size_t>(taps.first) + i) * 4;
                for (std::size_t c = 0; c < 4; ++c)
                    to[c] += taps.weights[i] * from[at + c];
            }
            to += 4;
        }
    }
    out.pixels.reserve(row_size * static_cast<std::size_t>(height_px));
    for (const Taps& taps : rows) {
        for (std::size_t x = 0; x < row_size; ++x) {
            double value = 0;
            for (std::size_t i = 0; i < taps.weights.size(); ++i)
                value += taps.weights[i] *
                         wide[(static_cast<std::size_t>(taps.first) + i) * row_size + x];
            out.pixels.push_back(static_cast<std::uint8_t>(std::clamp(value + 0.5, 0.0, 255.0)));
        }
    }
    return out;
}

/// FreeType's B, G, R, A into a wider picture at column `x0`.
void copy_glyph(const FT_Bitmap& bitmap, int x0, EmojiPicture& into) {
    const int width = std::min(static_cast<int>(bitmap.width), into.width_px - x0);
    const int height = std::min(static_cast<int>(bitmap.rows), into.height_px);
    for (int y = 0; y < height; ++y) {
        const unsigned char* from = bitmap.buffer + std::ptrdiff_t{y} * bitmap.pitch;
        std::uint8_t* to =
            into.pixels.data() + (std::ptrdiff_t{y} * into.width_px + x0) * std::ptrdiff_t{4};
        for (int x = 0; x < width; ++x, from += 4, to += 4) {
            to[0] = from[2];
            to[1] = from[1];
            to[2] = from[0];
            to[3] = from[3];
        }
    }
}

} // namespace

struct EmojiFont::Face {
    LibraryHandle library;
    FaceHandle face;
    ShapeFontHandle shaper;
    std::map<std::string, double, std::less<>> aspects; // 0 for no picture
};

EmojiFont::EmojiFont() : face_(std::make_unique<Face>()) {}
EmojiFont::~EmojiFont() = default;

Result<std::shared_ptr<const EmojiFont>> EmojiFont::open(const std::string& path) {
    const Error failed{"no_font", "not a font with pictures in colours", path};
    FT_Library library = nullptr;
    if (FT_Init_FreeType(&library) != 0)
        return failed;
    auto font = std::make_shared<EmojiFont>();
    font->face_->library.reset(library);
    FT_Face face = nullptr;
    if (FT_New_Face(library, path.c_str(), 0, &face) != 0)
        return failed;
    font->face_->face.reset(face);
    if (!FT_HAS_COLOR(face) || face->num_fixed_sizes < 1 || FT_Select_Size(face, 0) != 0)
        return failed;
    const BlobHandle blob{hb_blob_create_from_file(path.c_str())};
    const ShapeFaceHandle shapes{hb_face_create(blob.get(), 0)};
    font->face_->shaper.reset(hb_font_create(shapes.get()));
    return std::shared_ptr<const EmojiFont>{std::move(font)};
}

/// Glyphs in order; empty when one is not there.
std::vector<std::uint32_t> EmojiFont::shape(std::string_view cluster) const {
    const BufferHandle buffer{hb_buffer_create()};
    hb_buffer_add_utf8(buffer.get(), cluster.data(), static_cast<int>(cluster.size()), 0, -1);
    hb_buffer_set_direction(buffer.get(), HB_DIRECTION_LTR);
    hb_buffer_set_script(buffer.get(), HB_SCRIPT_COMMON);
    hb_buffer_set_flags(buffer.get(), HB_BUFFER_FLAG_REMOVE_DEFAULT_IGNORABLES);
    hb_shape(face_->shaper.get(), buffer.get(), nullptr, 0);
    unsigned count = 0;
    const hb_glyph_info_t* glyphs = hb_buffer_get_glyph_infos(buffer.get(), &count);
    std::vector<std::uint32_t> ids;
    for (unsigned i = 0; i < count; ++i) {
        if (glyphs[i].codepoint == 0)
            return {};
        ids.push_back(glyphs[i].codepoint);
    }
    return ids;
}

EmojiPicture EmojiFont::strike(std::string_view cluster) const {
    FT_Face face = face_->face.get();
    EmojiPicture picture;
    std::vector<std::uint32_t> drawn;
    for (const std::uint32_t glyph : shape(cluster)) {
        if (FT_Load_Glyph(face, glyph, FT_LOAD_COLOR) != 0 ||
            face->glyph->bitmap.pixel_mode != FT_PIXEL_MODE_BGRA || face->glyph->bitmap.width == 0)
            continue; // a joiner
        drawn.push_back(glyph);
        picture.width_px += static_cast<int>(face->glyph->bitmap.width);
        picture.height_px = std::max(picture.height_px, static_cast<int>(face->glyph->bitmap.rows));
    }
    picture.pixels.resize(static_cast<std::size_t>(picture.width_px) *
                          static_cast<std::size_t>(picture.height_px) * 4);
    int x = 0;
    for (const std::uint32_t glyph : drawn) {
        if (FT_Load_Glyph(face, glyph, FT_LOAD_COLOR) != 0)
            continue;
        copy_glyph(face->glyph->bitmap, x, picture);
        x += static_cast<int>(face->glyph->bitmap.width);
    }
    return picture;
}

bool EmojiFont::has(std::string_view cluster) const { return aspect(cluster) > 0; }

double EmojiFont::aspect(std::string_view cluster) const {
    const auto known = face_->aspects.find(cluster);
    if (known != face_->aspects.end())
        return known->second;
    const EmojiPicture picture = strike(cluster);
    const double aspect =
        picture.height_px == 0 ? 0.0 : static_cast<double>(picture.width_px) / picture.height_px;
    face_->aspects.emplace(cluster, aspect);
    return aspect;
}

EmojiPicture EmojiFont::draw(std::string_view cluster, int height_px) const {
    const EmojiPicture picture = strike(cluster);
    if (picture.width_px == 0 || height_px < 1)
        return {};
    const double width = static_cast<double>(picture.width_px) * height_px / picture.height_px;
    return scaled(picture, std::max(1, static_cast<int>(width + 0.5)), height_px);
}

} // namespace smos::media
