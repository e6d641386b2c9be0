// SPDX-License-Identifier: Apache-2.0
// The settings of every video encoder that we use.
#pragma once

#include "libsmos/core/hash.hpp"
#include "libsmos/media/codec/encode.hpp"
#include "libsmos/media/codec/libav.hpp"

#include <string>
#include <string_view>

namespace smos::media {

struct VideoCodec {
    std::string_view name; // FFmpeg's
    const char* muxer;     // FFmpeg's
    std::uint32_t tag;     // the sample entry's four letters, 0 for the muxer's choice
    AVPixelFormat format;  // what it wants to see
    bool by_group;         // fresh encoders for groups of pictures join to one stream
    const char* settings;  // key=value:…, with {preset}, {crf} and {key_frames} to fill in
    int crf_added;         // to the x264 scale, for about the same look
    int crf_most;
};

/// Null for a name that we have no settings for.
const VideoCodec* find_video_codec(std::string_view name);

/// A fresh encoder; with `by_group` its headers are in `extradata` and the same each time.
/// Errors: no_encoder (this FFmpeg lacks it), encoder.
Result<CodecHandle> open_video_codec(const EncodeOptions& options, const std::string& where);

/// What a muxer reads of an opened encoder, without the encoder: its buffers are 25 MB at 1080p.
CodecHandle headers_of(const AVCodecContext& codec);

/// What the bytes of packets depend on besides the frames: the settings, FFmpeg's version, and what
/// the encoder makes of one small frame, which has its own version in it.
Result<Digest> video_fingerprint(const EncodeOptions& options, const std::string& where);

} // namespace smos::media
