// SPDX-License-Identifier: Apache-2.0
// Side-chain ducking: the music steps back while somebody speaks.
#pragma once

#include "libsmos/media/sound/audio.hpp"

#include <vector>

namespace smos::media {

struct Duck {
    double db = -12.0;       // depth, -60..0
    double attack_ms = 120;  // time for 90 % of the way down
    double release_ms = 450; // time for 90 % of the way up
};

/// The gain of the music at each frame of the voice bus. The key is the envelope of the voice
/// relative to its own loudest moment (full depth from -26 dB up, none under -38 dB), held for
/// 150 ms so that gaps between words do not pump, and looked up one attack ahead, so that the music
/// is down when the first syllable comes. Without a voice all gains are 1.
std::vector<float> duck_curve(const AudioBuffer& voice, const Duck& duck);

} // namespace smos::media
