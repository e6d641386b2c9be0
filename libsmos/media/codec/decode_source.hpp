// SPDX-License-Identifier: Apache-2.0
// An opened media file whose bytes are hostile: no network, known formats, and a deadline.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/media/codec/decode.hpp"
#include "libsmos/media/codec/libav.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace smos::media {

/// One demuxer. Not movable: FFmpeg keeps a pointer to its deadline.
class MediaSource {
    struct Passkey {
        explicit Passkey() = default;
    };

  public:
    static Result<std::unique_ptr<MediaSource>> open(const std::string& path,
                                                     const DecodeLimits& limits);
    /// For open() alone, which has the key.
    MediaSource(Passkey, std::string path, const DecodeLimits& limits);
    MediaSource(const MediaSource&) = delete;
    MediaSource& operator=(const MediaSource&) = delete;

    AVFormatContext& format() { return *input_; }
    const std::string& path() const { return path_; }
    const DecodeLimits& limits() const { return limits_; }

    /// The first stream of the kind, or null; pictures attached to sound files do not count.
    AVStream* first_stream(AVMediaType kind);
    /// The decoder of the stream, with the limits set. `threads` as in FFmpeg, 0: all CPUs.
    /// `name` asks for one decoder of several; null: FFmpeg's choice.
    Result<CodecHandle>
    open_decoder(const AVStream& stream, int threads, const char* name = nullptr);
    /// The next packet of any stream; false at the end.
    Result<bool> read(AVPacket& packet);
    /// The time limit counts from now on.
    void restart_deadline();
    /// Too late, by the limits.
    bool expired() const;
    /// What went wrong while reading, with "too_slow" when it is the deadline's doing.
    Error failure(const char* code, const char* what, int averror) const;

  private:
    Result<void> open_input();
    Result<void> check_limits();
    static int is_expired(void* self);

    std::string path_;
    DecodeLimits limits_;
    std::int64_t deadline_us_;
    InputHandle input_;
};

} // namespace smos::media
