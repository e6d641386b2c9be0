// SPDX-License-Identifier: Apache-2.0
// The master: voices and music on one sample-accurate timeline, at the loudness that platforms ask.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/media/sound/audio.hpp"
#include "libsmos/media/sound/mix_duck.hpp"

#include <cstdint>
#include <vector>

namespace smos::media {

/// A piece of 48 kHz mono or stereo sound at a place on the timeline. What lies outside the
/// timeline is cut off; `at_samples` may be negative.
struct PlacedAudio {
    AudioBuffer audio;
    std::int64_t at_samples = 0;
    double gain_db = 0.0;
    std::int64_t fade_in_samples = 0;
    std::int64_t fade_out_samples = 0;
};

struct MixRequest {
    std::int64_t duration_samples = 0; // at most one hour
    std::vector<PlacedAudio> voices;
    std::vector<PlacedAudio> music; // ducked under the voices
    Duck duck{};
    double target_lufs = -14.0;     // -40..-5
    double true_peak_dbtp = -1.0;   // what the decoded file must stay under; -9..-0.1
    double codec_headroom_db = 0.8; // lossy codecs raise peaks; 0..6
};

struct Master {
    AudioBuffer audio; // stereo, exactly `duration_samples`
    double lufs;
    double true_peak_dbtp;
    double gain_db; // applied before the limiter
    bool on_target; // within 0.3 LU and under the ceiling; false for silence and the like
};

/// Sums, ducks, then repeats gain and true-peak limiting until the measured loudness is on target.
/// Silence stays silence; gain is at most 40 dB. Errors: "bad_request" names the value out of
/// range.
Result<Master> mix_master(const MixRequest& request);

} // namespace smos::media
