// SPDX-License-Identifier: Apache-2.0
// Still pictures as libavcodec decodes them.
#include "libsmos/media/picture/image_decode.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <cstring>
#include <new>

namespace smos::media {
namespace {

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
    prepare_libav();
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

/// WebP container: VP8X, bit 1 of the flags.
bool is_animated(const ImageHeader& header, std::string_view bytes) {
    return header.format == ImageHeader::Format::webp && bytes.substr(12, 4) == "VP8X" &&
           bytes.size() > 20 && (static_cast<unsigned char>(bytes[20]) & 2U) != 0;
}

} // namespace

/// EXIF orientation 1..8 as the decoder found it; 1 when there is none.
int orientation_of(const AVFrame& picture) {
    const AVDictionaryEntry* entry = av_dict_get(picture.metadata, "Orientation", nullptr, 0);
    const long value = entry == nullptr ? 1 : std::strtol(entry->value, nullptr, 10);
    return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
}

Result<PictureHandle> decode_still(std::string_view bytes,
                                   const std::string& where,
                                   std::int64_t limit_pixels,
                                   std::size_t limit_bytes) {
    const std::optional<ImageHeader> header = image_header(bytes);
    if (!header || bytes.size() > limit_bytes) {
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
            where,
            "scale it down"};
    }
    if (is_animated(*header, bytes)) {
        return Error{"unsupported_image",
                     "is an animated WebP",
                     where,
                     "convert it to a video, or to a picture of one frame"};
    }
    return decode_picture(bytes, decoder_of(*header, bytes), where, limit_pixels);
}

} // namespace smos::media
