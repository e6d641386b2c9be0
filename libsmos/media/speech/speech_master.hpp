// SPDX-License-Identifier: Apache-2.0
// What a raw synthetic voice needs before people hear it: level, tone, a room.
#pragma once

#include "libsmos/media/sound/audio.hpp"
#include "libsmos/media/speech/speech_child.hpp"

#include <cstdint>

namespace smos::media {

inline constexpr std::int64_t speech_lead_in_ms = 30;
inline constexpr std::int64_t speech_tail_ms = 300; // the room rings out, then silence
/// RMS over the parts that are spoken.
inline constexpr double speech_level_dbfs = -20.0;
inline constexpr double speech_peak_dbfs = -4.0;

/// The part of `raw` that is not silence, in samples of `raw`.
struct SpokenRange {
    std::size_t first = 0;
    std::size_t end = 0;
};
/// Frames of 10 ms within 45 dB of the loudest count as spoken.
SpokenRange spoken_range(const RawSpeech& raw);

/// The spoken range at 48 kHz stereo with the lead-in and tail above. Chain: high pass 75 Hz; low
/// shelf +2.5 dB at 220 Hz against thinness; -2.5 dB at 3.3 kHz and a roll-off from 9 kHz against
/// the buzz of formant synthesis; 3:1 compressor; room of 0.4 s at -19 dB; constant level.
AudioBuffer master_speech(const RawSpeech& raw, SpokenRange range);

} // namespace smos::media
