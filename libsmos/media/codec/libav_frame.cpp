// SPDX-License-Identifier: Apache-2.0
// Decoded pictures of any pixel format as planar BT.709 frames.
#include "libsmos/media/codec/libav.hpp"

#include <cstring>

namespace smos::media {
namespace {

void copy_plane(const std::uint8_t* from,
                std::ptrdiff_t from_stride,
                std::uint8_t* to,
                std::ptrdiff_t to_stride,
                int width,
                int height) {
    for (int row = 0; row < height; ++row)
        std::memcpy(
            to + row * to_stride, from + row * from_stride, static_cast<std::size_t>(width));
}

bool is_bt709_limited(const AVFrame& picture) {
    // Untagged video is read as BT.709: it is what we write and what HD players assume.
    const bool matrix =
        picture.colorspace == AVCOL_SPC_BT709 || picture.colorspace == AVCOL_SPC_UNSPECIFIED;
    return picture.format == AV_PIX_FMT_YUV420P && matrix &&
           picture.color_range != AVCOL_RANGE_JPEG;
}

int scaler_matrix(const AVFrame& picture) {
    switch (picture.colorspace) {
    case AVCOL_SPC_BT470BG:
    case AVCOL_SPC_SMPTE170M:
        return SWS_CS_ITU601;
    case AVCOL_SPC_BT2020_NCL:
    case AVCOL_SPC_BT2020_CL:
        return SWS_CS_BT2020;
    default:
        return SWS_CS_ITU709;
    }
}

} // namespace

Result<Frame>
frame_of_picture(const AVFrame& picture, ScalerHandle& scaler, const std::string& where) {
    Frame frame(picture.width, picture.height);
    if (is_bt709_limited(picture)) {
        copy_plane(picture.data[0],
                   picture.linesize[0],
                   frame.y(),
                   frame.y_stride(),
                   frame.width_px,
                   frame.height_px);
        for (int plane = 1; plane <= 2; ++plane) {
            copy_plane(picture.data[plane],
                       picture.linesize[plane],
                       plane == 1 ? frame.u() : frame.v(),
                       frame.uv_stride(),
                       frame.chroma_width(),
                       frame.chroma_height());
        }
        return frame;
    }
    // Bit-exact flags: without them the result depends on the CPU.
    scaler.reset(sws_getCachedContext(scaler.release(),
                                      picture.width,
                                      picture.height,
                                      static_cast<AVPixelFormat>(picture.format),
                                      picture.width,
                                      picture.height,
                                      AV_PIX_FMT_YUV420P,
                                      SWS_BICUBIC | SWS_ACCURATE_RND | SWS_BITEXACT,
                                      nullptr,
                                      nullptr,
                                      nullptr));
    if (!scaler)
        return Error{"unsupported_media", "cannot convert its pixel format", where};
    sws_setColorspaceDetails(scaler.get(),
                             sws_getCoefficients(scaler_matrix(picture)),
                             picture.color_range == AVCOL_RANGE_JPEG,
                             sws_getCoefficients(SWS_CS_ITU709),
                             0,
                             0,
                             1 << 16,
                             1 << 16);
    std::uint8_t* const planes[4] = {frame.y(), frame.u(), frame.v(), nullptr};
    const int strides[4] = {frame.y_stride(), frame.uv_stride(), frame.uv_stride(), 0};
    const int rows =
        sws_scale(scaler.get(), picture.data, picture.linesize, 0, picture.height, planes, strides);
    if (rows != picture.height)
        return libav_error("unsupported_media", "cannot convert its pixels", rows, where);
    return frame;
}

} // namespace smos::media
