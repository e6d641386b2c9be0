// SPDX-License-Identifier: Apache-2.0
// Tracks of sounds to one unmastered mix, sample by sample, in blocks.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/media/sound/mix_duck.hpp"
#include "libsmos/media/sound/sound_spill.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace smos::media {

/// A part of a source at a place on the timeline, in samples at 48 kHz. What lies outside the
/// timeline is cut off; `at_samples` may be negative. Items of one source read the same samples,
/// so that a source in pieces sounds as it does in one.
struct PlacedSound {
    std::string id;                       // for messages
    const SpilledSound* source = nullptr; // stereo; stays the caller's
    std::int64_t at_samples = 0;
    std::int64_t in_samples = 0;
    std::int64_t dur_samples = 0; // ends earlier where the source does
    double gain_db = 0.0;         // -120..40
    std::int64_t fade_in_samples = 0;
    std::int64_t fade_out_samples = 0;
};

struct SideChain {
    std::string key; // the role that presses the track down, not the track's own
    Duck duck{};
};

struct MixTrack {
    std::string role;
    double gain_db = 0.0; // -120..40
    std::optional<SideChain> side_chain{};
    std::vector<PlacedSound> sounds{};
};

struct MixRequest {
    std::int64_t duration_samples = 0; // at most one hour
    std::vector<MixTrack> tracks{};
};

/// A source's own frames from `in_samples` on that the item plays.
std::int64_t played_samples(const PlacedSound& sound);

/// The sum of all tracks, `duration_samples` long. A key is the sum of its role's tracks behind
/// their gains and fades and before their own ducking, so that roles can duck each other. Nothing
/// but a few blocks and the keys' envelopes is in memory. Errors: bad_request names the value out
/// of range, cannot_write.
Result<SpilledSound> mix_tracks(const MixRequest& request, const std::string& directory);

} // namespace smos::media
