// SPDX-License-Identifier: Apache-2.0
// The x264 settings of every group of pictures.
#include "libsmos/media/codec/encode_gop.hpp"

#include <fmt/format.h>

extern "C" {
#include <libavutil/opt.h>
}

namespace smos::media {
namespace {

// cpu-independent: without it the AVX-512 code of x264 0.164 reads uninitialised memory and two
// runs differ. stitchable: equal headers in every group. A key frame distance beyond any group
// leaves one IDR picture, the first, so that group ends are ours; scene cuts become I pictures.
constexpr const char* x264_parameters =
    "cpu-independent=1:stitchable=1:keyint=1240:min-keyint=621:open-gop=0";

} // namespace

Result<CodecHandle> open_video_codec(const EncodeOptions& options, const std::string& where) {
    quiet_libav();
    const AVCodec* encoder = avcodec_find_encoder_by_name("libx264");
    if (encoder == nullptr)
        return Error{"encoder", "this FFmpeg has no libx264", where, "install libavcodec59"};
    CodecHandle codec{avcodec_alloc_context3(encoder)};
    if (!codec)
        throw std::bad_alloc();
    codec->width = options.width_px;
    codec->height = options.height_px;
    codec->pix_fmt = AV_PIX_FMT_YUV420P;
    codec->time_base = AVRational{options.rate_den, options.rate_num};
    codec->framerate = AVRational{options.rate_num, options.rate_den};
    codec->sample_aspect_ratio = AVRational{1, 1};
    codec->thread_count = 1;
    codec->color_range = AVCOL_RANGE_MPEG;
    codec->colorspace = AVCOL_SPC_BT709;
    codec->color_primaries = AVCOL_PRI_BT709;
    codec->color_trc = AVCOL_TRC_BT709;
    codec->chroma_sample_location = AVCHROMA_LOC_LEFT;
    codec->flags |= AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_BITEXACT;
    av_opt_set(codec->priv_data, "preset", options.preset.c_str(), 0);
    av_opt_set(codec->priv_data, "crf", fmt::format("{}", options.crf).c_str(), 0);
    av_opt_set(codec->priv_data, "x264-params", x264_parameters, 0);
    const int opened = avcodec_open2(codec.get(), encoder, nullptr);
    if (opened < 0)
        return libav_error("encoder", "cannot start libx264", opened, where);
    return codec;
}

} // namespace smos::media
