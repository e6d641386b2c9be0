// SPDX-License-Identifier: Apache-2.0
// Decoded pictures of any pixel format as layers.
#include "libsmos/media/picture/colour_picture.hpp"

#include "libsmos/media/picture/colour_rgb.hpp"
#include "libsmos/media/picture/colour_ycc.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <cstring>

namespace smos::media {
namespace {

void copy_rows(
    const AVFrame& picture, int plane, std::uint8_t* to, int stride, int width, int height) {
    for (int row = 0; row < height; ++row) {
        std::memcpy(to + std::ptrdiff_t{row} * stride,
                    picture.data[plane] + std::ptrdiff_t{row} * picture.linesize[plane],
                    static_cast<std::size_t>(width));
    }
}

/// Nothing to convert: 8 bits, 4:2:0, BT.709, limited, chroma where it belongs.
bool is_ready(const AVFrame& picture, const PictureCodes& codes, const StoredSite& target) {
    const bool planar =
        picture.format == AV_PIX_FMT_YUV420P || picture.format == AV_PIX_FMT_YUVA420P;
    return planar && codes.matrix == AVCOL_SPC_BT709 && !codes.full_range &&
           codes.site.x2 == target.x2 && codes.site.y2 == target.y2;
}

void copy_picture(const AVFrame& picture, Frame& frame) {
    copy_rows(picture, 0, frame.y(), frame.y_stride(), frame.width_px, frame.height_px);
    for (int plane = 1; plane <= 2; ++plane) {
        copy_rows(picture,
                  plane,
                  plane == 1 ? frame.u() : frame.v(),
                  frame.uv_stride(),
                  frame.chroma_width(),
                  frame.chroma_height());
    }
}

void read_alpha(const PictureLines& lines, Layer& layer) {
    const int greatest = (1 << lines.depth(lines.alpha_index())) - 1;
    layer.alpha.assign(layer.colour.y_size(), 0);
    std::vector<std::uint16_t> line;
    for (int row = 0; row < lines.height(); ++row) {
        lines.read(lines.alpha_index(), row, line);
        std::uint8_t* out = layer.alpha.data() + std::ptrdiff_t{row} * layer.colour.y_stride();
        for (const std::uint16_t code : line)
            *out++ = static_cast<std::uint8_t>((code * 255 + greatest / 2) / greatest);
    }
}

} // namespace

Result<Layer> layer_of_picture(const AVFrame& picture,
                               const PictureCodes& codes,
                               const ColourTransform* transform,
                               const StoredSite& target,
                               const std::string& where) {
    const std::optional<PictureLines> lines = PictureLines::of(picture);
    if (!lines) {
        const char* name = av_get_pix_fmt_name(static_cast<AVPixelFormat>(picture.format));
        return Error{"unsupported_media",
                     fmt::format("its pixel format {} cannot be read", name ? name : "is unknown"),
                     where,
                     "convert it to yuv420p, yuv420p10 or rgba"};
    }
    Layer layer;
    layer.colour = Frame::unpainted(picture.width, picture.height);
    const bool ycc = !lines->is_rgb() && !lines->is_grey();
    const bool full_colours = lines->has_alpha() && lines->chroma_scale_x() == 1;
    if (transform != nullptr || !ycc || full_colours) {
        convert_rgb(*lines, codes, transform, target, layer);
    } else {
        if (is_ready(picture, codes, target))
            copy_picture(picture, layer.colour);
        else if (!convert_planar_ycc(picture, *lines, codes, target, layer.colour))
            convert_ycc(*lines, codes, target, layer.colour);
        if (lines->has_alpha())
            read_alpha(*lines, layer);
    }
    bleed_colours(layer);
    return layer;
}

ChromaSite chroma_site(const AVFrame& picture, AVChromaLocation unspecified) {
    const AVPixFmtDescriptor* format =
        av_pix_fmt_desc_get(static_cast<AVPixelFormat>(picture.format));
    const int width = format == nullptr ? 0 : (1 << format->log2_chroma_w) - 1;
    const int height = format == nullptr ? 0 : (1 << format->log2_chroma_h) - 1;
    const AVChromaLocation location =
        picture.chroma_location == AVCHROMA_LOC_UNSPECIFIED ? unspecified : picture.chroma_location;
    switch (location) {
    case AVCHROMA_LOC_CENTER:
        return {width, height};
    case AVCHROMA_LOC_TOPLEFT:
        return {0, 0};
    case AVCHROMA_LOC_TOP:
        return {width, 0};
    case AVCHROMA_LOC_BOTTOMLEFT:
        return {0, 2 * height};
    case AVCHROMA_LOC_BOTTOM:
        return {width, 2 * height};
    default:
        return {0, height};
    }
}

bool has_full_range(const AVFrame& picture) {
    const std::optional<PictureLines> lines = PictureLines::of(picture);
    switch (picture.format) {
    case AV_PIX_FMT_YUVJ420P:
    case AV_PIX_FMT_YUVJ422P:
    case AV_PIX_FMT_YUVJ444P:
    case AV_PIX_FMT_YUVJ440P:
    case AV_PIX_FMT_YUVJ411P:
        return true;
    default:
        break;
    }
    if (picture.color_range != AVCOL_RANGE_UNSPECIFIED)
        return picture.color_range == AVCOL_RANGE_JPEG;
    return lines && (lines->is_rgb() || lines->is_grey());
}

} // namespace smos::media
