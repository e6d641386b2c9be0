// SPDX-License-Identifier: Apache-2.0
// Still pictures through libavcodec's encoders.
#include "libsmos/core/file.hpp"
#include "libsmos/media/codec/libav.hpp"
#include "libsmos/media/picture/image.hpp"

#include <cstring>
#include <new>

namespace smos::media {
namespace {

Result<PictureHandle> empty_picture(const RgbImage& image, AVPixelFormat format) {
    const bool fits = image.width_px > 0 && image.height_px > 0 && image.width_px <= 32768 &&
                      image.height_px <= 32768 &&
                      image.pixels.size() == std::size_t{3} *
                                                 static_cast<std::size_t>(image.width_px) *
                                                 static_cast<std::size_t>(image.height_px);
    if (!fits)
        return Error{"encoder", "the picture is empty or over 32768 pixels a side", ""};
    PictureHandle picture = make_picture();
    picture->width = image.width_px;
    picture->height = image.height_px;
    picture->format = format;
    picture->pts = 0;
    if (av_frame_get_buffer(picture.get(), 0) < 0)
        throw std::bad_alloc();
    return picture;
}

Result<std::string> encode(const AVFrame& picture, AVCodecID id, int quality) {
    const AVCodec* encoder = avcodec_find_encoder(id);
    if (encoder == nullptr)
        return Error{"encoder", "this FFmpeg has no encoder for it", ""};
    const CodecHandle codec{avcodec_alloc_context3(encoder)};
    if (!codec)
        throw std::bad_alloc();
    codec->width = picture.width;
    codec->height = picture.height;
    codec->pix_fmt = static_cast<AVPixelFormat>(picture.format);
    codec->color_range = AVCOL_RANGE_JPEG;
    codec->time_base = AVRational{1, 1};
    codec->thread_count = 1;
    codec->flags |= AV_CODEC_FLAG_BITEXACT | AV_CODEC_FLAG_QSCALE;
    codec->global_quality = FF_QP2LAMBDA * quality;
    const PacketHandle packet = make_packet();
    int status = avcodec_open2(codec.get(), encoder, nullptr);
    if (status >= 0)
        status = avcodec_send_frame(codec.get(), &picture);
    if (status >= 0)
        status = avcodec_receive_packet(codec.get(), packet.get());
    if (status < 0)
        return libav_error("encoder", "cannot encode the picture", status, "");
    return std::string{reinterpret_cast<const char*>(packet->data),
                       static_cast<std::size_t>(packet->size)};
}

} // namespace

Result<std::string> encode_png(const RgbImage& image) {
    prepare_libav();
    SMOS_TRY(const PictureHandle picture, empty_picture(image, AV_PIX_FMT_RGB24));
    const auto row_bytes = 3 * static_cast<std::size_t>(image.width_px);
    for (int row = 0; row < image.height_px; ++row) {
        std::memcpy(picture->data[0] + std::ptrdiff_t{row} * picture->linesize[0],
                    image.pixels.data() + static_cast<std::size_t>(row) * row_bytes,
                    row_bytes);
    }
    return encode(*picture, AV_CODEC_ID_PNG, 2);
}

Result<std::string> encode_jpeg(const RgbImage& image, int quality) {
    prepare_libav();
    if (quality < 2 || quality > 31)
        return Error{"encoder", "JPEG quality is 2 to 31", ""};
    SMOS_TRY(const PictureHandle picture, empty_picture(image, AV_PIX_FMT_YUVJ420P));
    picture->color_range = AVCOL_RANGE_JPEG;
    const ScalerHandle scaler{sws_getContext(image.width_px,
                                             image.height_px,
                                             AV_PIX_FMT_RGB24,
                                             image.width_px,
                                             image.height_px,
                                             AV_PIX_FMT_YUVJ420P,
                                             SWS_BICUBIC | SWS_ACCURATE_RND | SWS_BITEXACT,
                                             nullptr,
                                             nullptr,
                                             nullptr)};
    if (!scaler)
        throw std::bad_alloc();
    const std::uint8_t* const from[4] = {image.pixels.data(), nullptr, nullptr, nullptr};
    const int stride[4] = {3 * image.width_px, 0, 0, 0};
    const int rows =
        sws_scale(scaler.get(), from, stride, 0, image.height_px, picture->data, picture->linesize);
    if (rows != image.height_px)
        return libav_error("encoder", "cannot convert the picture", rows, "");
    return encode(*picture, AV_CODEC_ID_MJPEG, quality);
}

Result<void> save_png(const std::string& path, const RgbImage& image) {
    SMOS_TRY(const std::string bytes, encode_png(image));
    return write_file_atomically(path, bytes);
}

Result<void> save_jpeg(const std::string& path, const RgbImage& image, int quality) {
    SMOS_TRY(const std::string bytes, encode_jpeg(image, quality));
    return write_file_atomically(path, bytes);
}

} // namespace smos::media
