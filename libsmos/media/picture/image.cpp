// SPDX-License-Identifier: Apache-2.0
// Still pictures through libavcodec's decoders.
#include "libsmos/media/picture/image.hpp"

#include "libsmos/core/file.hpp"
#include "libsmos/media/codec/libav.hpp"
#include "libsmos/media/picture/image_turn.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <cstring>
#include <new>

extern "C" {
#include <libavutil/pixdesc.h>
}

namespace smos::media {
namespace {

constexpr std::size_t image_file_limit = std::size_t{256} << 20;

AVCodecID decoder_of(const ImageHeader& header, std::string_view bytes) {
    switch (header.format) {
    case ImageHeader::Format::png:
        return AV_CODEC_ID_PNG;
    case ImageHeader::Format::jpeg:
        return AV_CODEC_ID_MJPEG;
    case ImageHeader::Format::webp:
        return AV_CODEC_ID_WEBP;
    case ImageHeader::Format::anymap:
        break;
    }
    const char kind = bytes[1];
    if (kind == '1' || kind == '4')
        return AV_CODEC_ID_PBM;
    return kind == '2' || kind == '5' ? AV_CODEC_ID_PGM : AV_CODEC_ID_PPM;
}

Result<PictureHandle> decode_picture(std::string_view bytes,
                                     AVCodecID id,
                                     const std::string& where,
                                     std::int64_t limit_pixels) {
    quiet_libav();
    const AVCodec* decoder = avcodec_find_decoder(id);
    if (decoder == nullptr)
        return Error{"not_an_image", "this FFmpeg cannot decode it", where};
    const CodecHandle codec{avcodec_alloc_context3(decoder)};
    const PacketHandle packet = make_packet();
    if (!codec || av_new_packet(packet.get(), static_cast<int>(bytes.size())) < 0)
        throw std::bad_alloc();
    std::memcpy(packet->data, bytes.data(), bytes.size());
    codec->thread_count = 1;
    codec->max_pixels = limit_pixels;
    codec->err_recognition = AV_EF_EXPLODE | AV_EF_CRCCHECK;
    codec->flags |= AV_CODEC_FLAG_BITEXACT;
    int status = avcodec_open2(codec.get(), decoder, nullptr);
    if (status >= 0)
        status = avcodec_send_packet(codec.get(), packet.get());
    if (status >= 0)
        status = avcodec_send_packet(codec.get(), nullptr);
    PictureHandle picture = make_picture();
    if (status >= 0)
        status = avcodec_receive_frame(codec.get(), picture.get());
    if (status < 0)
        return libav_error("damaged", "cannot be decoded", status, where);
    if ((picture->flags & AV_FRAME_FLAG_CORRUPT) != 0 || picture->decode_error_flags != 0)
        return Error{"damaged", "its data is damaged", where};
    return picture;
}

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

/// EXIF orientation 1..8 as the decoder found it; 1 when there is none.
int orientation_of(const AVFrame& picture) {
    const AVDictionaryEntry* entry = av_dict_get(picture.metadata, "Orientation", nullptr, 0);
    const long value = entry == nullptr ? 1 : std::strtol(entry->value, nullptr, 10);
    return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
}

} // namespace

Result<RgbImage> load_image(const std::string& path, std::int64_t limit_pixels) {
    SMOS_TRY(const std::string bytes, read_file(path, image_file_limit));
    return decode_image(bytes, path, limit_pixels);
}

Result<RgbImage>
decode_image(std::string_view bytes, const std::string& where, std::int64_t limit_pixels) {
    const std::optional<ImageHeader> header = image_header(bytes);
    if (!header || bytes.size() > image_file_limit) {
        return Error{"not_an_image",
                     "is no PNG, JPEG, WebP, PGM or PPM picture",
                     where,
                     "convert it to PNG or JPEG"};
    }
    if (header->width_px > limit_pixels / header->height_px) {
        return Error{
            "too_large",
            fmt::format(
                "{}x{} is over {} pixels", header->width_px, header->height_px, limit_pixels),
            where};
    }
    SMOS_TRY(const PictureHandle picture,
             decode_picture(bytes, decoder_of(*header, bytes), where, limit_pixels));
    SMOS_TRY(const std::vector<std::uint8_t> rgba, rgba_of(*picture, where));
    return turned_upright(over_black(rgba, picture->width, picture->height),
                          orientation_of(*picture));
}

} // namespace smos::media
