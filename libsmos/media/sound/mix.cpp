// SPDX-License-Identifier: Apache-2.0
// Checks, keys, and the sum.
#include "libsmos/media/sound/mix.hpp"

#include "libsmos/core/limits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace smos::media {
namespace {

constexpr std::size_t mix_block_frames = 4800;
constexpr std::int64_t longest_mix_samples = limits::timeline_duration_ms * (master_rate_hz / 1000);

Error bad_mix(std::string message, const std::string& where, std::string hint) {
    return {"bad_request", std::move(message), where, std::move(hint)};
}

bool is_within(double value, double low, double high) { return value >= low && value <= high; }

bool is_place(std::int64_t samples, std::int64_t lowest) {
    return samples >= lowest && samples <= longest_mix_samples;
}

Result<void> check_gain(double gain_db, const std::string& where) {
    if (!is_within(gain_db, -120.0, 40.0))
        return bad_mix(fmt::format("a gain of {} dB", gain_db), where, "take -120 to 40");
    return {};
}

Result<void> check_sound(const PlacedSound& sound) {
    SMOS_EXPECT(sound.source != nullptr);
    SMOS_CHECK(check_gain(sound.gain_db, sound.id));
    const bool sane = is_place(sound.at_samples, -longest_mix_samples) &&
                      is_place(sound.in_samples, 0) && is_place(sound.dur_samples, 0) &&
                      is_place(sound.fade_in_samples, 0) && is_place(sound.fade_out_samples, 0);
    if (!sane)
        return bad_mix(
            "a sound or fade outside of any timeline", sound.id, "take places within one hour");
    return {};
}

Result<void> check_side_chain(const MixTrack& track) {
    if (!track.side_chain)
        return {};
    const Duck& duck = track.side_chain->duck;
    if (track.side_chain->key == track.role)
        return bad_mix(fmt::format("a track of the role '{}' ducked by its own role", track.role),
                       "duck.key",
                       "name another role");
    if (!is_within(duck.db, -60.0, 0.0) || !is_within(duck.attack_ms, 0.0, 5000.0) ||
        !is_within(duck.release_ms, 0.0, 10000.0))
        return bad_mix(fmt::format("ducking by {} dB, attack {} ms, release {} ms",
                                   duck.db,
                                   duck.attack_ms,
                                   duck.release_ms),
                       "duck",
                       "take -60 to 0 dB, 5000 ms down and 10000 ms up");
    return {};
}

Result<void> check_mix(const MixRequest& request) {
    if (!is_place(request.duration_samples, 0))
        return bad_mix(fmt::format("a timeline of {} samples", request.duration_samples),
                       "mix",
                       "take up to one hour at 48 kHz");
    for (const MixTrack& track : request.tracks) {
        SMOS_CHECK(check_gain(track.gain_db, track.role));
        SMOS_CHECK(check_side_chain(track));
        for (const PlacedSound& sound : track.sounds)
            SMOS_CHECK(check_sound(sound));
    }
    return {};
}

/// Raised-cosine shaped by a polynomial: no click at either end.
float fade_gain(std::int64_t frame, std::int64_t frames, const PlacedSound& sound) {
    const auto eased = [](std::int64_t at, std::int64_t span) {
        if (at >= span)
            return 1.0F;
        const float t = static_cast<float>(at) / static_cast<float>(span);
        return t * t * (3.0F - 2.0F * t);
    };
    return eased(frame, sound.fade_in_samples) * eased(frames - 1 - frame, sound.fade_out_samples);
}

/// Part of the timeline, stereo.
struct MixBlock {
    std::int64_t at = 0;
    std::size_t frames = 0;
    std::vector<float> samples{};
};

/// Sums tracks into blocks.
class TrackBus {
  public:
    /// Adds the item's part of the block, times the track's gain.
    Result<void> add_sound(const PlacedSound& sound, double track_gain_db, MixBlock& block) {
        const std::int64_t frames = played_samples(sound);
        const std::int64_t first = std::max(block.at, sound.at_samples);
        const std::int64_t last =
            std::min(block.at + static_cast<std::int64_t>(block.frames), sound.at_samples + frames);
        if (first >= last)
            return {};
        const auto count = static_cast<std::size_t>(last - first);
        read_.resize(2 * count);
        const std::int64_t begin = first - sound.at_samples;
        SMOS_CHECK(sound.source->read(sound.in_samples + begin, read_.data(), count));
        const auto gain = static_cast<float>(gain_of_db(sound.gain_db + track_gain_db));
        float* out = block.samples.data() + 2 * static_cast<std::size_t>(first - block.at);
        for (std::size_t i = 0; i < count; ++i) {
            const float level =
                gain * fade_gain(begin + static_cast<std::int64_t>(i), frames, sound);
            out[2 * i] += level * read_[2 * i];
            out[2 * i + 1] += level * read_[2 * i + 1];
        }
        return {};
    }

