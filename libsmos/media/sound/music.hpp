// SPDX-License-Identifier: Apache-2.0
// A music bed made from a seed: chords, pad, plucks, bass and light percussion.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/media/sound/audio.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace smos::media {

/// Decides key, tempo, chords, instruments and drums.
enum class Mood { calm, energetic, dark, luxurious, playful, futuristic };

/// By the names above; nothing for other names.
std::optional<Mood> mood_named(std::string_view name);
std::string_view name_of(Mood mood);

struct BedRequest {
    std::uint64_t seed = 0;
    Mood mood = Mood::calm;
    std::int64_t duration_samples = 0; // at 48 kHz, at most ten minutes
    std::optional<int> tempo_bpm{};    // 50..180; else the mood's, so that whole bars fit
};

inline constexpr double bed_loudness_lufs = -20.0;

/// Exactly `duration_samples` of 48 kHz stereo at -20 LUFS with true peaks under -3 dBTP, fading in
/// and out, with a dip around 2.2 kHz that leaves room for a voice. A pure function of the request.
/// Errors: "bad_request" for durations and tempos out of range.
Result<AudioBuffer> compose_bed(const BedRequest& request);

} // namespace smos::media
