// SPDX-License-Identifier: Apache-2.0
// A mix to a master: at the loudness that platforms ask for, under a true-peak ceiling.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/media/sound/loudness.hpp"
#include "libsmos/media/sound/sound_spill.hpp"

#include <memory>
#include <string>

namespace smos::media {

struct MasterGoal {
    double lufs = -14.0;            // -40..-5
    double true_peak_dbtp = -1.0;   // what the decoded file must stay under; -9..-0.1
    double codec_headroom_db = 0.8; // lossy codecs raise peaks; 0..6
};

/// How a mix becomes a master: a gain, then the limiter.
struct Master {
    double gain_db = 0.0;
    double ceiling_dbtp = -1.0;
    double lufs = loudness_floor_lufs;
    double true_peak_dbtp = -200.0;
    bool on_target = false; // within 0.3 LU and under the ceiling; false for silence and the like
};

/// One mix, measured once; each master of it is a few passes over the spilled samples.
class Mastering {
  public:
    static Result<Mastering> of(SpilledSound mix, const std::string& directory);

    /// Repeats gain and true-peak limiting until the measured loudness is on target. Silence stays
    /// silence; gain is at most 40 dB. Error bad_request names the value out of range.
    Result<Master> master(const MasterGoal& goal) const;

    /// The master's samples, exactly as many as the mix has. Goes before this does.
    std::unique_ptr<SoundStream> play(const Master& master) const;

  private:
    Mastering(SpilledSound mix, SpilledSound peaks, Loudness loudness)
        : mix_(std::move(mix)),
          peaks_(std::move(peaks)),
          loudness_(loudness) {}
    Result<Loudness> measure(const Master& master, LoudnessMeter::Reach reach) const;

    SpilledSound mix_;
    SpilledSound peaks_; // of each frame, one channel
    Loudness loudness_;  // of the mix
};

} // namespace smos::media