    Result<void> add_track(const MixTrack& track, MixBlock& block) {
        for (const PlacedSound& sound : track.sounds)
            SMOS_CHECK(add_sound(sound, track.gain_db, block));
        return {};
    }

  private:
    std::vector<float> read_;
};

/// Calls `take` with each block of the timeline in turn, silent.
template <typename Take>
Result<void> each_block(std::int64_t duration_samples, Take take) {
    MixBlock block;
    for (; block.at < duration_samples; block.at += static_cast<std::int64_t>(block.frames)) {
        block.frames = static_cast<std::size_t>(
            std::min<std::int64_t>(mix_block_frames, duration_samples - block.at));
        block.samples.assign(2 * block.frames, 0.0F);
        SMOS_CHECK(take(block));
    }
    return {};
}

using Keys = std::map<std::string, KeyEnvelope>;

/// The envelope of every role that presses another down.
Result<Keys> hear_keys(const MixRequest& request) {
    Keys keys;
    for (const MixTrack& track : request.tracks)
        if (track.side_chain)
            keys[track.side_chain->key];
    TrackBus bus;
    for (auto& [role, envelope] : keys) {
        const auto hear = [&, &heard = envelope, &key = role](MixBlock& block) -> Result<void> {
            for (const MixTrack& track : request.tracks)
                if (track.role == key)
                    SMOS_CHECK(bus.add_track(track, block));
            heard.add(block.samples.data(), block.frames);
            return {};
        };
        SMOS_CHECK(each_block(request.duration_samples, hear));
        envelope.finish();
    }
    return keys;
}

} // namespace

std::int64_t played_samples(const PlacedSound& sound) {
    return std::clamp<std::int64_t>(
        sound.source->frames() - sound.in_samples, 0, sound.dur_samples);
}

Result<SpilledSound> mix_tracks(const MixRequest& request, const std::string& directory) {
    SMOS_CHECK(check_mix(request));
    SMOS_TRY(const Keys keys, hear_keys(request));
    std::vector<std::optional<DuckGain>> ducks;
    for (const MixTrack& track : request.tracks) {
        ducks.emplace_back();
        if (track.side_chain)
            ducks.back().emplace(keys.at(track.side_chain->key), track.side_chain->duck);
    }
    SMOS_TRY(SpilledSound mix, SpilledSound::create(directory, 2));
    TrackBus bus;
    MixBlock alone;
    const auto sum = [&](MixBlock& block) -> Result<void> {
        for (std::size_t k = 0; k < request.tracks.size(); ++k) {
            if (!ducks[k]) {
                SMOS_CHECK(bus.add_track(request.tracks[k], block));
                continue;
            }
            alone.at = block.at;
            alone.frames = block.frames;
            alone.samples.assign(2 * block.frames, 0.0F);
            SMOS_CHECK(bus.add_track(request.tracks[k], alone));
            for (std::size_t i = 0; i < block.frames; ++i) {
                const float gain = ducks[k]->next();
                block.samples[2 * i] += gain * alone.samples[2 * i];
                block.samples[2 * i + 1] += gain * alone.samples[2 * i + 1];
            }
        }
        return mix.append(block.samples.data(), block.frames);
    };
    SMOS_CHECK(each_block(request.duration_samples, sum));
    return mix;
}

} // namespace smos::media
