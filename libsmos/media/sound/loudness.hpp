// SPDX-License-Identifier: Apache-2.0
// Measuring sound: loudness, true peak, silence, clipping. The critic and the mix share it.
#pragma once

#include "libsmos/media/sound/audio.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace smos::media {

/// The floor of all loudness figures: what is quieter, or shorter than a gating block of 400 ms,
/// reads as this.
inline constexpr double loudness_floor_lufs = -70.0;

struct Loudness {
    double integrated_lufs = loudness_floor_lufs;    // EBU R128
    double momentary_max_lufs = loudness_floor_lufs; // loudest 400 ms, every 100 ms
    double true_peak_dbtp = -200.0;                  // 4 times oversampled; -200 is silence
};

/// The figures of stereo sound at 48 kHz that comes in pieces.
class LoudnessMeter {
  public:
    enum class Reach { loudness, loudness_and_peak }; // peaks cost three times the rest
    explicit LoudnessMeter(Reach reach);
    ~LoudnessMeter();
    LoudnessMeter(LoudnessMeter&&) noexcept;
    LoudnessMeter& operator=(LoudnessMeter&&) noexcept;

    void add(const float* samples, std::size_t frames);
    /// Of all that came; momentary_max_lufs stays at the floor, and so does a peak not asked for.
    Loudness measured() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Mono or stereo, any rate from 8 to 192 kHz. Mono is measured as one channel.
Loudness measure_loudness(const AudioBuffer& audio);
/// Integrated loudness alone, at a third of the cost.
double integrated_loudness(const AudioBuffer& audio);

struct SilentSpan {
    std::int64_t start_ms;
    std::int64_t end_ms;
};
/// Spans of at least `min_ms` in which no sample of any channel passes `threshold_dbfs`.
std::vector<SilentSpan>
silences(const AudioBuffer& audio, double threshold_dbfs, std::int64_t min_ms);

struct ClippedRun {
    int channel;
    std::size_t first_frame;
    std::size_t frames;
};
/// Runs of three frames or more at or beyond `level` with the same sign. Decoded lossy sound that
/// was clipped before encoding wobbles below full scale: give a lower level for it.
std::vector<ClippedRun> clipped_runs(const AudioBuffer& audio, double level = 0.999);

} // namespace smos::media
