// SPDX-License-Identifier: Apache-2.0
// Decoded pictures of a video in display order, from any key picture. Private to libsmos/media.
#pragma once

#include "libsmos/media/codec/decode_source.hpp"
#include "libsmos/media/codec/video_source_index.hpp"

#include <memory>
#include <string>

namespace smos::media {

class VideoDecoder {
    struct Passkey {
        explicit Passkey() = default;
    };

  public:
    /// For open() alone, which has the key.
    VideoDecoder(Passkey,
                 std::unique_ptr<MediaSource> source,
                 AVStream& stream,
                 CodecHandle codec,
                 const VideoIndex* index);
    /// Shares the index, which outlives it. `threads` as in FFmpeg.
    static Result<std::unique_ptr<VideoDecoder>>
    open(const std::string& path, const DecodeLimits& limits, int threads, const VideoIndex* index);

    const AVStream& stream() const { return *stream_; }
    MediaSource& source() { return *source_; }
    const AVFrame& picture() const { return *picture_; }

    /// The next picture's entry; false at the end. Damaged pictures are an Error.
    Result<bool> next(std::int64_t& entry);
    /// Of the pictures before `entry` only those are decoded from now on that others refer to.
    void hurry_to(std::int64_t entry) { needed_ = entry; }
    /// Continues at the key picture `entry`: what comes before it is passed over.
    Result<void> seek(std::int64_t entry);

  private:
    Result<void> feed();
    Result<void> check_picture() const;

    std::unique_ptr<MediaSource> source_;
    AVStream* stream_;
    CodecHandle codec_;
    const VideoIndex* index_;
    PacketHandle packet_ = make_packet();
    PictureHandle picture_ = make_picture();
    std::int64_t floor_ = 0;  // entries before it are incomplete after a seek
    std::int64_t needed_ = 0; // entries before it may be left out
    std::int64_t last_ = -1;
    bool wants_key_ = false; // a jump may land between key pictures
};

} // namespace smos::media
