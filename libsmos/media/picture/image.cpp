// SPDX-License-Identifier: Apache-2.0
// Still pictures through libavcodec's decoders.
#include "libsmos/media/picture/image.hpp"

#include "libsmos/core/file.hpp"
#include "libsmos/media/codec/libav.hpp"
#include "libsmos/media/picture/image_decode.hpp"
#include "libsmos/media/picture/image_turn.hpp"

extern "C" {
#include <libavutil/pixdesc.h>
}

namespace smos::media {
namespace {

constexpr std::size_t image_file_limit = std::size_t{256} << 20U;

bool is_full_range(const AVFrame& picture) {
    // Grey pictures are never limited, though they carry no tag.
    const AVPixFmtDescriptor* format =
        av_pix_fmt_desc_get(static_cast<AVPixelFormat>(picture.format));
    if (format != nullptr && format->nb_components <= 2)
        return true;
    switch (picture.format) {
    case AV_PIX_FMT_YUVJ420P:
    case AV_PIX_FMT_YUVJ422P:
    case AV_PIX_FMT_YUVJ444P:
    case AV_PIX_FMT_YUVJ440P:
        return true;
    default:
        return picture.color_range == AVCOL_RANGE_JPEG;
    }
}

/// RGBA, 4 bytes a pixel without padding; bit-exact flags, without which it depends on the CPU.
Result<std::vector<std::uint8_t>> rgba_of(const AVFrame& picture, const std::string& where) {
    const ScalerHandle scaler{
        sws_getContext(picture.width,
                       picture.height,
                       static_cast<AVPixelFormat>(picture.format),
                       picture.width,
                       picture.height,
                       AV_PIX_FMT_RGBA,
                       SWS_BICUBIC | SWS_ACCURATE_RND | SWS_BITEXACT | SWS_FULL_CHR_H_INT,
                       nullptr,
                       nullptr,
                       nullptr)};
    if (!scaler)
        return Error{"not_an_image", "its pixel format is unknown", where};
    // Still pictures are BT.601 (JFIF, WebP).
    sws_setColorspaceDetails(scaler.get(),
                             sws_getCoefficients(SWS_CS_ITU601),
                             is_full_range(picture),
                             sws_getCoefficients(SWS_CS_ITU601),
                             1,
                             0,
                             1 << 16,
                             1 << 16);
    const auto row_bytes = 4 * static_cast<std::size_t>(picture.width);
    std::vector<std::uint8_t> rgba(row_bytes * static_cast<std::size_t>(picture.height));
    std::uint8_t* const planes[4] = {rgba.data(), nullptr, nullptr, nullptr};
    const int strides[4] = {static_cast<int>(row_bytes), 0, 0, 0};
    const int rows =
        sws_scale(scaler.get(), picture.data, picture.linesize, 0, picture.height, planes, strides);
    if (rows != picture.height)
        return libav_error("damaged", "cannot be converted to RGB", rows, where);
    return rgba;
}

RgbImage over_black(const std::vector<std::uint8_t>& rgba, int width, int height) {
    RgbImage image;
    image.width_px = width;
    image.height_px = height;
    image.pixels.reserve(rgba.size() / 4 * 3);
    for (std::size_t at = 0; at + 3 < rgba.size(); at += 4) {
        for (std::size_t c = 0; c < 3; ++c) {
            const int value = (rgba[at + c] * rgba[at + 3] + 127) / 255;
            image.pixels.push_back(static_cast<std::uint8_t>(value));
        }
    }
    return image;
}

} // namespace

Result<RgbImage> load_image(const std::string& path, std::int64_t limit_pixels) {
    SMOS_TRY(const std::string bytes, read_file(path, image_file_limit));
    return decode_image(bytes, path, limit_pixels);
}

Result<RgbImage>
decode_image(std::string_view bytes, const std::string& where, std::int64_t limit_pixels) {
    SMOS_TRY(const PictureHandle picture,
             decode_still(bytes, where, limit_pixels, image_file_limit));
    SMOS_TRY(const std::vector<std::uint8_t> rgba, rgba_of(*picture, where));
    return turned_upright(over_black(rgba, picture->width, picture->height),
                          orientation_of(*picture));
}

} // namespace smos::media
