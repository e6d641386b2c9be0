// SPDX-License-Identifier: Apache-2.0
// A look-ahead limiter that keeps the true peak, between the samples too, under a ceiling.
#pragma once

#include "libsmos/media/sound/audio.hpp"

#include <array>
#include <cstddef>
#include <deque>
#include <utility>
#include <vector>

namespace smos::media {

/// Largest magnitude at each frame over both channels, 4 times oversampled (ITU-R BS.1770-4
/// annex 2 style, 12 taps a phase). Comes 6 frames after the frame itself.
class TruePeaks {
  public:
    /// Appends to `peaks` what is known with these frames (stereo).
    void add(const float* samples, std::size_t frames, std::vector<float>& peaks);
    /// The last 6 frames.
    void finish(std::vector<float>& peaks);

  private:
    static constexpr std::size_t kept = 11;
    std::array<std::vector<float>, 2> window_{std::vector<float>(5), std::vector<float>(5)};
};

/// One gain for all channels that never rises over what any peak within 5 ms allows; back to unity
/// with a time constant of 80 ms. Gains come 240 frames after their peaks.
class LimiterGain {
  public:
    /// `ceiling_dbtp` < 0.
    explicit LimiterGain(double ceiling_dbtp);
    /// Appends to `gains` what is known with these peaks, each times `level`.
    void add(const float* peaks, std::size_t frames, float level, std::vector<float>& gains);
    /// The last 240 frames.
    void finish(std::vector<float>& gains);

  private:
    float smoothed(float lowest);

    float ceiling_;
    float release_;
    std::deque<std::pair<std::size_t, float>> lowest_; // frames whose gains rise front to back
    std::size_t pushed_ = 0;
    std::size_t emitted_ = 0;
    float held_ = 1.0F;
    std::vector<float> recent_; // what the mean is taken of
    double sum_ = 0.0;
};

/// Both at once, on stereo sound in memory.
void limit_true_peak(AudioBuffer& audio, double ceiling_dbtp);

} // namespace smos::media
