// SPDX-License-Identifier: Apache-2.0
// A look-ahead limiter that keeps the true peak, between the samples too, under a ceiling.
#pragma once

#include "libsmos/media/sound/audio.hpp"

#include <vector>

namespace smos::media {

/// Largest magnitude at each frame over all channels, 4 times oversampled (ITU-R BS.1770-4
/// annex 2 style, 12 taps a phase).
std::vector<float> true_peaks(const AudioBuffer& audio);

/// Multiplies all channels by one gain that never rises over what any peak within 5 ms allows;
/// back to unity with a time constant of 80 ms. Adds no delay. `ceiling_dbtp` < 0.
void limit_true_peak(AudioBuffer& audio, double ceiling_dbtp);

} // namespace smos::media
