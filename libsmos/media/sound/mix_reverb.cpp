// SPDX-License-Identifier: Apache-2.0
// A room: eight delay lines that feed each other.
#include "libsmos/media/sound/mix_reverb.hpp"

#include "libsmos/media/sound/audio.hpp"

#include <algorithm>
#include <cmath>

namespace smos::media {
namespace {

/// Mutually prime lengths in samples at 48 kHz, so that echoes do not line up.
constexpr std::array<double, 8> line_lengths = {1427, 1637, 1801, 2053, 2239, 2459, 2711, 2969};
constexpr std::array<double, 4> diffuser_lengths = {211, 337, 223, 349};

/// Added to what circulates: subnormal numbers would cost ten times the time.
constexpr float inaudible = 1e-18F;

} // namespace

StereoReverb::StereoReverb(double decay_s, double size, double damping)
    : damping_(static_cast<float>(damping)) {
    for (std::size_t i = 0; i < lines_.size(); ++i) {
        const double length = std::max(8.0, std::round(line_lengths[i] * size));
        lines_[i].samples.assign(static_cast<std::size_t>(length), 0.0F);
        lines_[i].feedback =
            static_cast<float>(std::pow(10.0, -3.0 * length / (decay_s * master_rate_hz)));
    }
    for (std::size_t i = 0; i < diffusers_.size(); ++i)
        diffusers_[i].samples.assign(
            static_cast<std::size_t>(std::max(4.0, std::round(diffuser_lengths[i] * size))), 0.0F);
}

float StereoReverb::diffuse(DelayLine& line, float in) {
    constexpr float amount = 0.6F;
    float& cell = line.samples[line.at];
    const float out = cell - amount * in;
    cell = in + amount * out + inaudible;
    if (++line.at == line.samples.size())
        line.at = 0;
    return out;
}

StereoReverb::Frame StereoReverb::next(float left, float right) {
    const float in_left = diffuse(diffusers_[1], diffuse(diffusers_[0], left));
    const float in_right = diffuse(diffusers_[3], diffuse(diffusers_[2], right));
    std::array<float, 8> out;
    float sum = 0.0F;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
        DelayLine& line = lines_[i];
        line.damped += (line.samples[line.at] - line.damped) * (1.0F - damping_) + inaudible;
        out[i] = line.damped * line.feedback;
        sum += out[i];
    }
    for (std::size_t i = 0; i < lines_.size(); ++i) {
        DelayLine& line = lines_[i];
        line.samples[line.at] = out[i] - 0.25F * sum + (i % 2 == 0 ? in_left : in_right);
        if (++line.at == line.samples.size())
            line.at = 0;
    }
    return {0.35F * (out[0] + out[2] - out[4] - out[6]),
            0.35F * (out[1] - out[3] + out[5] - out[7])};
}

} // namespace smos::media
