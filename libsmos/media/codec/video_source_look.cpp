// SPDX-License-Identifier: Apache-2.0
// How the pictures of a video are meant.
#include "libsmos/media/codec/video_source_look.hpp"

#include "libsmos/media/picture/colour_tags.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

extern "C" {
#include <libavutil/dovi_meta.h>
#include <libavutil/mastering_display_metadata.h>
#include <libavutil/pixdesc.h>
}

namespace smos::media {
namespace {

constexpr int largest_aspect = 16;

std::string name_or(const char* name, const char* otherwise) {
    return name == nullptr ? otherwise : name;
}

/// EXIF's number for the display matrix (ISO/IEC 14496-12 §8.3.2: x' = a x + c y, y' = b x + d y).
Result<int> orientation_of_stream(const AVStream& stream, const std::string& where) {
    const std::uint8_t* data = av_stream_get_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, nullptr);
    if (data == nullptr)
        return 1;
    std::int32_t matrix[9];
    std::memcpy(matrix, data, sizeof matrix);
    const auto sign = [](std::int32_t value) {
        return std::abs(std::int64_t{value}) < 64 ? 0 : (value > 0 ? 1 : -1);
    };
    const int a = sign(matrix[0]), b = sign(matrix[1]), c = sign(matrix[3]), d = sign(matrix[4]);
    struct Turned {
        int a, b, c, d;
    };
    constexpr Turned turned[8] = {{1, 0, 0, 1},
                                  {-1, 0, 0, 1},
                                  {-1, 0, 0, -1},
                                  {1, 0, 0, -1},
                                  {0, 1, 1, 0},
                                  {0, 1, -1, 0},
                                  {0, -1, -1, 0},
                                  {0, -1, 1, 0}};
    for (int i = 0; i < 8; ++i) {
        if (turned[i].a == a && turned[i].b == b && turned[i].c == c && turned[i].d == d)
            return i + 1;
    }
    return Error{"unsupported_media",
                 "its display matrix turns it by an angle that is no multiple of 90 degrees",
                 where,
                 "turn it upright before"};
}

Result<AVColorSpace>
matrix_of(const AVFrame& picture, const std::string& where, VideoSourceInfo& info) {
    const bool small = picture.width < 1280 && picture.height <= 576;
    const AVColorSpace guess = small ? AVCOL_SPC_SMPTE170M : AVCOL_SPC_BT709;
    switch (picture.colorspace) {
    case AVCOL_SPC_RGB: // says nothing of Y'CbCr
    case AVCOL_SPC_UNSPECIFIED:
    case AVCOL_SPC_RESERVED:
        info.colour.matrix_guessed = true;
        return guess;
    default:
        break;
    }
    if (rgb_of_ycc(picture.colorspace))
        return picture.colorspace;
    return Error{"unsupported_colour",
                 fmt::format("the matrix {} is not read",
                             name_or(av_color_space_name(picture.colorspace), "it names")),
                 where,
                 "convert it to BT.709"};
}

/// MaxCLL, else the mastering display's peak; of the stream, else of its first picture; else 0.
double peak_of(const AVStream& stream, const AVFrame& picture) {
    const auto side = [&](AVPacketSideDataType packet, AVFrameSideDataType frame) {
        const std::uint8_t* data = av_stream_get_side_data(&stream, packet, nullptr);
        const AVFrameSideData* of_frame = av_frame_get_side_data(&picture, frame);
        return data != nullptr ? data : (of_frame != nullptr ? of_frame->data : nullptr);
    };
    const std::uint8_t* level =
        side(AV_PKT_DATA_CONTENT_LIGHT_LEVEL, AV_FRAME_DATA_CONTENT_LIGHT_LEVEL);
    if (level != nullptr) {
        AVContentLightMetadata light;
        std::memcpy(&light, level, sizeof light);
        if (light.MaxCLL >= 100 && light.MaxCLL <= 10000)
            return light.MaxCLL;
    }
    const std::uint8_t* display =
        side(AV_PKT_DATA_MASTERING_DISPLAY_METADATA, AV_FRAME_DATA_MASTERING_DISPLAY_METADATA);
    if (display != nullptr) {
        AVMasteringDisplayMetadata mastering;
        std::memcpy(&mastering, display, sizeof mastering);
        const double nits = mastering.max_luminance.den > 0 ? av_q2d(mastering.max_luminance) : 0;
        if (mastering.has_luminance != 0 && nits >= 100 && nits <= 10000)
            return nits;
    }
    return 0;
}

Result<void> refuse_dolby_vision(const AVStream& stream, const std::string& where) {
    const std::uint8_t* data = av_stream_get_side_data(&stream, AV_PKT_DATA_DOVI_CONF, nullptr);
    if (data == nullptr)
        return {};
    AVDOVIDecoderConfigurationRecord record;
    std::memcpy(&record, data, sizeof record);
    if (record.dv_bl_signal_compatibility_id != 0)
        return {};
    return Error{"unsupported_colour",
                 fmt::format("Dolby Vision profile {} has no picture of its own in BT.2100",
                             record.dv_profile),
                 where,
                 "convert it to HDR10 or BT.709"};
}

Result<void> find_colour(const AVStream& stream,
                         const AVFrame& first,
                         const std::string& where,
                         VideoLook& look,
                         VideoSourceInfo& info) {
    const std::optional<PictureLines> lines = PictureLines::of(first);
    const bool rgb = lines && lines->is_rgb();
    VideoColour& colour = info.colour;
    if (!rgb) {
        SMOS_TRY(look.codes.matrix, matrix_of(first, where, info));
    }
    look.codes.full_range = has_full_range(first);
    look.codes.site = chroma_site(first, AVCHROMA_LOC_LEFT);
    const ColourCodePoints tags{first.color_primaries, first.color_trc};
    colour.matrix = rgb ? "rgb" : name_or(av_color_space_name(look.codes.matrix), "unknown");
    colour.primaries = name_or(av_color_primaries_name(first.color_primaries), "unknown");
    colour.transfer = name_or(av_color_transfer_name(first.color_trc), "unknown");
    colour.full_range = look.codes.full_range;
    colour.hdr = is_pq(tags) || is_hlg(tags);
    colour.pixels = name_or(av_get_pix_fmt_name(look.format), "unknown");
    colour.bits = lines ? lines->depth(0) : 0;
    SMOS_CHECK(refuse_dolby_vision(stream, where));
    SMOS_TRY(const std::optional<ColourRecipe> recipe,
             recipe_of_tags(tags, peak_of(stream, first), where));
    if (recipe) {
        look.transform = std::make_unique<ColourTransform>(*recipe);
        colour.peak_nits = colour.hdr ? recipe->peak * sdr_white_nits : 0;
        if (look.transform->is_identity())
            look.transform.reset();
    }
    return {};
}

Result<void> find_shape(const AVStream& stream,
                        const AVFrame& first,
                        std::int64_t limit_pixels,
                        const std::string& where,
                        VideoLook& look,
                        VideoSourceInfo& info) {
    SMOS_TRY(look.orientation, orientation_of_stream(stream, where));
    look.stored_width_px = first.width;
    look.stored_height_px = first.height;
    AVRational aspect = stream.sample_aspect_ratio;
    if (aspect.num <= 0 || aspect.den <= 0)
        aspect = first.sample_aspect_ratio;
    if (aspect.num <= 0 || aspect.den <= 0)
        aspect = {1, 1};
    const std::int64_t num = aspect.num, den = aspect.den;
    if (num > den * largest_aspect || den > num * largest_aspect) {
        return Error{"unsupported_media",
                     fmt::format("its pixels are {}:{}", aspect.num, aspect.den),
                     where,
                     "set its sample aspect ratio"};
    }
    const std::int64_t width = std::max<std::int64_t>((first.width * num + den / 2) / den, 1);
    if (width * first.height > limit_pixels)
        return Error{
            "too_large", fmt::format("is {}x{} with square pixels", width, first.height), where};
    look.square_width_px = static_cast<int>(width);
    look.site = stored_site(look.orientation, look.square_width_px, first.height);
    const bool swaps = look.orientation >= 5;
    info.stored_width_px = first.width;
    info.stored_height_px = first.height;
    info.width_px = swaps ? first.height : look.square_width_px;
    info.height_px = swaps ? look.square_width_px : first.height;
    info.pixel_aspect = {num, den};
    info.orientation = look.orientation;
    return {};
}

} // namespace

