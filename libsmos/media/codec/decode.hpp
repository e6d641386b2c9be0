// SPDX-License-Identifier: Apache-2.0
// Video and sound files from anywhere, read back as frames and samples under limits.
#pragma once

#include "libsmos/core/limits.hpp"
#include "libsmos/core/result.hpp"
#include "libsmos/media/picture/frame.hpp"
#include "libsmos/media/sound/audio.hpp"
#include "libsmos/media/sound/sound_stream.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace smos::media {

/// What a hostile file may cost. Everything beyond is an Error "too_large" or "too_slow".
struct DecodeLimits {
    std::int64_t pixels = limits::image_pixels; ///< of one picture
    int streams = 16;
    std::int64_t duration_ms = limits::timeline_duration_ms;
    std::int64_t wall_ms = 600'000; ///< real time from opening to the last byte
};

/// What a file says about itself; zero or empty where it has no such stream.
struct MediaInfo {
    std::string container; ///< "mp4", "matroska", "wav", ...
    int width_px = 0;
    int height_px = 0;
    int rate_num = 0; ///< frames per second as a fraction
    int rate_den = 1;
    std::int64_t frames = 0; ///< video packets counted, not a header's claim
    std::int64_t duration_ms = 0;
    /// Of its first sound, without priming and padding; measured on its packets where a header
    /// guesses or may lie (MP3, ADTS AAC, FLAC, WAV, Matroska); 0 where nothing says it.
    std::int64_t sound_ms = 0;
    std::string video_codec; ///< FFmpeg's names: "h264", "aac", ...
    std::string audio_codec;
    int sample_rate = 0;
    bool has_audio = false;
    bool bt709_limited = false; ///< matrix, primaries, transfer and range are tagged so
    bool faststart = false;     ///< an MP4 whose index lies before its data
    std::string title;          ///< metadata, as it stands in the file
    std::string comment;
};

/// Reads the whole file once, without decoding. Error codes: cannot_read, not_media, too_large,
/// too_slow, truncated.
Result<MediaInfo> probe(const std::string& path, const DecodeLimits& limits = {});

struct TimedFrame {
    Frame frame;
    std::int64_t pts_ms = 0; ///< from the start of the video, rounded down
};

/// The first video stream of a file, frame by frame in display order, as BT.709 limited (other
/// matrices and ranges are converted, untagged video is taken as BT.709).
class VideoReader {
  public:
    /// Error codes as for probe(), and unsupported_media.
    static Result<std::unique_ptr<VideoReader>> open(const std::string& path,
                                                     const DecodeLimits& limits = {});
    virtual ~VideoReader() = default;

    virtual int width_px() const = 0;
    virtual int height_px() const = 0;

    /// Nothing after the last frame. A file that ends early or is damaged is an Error: truncated or
    /// damaged.
    virtual Result<std::optional<TimedFrame>> next() = 0;
};

/// The first sound stream of a file as 48 kHz stereo, without the encoder's priming and padding.
/// It is decoded and resampled as one stream from its start, so that frame n is the same whoever
/// asks for it. Reading fails with truncated, damaged, too_large or too_slow.
/// Error codes of opening: as for probe(), no_audio and unsupported_media.
Result<std::unique_ptr<SoundStream>> open_sound(const std::string& path,
                                                const DecodeLimits& limits = {});

/// Frames that the file's sound has at 48 kHz, counted by decoding it.
Result<std::int64_t> count_sound_frames(const std::string& path, const DecodeLimits& limits = {});

/// All of it in memory: for short sounds.
Result<AudioBuffer> decode_audio(const std::string& path, const DecodeLimits& limits = {});

} // namespace smos::media
