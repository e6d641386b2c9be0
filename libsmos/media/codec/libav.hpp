// SPDX-License-Identifier: Apache-2.0
// Owners for FFmpeg's handles, and its error codes as our errors. Private to libsmos/media.
#pragma once

#include "libsmos/core/handle.hpp"
#include "libsmos/core/result.hpp"
#include "libsmos/media/picture/frame.hpp"

#include <string>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/frame.h>
#include <libswresample/swresample.h>
#include <libswscale/swscale.h>
}

namespace smos::media {

inline void close_codec(AVCodecContext* codec) { avcodec_free_context(&codec); }
inline void close_packet(AVPacket* packet) { av_packet_free(&packet); }
inline void close_picture(AVFrame* picture) { av_frame_free(&picture); }
inline void close_input(AVFormatContext* input) { avformat_close_input(&input); }
inline void close_resampler(SwrContext* resampler) { swr_free(&resampler); }
inline void close_dictionary(AVDictionary* dictionary) { av_dict_free(&dictionary); }

using CodecHandle = UniqueHandle<AVCodecContext, close_codec>;
using PacketHandle = UniqueHandle<AVPacket, close_packet>;
using PictureHandle = UniqueHandle<AVFrame, close_picture>;
using InputHandle = UniqueHandle<AVFormatContext, close_input>;
using ResamplerHandle = UniqueHandle<SwrContext, close_resampler>;
using ScalerHandle = UniqueHandle<SwsContext, sws_freeContext>;

/// Packets and pictures that cannot be allocated end the process (bad_alloc), like every `new`.
PacketHandle make_packet();
PictureHandle make_picture();

/// Before anything of FFmpeg's is used: its messages are kept for libav_error(), and it uses the
/// instructions that every machine has.
void prepare_libav();

/// `what` with the words for `averror`, and FFmpeg's last message where it says more.
Error libav_error(const char* code, const char* what, int averror, const std::string& where);

/// "file:" in front, so that no name is ever taken for a protocol.
inline std::string file_url(const std::string& path) { return "file:" + path; }

/// Any software pixel format to our frame; `scaler` is kept from one call to the next.
Result<Frame>
frame_of_picture(const AVFrame& picture, ScalerHandle& scaler, const std::string& where);

} // namespace smos::media
