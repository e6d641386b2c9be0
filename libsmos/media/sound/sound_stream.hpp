// SPDX-License-Identifier: Apache-2.0
// Sound that comes in pieces, so that a long film needs no more memory than a short one.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/media/sound/audio.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace smos::media {

/// 48 kHz stereo, interleaved, from its first frame to its last.
class SoundStream {
  public:
    virtual ~SoundStream() = default;
    /// Up to `frames` frames into `out`; fewer only at the end, and 0 behind it.
    virtual Result<std::size_t> read(float* out, std::size_t frames) = 0;
};

/// A sound that is in memory already.
class BufferedSound final : public SoundStream {
  public:
    /// 48 kHz stereo.
    explicit BufferedSound(AudioBuffer audio) : audio_(std::move(audio)) {
        SMOS_EXPECT(audio_.sample_rate == master_rate_hz && audio_.channels == 2);
    }
    Result<std::size_t> read(float* out, std::size_t frames) override {
        const std::size_t count = std::min(frames, audio_.frames() - at_);
        std::copy_n(audio_.samples.data() + 2 * at_, 2 * count, out);
        at_ += count;
        return count;
    }

  private:
    AudioBuffer audio_;
    std::size_t at_ = 0;
};

} // namespace smos::media
