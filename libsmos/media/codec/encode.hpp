// SPDX-License-Identifier: Apache-2.0
// Frames and sound to an MP4 file: the same input gives the same bytes, for any number of workers.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/media/picture/frame.hpp"
#include "libsmos/media/sound/audio.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace smos::media {

struct EncodeOptions {
    int width_px = 1080;  ///< even, 16..8192
    int height_px = 1920; ///< even, 16..8192
    int rate_num = 30;    ///< frames per second as a fraction, both 1..240000
    int rate_den = 1;
    int crf = 20; ///< 0..51; constant quality of x264
    std::string preset = "veryfast";
    int gop_frames =
        60;          ///< closed groups of this many frames are encoded beside each other, 16..600
    int workers = 0; ///< 1..64 encoders at once; 0: as many as there are CPUs, at most 8
    int audio_bit_rate = 192000;
    /// Keys an MP4 can hold: title artist album_artist composer album date comment genre copyright
    /// description synopsis show network lyrics. Others are an error. Values are UTF-8.
    std::vector<std::pair<std::string, std::string>> metadata{};
};

/// What lies at the path after finish().
struct EncodedFile {
    std::int64_t frames = 0;
    std::int64_t audio_samples = 0; ///< per channel, at 48 kHz
    std::int64_t bytes = 0;
};

/// Writes H.264 (libx264, 8-bit 4:2:0, tagged BT.709 limited) and AAC-LC with the index first.
/// Each group of frames is a fresh single-threaded encoder, because the bytes that x264 makes
/// depend on its thread count. Memory: about gop_frames * (workers - 1) / 2 + 24 frames wait, and
/// each encoder holds about 100 MB at 1080x1920.
/// The file grows under a temporary name beside `path` and appears there complete in finish(), or
/// never. One thread drives it; after an error every call returns that error.
class Encoder {
  public:
    /// Error codes: invalid_options, cannot_create, encoder.
    static Result<std::unique_ptr<Encoder>> open(const std::string& path,
                                                 const EncodeOptions& options);
    virtual ~Encoder() = default;

    /// A frame of the right size with any content, reused where possible.
    virtual Frame spare() = 0;

    /// The whole sound, 48 kHz stereo, at most once and before finish(). Packets of frames wait in
    /// memory until the sound is known, so give it before the first frame when you can.
    virtual Result<void> set_audio(AudioBuffer audio) = 0;

    /// The next frame in display order. Waits while too many frames are queued.
    virtual Result<void> push(Frame frame) = 0;

    /// Encodes what is left, writes the index and moves the file to its path. Needs one frame.
    virtual Result<EncodedFile> finish() = 0;
};

} // namespace smos::media
