// SPDX-License-Identifier: Apache-2.0
// Samples on disk: written once from front to back, read anywhere.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/media/sound/scratch_file.hpp"
#include "libsmos/media/sound/sound_stream.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace smos::media {

/// 32-bit floats in a file without a name, which goes with its owner. A minute of stereo takes
/// 23 MB of disk and no memory.
class SpilledSound {
  public:
    /// `channels` values to a frame. The directory must exist. Error cannot_create.
    static Result<SpilledSound> create(const std::string& directory, int channels);

    /// The first `most_frames` of a stream, 48 kHz stereo. A value that is no number is an Error
    /// damaged; `named` is where it came from.
    static Result<SpilledSound> of(SoundStream& stream,
                                   const std::string& directory,
                                   std::int64_t most_frames,
                                   const std::string& named);

    /// Error cannot_write, for a full disk too.
    Result<void> append(const float* values, std::size_t frames);

    /// Frames [at, at + frames); silence where there are none. `at` may be negative.
    Result<void> read(std::int64_t at, float* out, std::size_t frames) const;

    std::int64_t frames() const { return frames_; }

  private:
    SpilledSound(ScratchFile file, std::size_t channels)
        : file_(std::move(file)),
          channels_(channels) {}

    ScratchFile file_;
    std::size_t channels_;
    std::int64_t frames_ = 0;
};

} // namespace smos::media
