// SPDX-License-Identifier: Apache-2.0
// The settings of every video encoder that we use.
#include "libsmos/media/codec/encode_codec.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <mutex>
#include <new>

extern "C" {
#include <libavutil/opt.h>
}

namespace smos::media {
namespace {

// x264: without cpu-independent the AVX-512 code of 0.164 reads uninitialised memory and two runs
// differ. stitchable: equal headers in every group. A key frame distance beyond any group leaves
// one IDR picture, the first, so that group ends are ours; scene cuts become I pictures.
constexpr const char* x264_settings =
    "preset={preset}:crf={crf}:x264-params="
    "cpu-independent=1\\:stitchable=1\\:keyint=1240\\:min-keyint=621\\:open-gop=0";
// x265 makes other bytes for other numbers of frame threads.
constexpr const char* x265_settings = "preset={preset}:crf={crf}:x265-params="
                                      "log-level=none\\:frame-threads=2\\:keyint={key_frames}";
constexpr const char* nvenc_settings = "preset=p5:tune=hq:rc=vbr:cq={crf}";

constexpr std::array<VideoCodec, 7> video_codecs{{
    {"libx264", "mp4", 0, AV_PIX_FMT_YUV420P, true, x264_settings, 0, 51},
    {"h264_nvenc", "mp4", 0, AV_PIX_FMT_YUV420P, false, nvenc_settings, 2, 51},
    {"libx265", "mp4", MKTAG('h', 'v', 'c', '1'), AV_PIX_FMT_YUV420P, false, x265_settings, 2, 51},
    {"hevc_nvenc",
     "mp4",
     MKTAG('h', 'v', 'c', '1'),
     AV_PIX_FMT_YUV420P,
     false,
     nvenc_settings,
     4,
     51},
    {"libsvtav1", "mp4", 0, AV_PIX_FMT_YUV420P, false, "preset=8:crf={crf}", 12, 63},
    {"libaom-av1",
     "mp4",
     0,
     AV_PIX_FMT_YUV420P,
     false,
     "usage=good:cpu-used=6:row-mt=1:crf={crf}",
     12,
     63},
    {"prores_ks", "mov", 0, AV_PIX_FMT_YUV422P10LE, false, "profile=hq:vendor=apl0", 0, 51},
}};

/// SVT-AV1 writes to standard error on its own, and only the environment can tell it not to.
void quiet_svt() {
    static std::once_flag once;
    std::call_once(once, [] { ::setenv("SVT_LOG", "0", 0); });
}

void free_parameters(AVCodecParameters* parameters) { avcodec_parameters_free(&parameters); }

int key_frame_distance(const EncodeOptions& options) {
    return std::clamp(2 * options.rate_num / options.rate_den, 2, 600);
}

Result<void> set_options(AVCodecContext& codec,
                         const VideoCodec& kind,
                         const EncodeOptions& options,
                         const std::string& where) {
    const std::string settings =
        fmt::format(fmt::runtime(kind.settings),
                    fmt::arg("preset", options.preset),
                    fmt::arg("crf", std::min(options.crf + kind.crf_added, kind.crf_most)),
                    fmt::arg("key_frames", key_frame_distance(options)));
    const int set = av_set_options_string(codec.priv_data, settings.c_str(), "=", ":");
    if (set < 0)
        return libav_error("encoder", "cannot set the encoder up", set, where);
    return {};
}

void describe_picture(AVCodecContext& codec, const EncodeOptions& options) {
    codec.width = options.width_px;
    codec.height = options.height_px;
    codec.time_base = AVRational{options.rate_den, options.rate_num};
    codec.framerate = AVRational{options.rate_num, options.rate_den};
    codec.sample_aspect_ratio = AVRational{1, 1};
    codec.color_range = AVCOL_RANGE_MPEG;
    codec.colorspace = AVCOL_SPC_BT709;
    codec.color_primaries = AVCOL_PRI_BT709;
    codec.color_trc = AVCOL_TRC_BT709;
    codec.chroma_sample_location = AVCHROMA_LOC_LEFT;
}

} // namespace

const VideoCodec* find_video_codec(std::string_view name) {
    for (const VideoCodec& codec : video_codecs) {
        if (codec.name == name)
            return &codec;
    }
    return nullptr;
}

Result<CodecHandle> open_video_codec(const EncodeOptions& options, const std::string& where) {
    prepare_libav();
    const VideoCodec* kind = find_video_codec(options.encoder);
    SMOS_EXPECT(kind != nullptr);
    if (kind->name == "libsvtav1")
        quiet_svt();
    const AVCodec* encoder = avcodec_find_encoder_by_name(options.encoder.c_str());
    if (encoder == nullptr) {
        return Error{"no_encoder",
                     fmt::format("this FFmpeg has no {}", options.encoder),
                     where,
                     "install libavcodec59 with its encoders"};
    }
    CodecHandle codec{avcodec_alloc_context3(encoder)};
    if (!codec)
        throw std::bad_alloc();
    describe_picture(*codec, options);
    codec->pix_fmt = kind->format;
    codec->thread_count = kind->by_group ? 1 : 0;
    codec->flags |= AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_BITEXACT;
    if (!kind->by_group)
        codec->gop_size = key_frame_distance(options);
    SMOS_CHECK(set_options(*codec, *kind, options, where));
    const int opened = avcodec_open2(codec.get(), encoder, nullptr);
    if (opened < 0)
        return libav_error(
            "encoder", fmt::format("cannot start {}", options.encoder).c_str(), opened, where);
    return codec;
}

CodecHandle headers_of(const AVCodecContext& codec) {
    using Parameters = UniqueHandle<AVCodecParameters, free_parameters>;
    const Parameters parameters{avcodec_parameters_alloc()};
    CodecHandle headers{avcodec_alloc_context3(codec.codec)};
    if (!parameters || !headers || avcodec_parameters_from_context(parameters.get(), &codec) < 0 ||
        avcodec_parameters_to_context(headers.get(), parameters.get()) < 0)
        throw std::bad_alloc();
    headers->time_base = codec.time_base;
    headers->framerate = codec.framerate;
    headers->flags = codec.flags;
    return headers;
}

} // namespace smos::media