Result<VideoLook> look_of_video(const AVStream& stream,
                                const AVFrame& first,
                                std::int64_t limit_pixels,
                                const std::string& where,
                                VideoSourceInfo& info) {
    VideoLook look;
    look.format = static_cast<AVPixelFormat>(first.format);
    SMOS_CHECK(find_shape(stream, first, limit_pixels, where, look, info));
    SMOS_CHECK(find_colour(stream, first, where, look, info));
    const std::optional<PictureLines> lines = PictureLines::of(first);
    info.has_alpha = lines && lines->has_alpha();
    info.codec = avcodec_get_name(stream.codecpar->codec_id);
    const AVFieldOrder order = stream.codecpar->field_order;
    info.interlaced =
        first.interlaced_frame != 0 || (order != AV_FIELD_PROGRESSIVE && order != AV_FIELD_UNKNOWN);
    return look;
}

Result<Layer>
layer_of_video(const AVFrame& picture, const VideoLook& look, const std::string& where) {
    if (picture.width != look.stored_width_px || picture.height != look.stored_height_px ||
        picture.format != look.format) {
        return Error{"unsupported_media",
                     fmt::format("its pictures change from {}x{} to {}x{} or their format",
                                 look.stored_width_px,
                                 look.stored_height_px,
                                 picture.width,
                                 picture.height),
                     where,
                     "convert it to one size and pixel format"};
    }
    PictureHandle progressive;
    if (picture.interlaced_frame != 0) {
        SMOS_TRY(progressive, deinterlaced(picture, where));
    }
    SMOS_TRY(Layer layer,
             layer_of_picture(progressive ? *progressive : picture,
                              look.codes,
                              look.transform.get(),
                              look.site,
                              where));
    if (look.square_width_px != look.stored_width_px)
        layer = with_width(layer, look.square_width_px, look.site.x2);
    return turned_upright(std::move(layer), look.orientation);
}

} // namespace smos::media
