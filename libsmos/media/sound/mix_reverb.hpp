// SPDX-License-Identifier: Apache-2.0
// A room: eight delay lines that feed each other.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

namespace smos::media {

/// Feedback delay network with a Householder matrix (Jot 1991) behind two all-pass diffusers.
class StereoReverb {
  public:
    struct Frame {
        float left;
        float right;
    };
    /// `decay_s`: time to -60 dB; `size`: 1.0 is a hall, 0.3 a booth; `damping` 0..1 darkens.
    StereoReverb(double decay_s, double size, double damping);
    /// Wet sound only.
    Frame next(float left, float right);

  private:
    struct DelayLine {
        std::vector<float> samples;
        std::size_t at = 0;
        float feedback = 0.0F;
        float damped = 0.0F;
    };
    static float diffuse(DelayLine& line, float in);

    std::array<DelayLine, 8> lines_;
    std::array<DelayLine, 4> diffusers_;
    float damping_;
};

} // namespace smos::media
