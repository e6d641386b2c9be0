// SPDX-License-Identifier: Apache-2.0
// Sound in memory: the one shape that speech, music, mix and critic hand to each other.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace smos::media {

/// The rate of everything on the sound timeline.
inline constexpr int master_rate_hz = 48000;

/// Interleaved samples, full scale is 1.0; values beyond it are legal until something is encoded.
struct AudioBuffer {
    int sample_rate = master_rate_hz;
    int channels = 2;
    std::vector<float> samples;

    std::size_t frames() const {
        return channels > 0 ? samples.size() / static_cast<std::size_t>(channels) : 0;
    }
    std::int64_t duration_ms() const {
        return static_cast<std::int64_t>(frames()) * 1000 / sample_rate;
    }
};

/// `frames` frames of digital silence.
AudioBuffer silent_audio(std::size_t frames, int channels = 2, int sample_rate = master_rate_hz);

/// Band-limited change of rate: polyphase Kaiser-windowed sinc of 64 taps at the lower rate
/// (stop band below -80 dB). The same input gives the same bytes on the same machine.
AudioBuffer resample(const AudioBuffer& in, int sample_rate);

/// Mono becomes stereo with equal channels; stereo stays.
AudioBuffer as_stereo(AudioBuffer in);

/// A RIFF/WAVE file with 32-bit float samples.
std::string wav_bytes(const AudioBuffer& audio);

inline double gain_of_db(double db) { return std::pow(10.0, db / 20.0); }
/// -200 dB for silence.
inline double db_of_gain(double gain) { return gain < 1e-10 ? -200.0 : 20.0 * std::log10(gain); }

} // namespace smos::media
