// SPDX-License-Identifier: Apache-2.0
// Side-chain ducking: one track steps back while another role sounds.
#pragma once

#include <cstddef>
#include <vector>

namespace smos::media {

struct Duck {
    double db = -12.0;       // depth, -60..0
    double attack_ms = 120;  // time for 90 % of the way down, 0..5000
    double release_ms = 450; // time for 90 % of the way up, 0..10000
};

/// How loud a key is over time: the RMS of every 5 ms, 0.8 kB for a second of sound.
class KeyEnvelope {
  public:
    /// Stereo, any number of frames.
    void add(const float* samples, std::size_t frames);
    /// The last, unfinished 5 ms.
    void finish();
    /// 0 for silence to 1 in each 5 ms. Relative to the key's own loudest moment, which is why the
    /// whole key has to be heard first: full from -26 dB up, none under -38 dB, held for 150 ms so
    /// that gaps between words do not pump, and `ahead_ms` early, so that what is ducked is down
    /// when the first syllable comes.
    std::vector<float> activity(double ahead_ms) const;

  private:
    std::vector<float> levels_;
    double sum_ = 0.0;
    std::size_t summed_frames_ = 0;
};

/// The gain of a ducked track, frame by frame.
class DuckGain {
  public:
    DuckGain(const KeyEnvelope& key, const Duck& duck);
    /// For the next frame.
    float next();

  private:
    std::vector<float> activity_;
    Duck duck_;
    double attack_;
    double release_;
    std::size_t frame_ = 0;
    double db_ = 0.0;
    float gain_ = 1.0F;
};

} // namespace smos::media
