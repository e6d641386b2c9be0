// SPDX-License-Identifier: Apache-2.0
// Pieces of every sound, found in the film or not.
#include "libsmos/stages/render/film_sync.hpp"

#include "libsmos/media/sound/correlate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace smos::stages {
namespace {

using media::PlacedSound;
using media::SoundFinder;

constexpr auto longest_piece = static_cast<std::int64_t>(SoundFinder::window_frames);
constexpr auto shortest_piece = static_cast<std::int64_t>(SoundFinder::least_frames);
constexpr auto search_reach = static_cast<std::int64_t>(SoundFinder::reach_frames);
constexpr int most_pieces = 6;
// Two pieces that say the same within 4 ms confirm each other.
constexpr std::int64_t agreement_samples = 200;
// What a sound that has only one piece must have to be called wrong.
constexpr double convincing_certainty = 12.0;

struct Span {
    std::int64_t first;
    std::int64_t last;
};

Span heard_span(const PlacedSound& sound, std::int64_t film_samples) {
    return {std::max<std::int64_t>(0, sound.at_samples),
            std::min(film_samples, sound.at_samples + media::played_samples(sound))};
}

Result<std::vector<float>>
mono_of(const media::SpilledSound& sound, std::int64_t at, std::int64_t frames) {
    std::vector<float> stereo(static_cast<std::size_t>(2 * frames));
    SMOS_CHECK(sound.read(at, stereo.data(), static_cast<std::size_t>(frames)));
    std::vector<float> mono(static_cast<std::size_t>(frames));
    for (std::size_t i = 0; i < mono.size(); ++i)
        mono[i] = 0.5F * (stereo[2 * i] + stereo[2 * i + 1]);
    return mono;
}

/// Where pieces are taken: the start and the end first, then between.
std::vector<std::int64_t> piece_places(const Span& span, std::int64_t length) {
    const std::int64_t room = span.last - span.first - length;
    std::vector<std::int64_t> places{span.first};
    if (room >= length / 2)
        places.push_back(span.first + room);
    for (int k = 1; k + 1 < most_pieces && room >= 2 * length; ++k)
        places.push_back(span.first + room * k / (most_pieces - 1));
    return places;
}

class Certifying {
  public:
    Certifying(const media::MixRequest& request, const media::SpilledSound& film) : film_(film) {
        for (const media::MixTrack& track : request.tracks)
            for (const PlacedSound& sound : track.sounds)
                sounds_.push_back(&sound);
    }

    Result<records::Sync> run() {
        records::Sync sync;
        for (const PlacedSound* sound : sounds_) {
            SMOS_TRY(const std::optional<std::int64_t> late, error_of(*sound));
            sync.cuts.push_back({sound->id, late ? "verified" : "unverifiable", late});
            if (!late)
                continue;
            const double error_ms =
                static_cast<double>(std::abs(*late)) * 1000.0 / media::master_rate_hz;
            sync.max_error_ms = std::max(sync.max_error_ms.value_or(0.0), error_ms);
            if (std::abs(*late) > most_error_samples)
                return Error{"out_of_sync",
                             fmt::format("sounds {:.1f} ms too {}, {} samples",
                                         error_ms,
                                         *late > 0 ? "late" : "early",
                                         std::abs(*late)),
                             sound->id,
                             "report this: the film is not what its timeline says"};
        }
        return sync;
    }

  private:
    /// Lags at which the same source lies near by on purpose.
    std::vector<std::int64_t>
    twins_of(const PlacedSound& sound, std::int64_t at, std::int64_t length) const {
        std::vector<std::int64_t> twins;
        for (const PlacedSound* other : sounds_) {
            const Span span = heard_span(*other, film_.frames());
            const std::int64_t lag =
                (other->at_samples - other->in_samples) - (sound.at_samples - sound.in_samples);
            const bool near =
                span.first < at + length + search_reach && span.last > at - search_reach;
            if (other->source == sound.source && near && lag != 0)
                twins.push_back(lag);
        }
        return twins;
    }

    Result<std::optional<SoundFinder::Found>>
    find(const PlacedSound& sound, std::int64_t at, std::int64_t length) {
        const std::int64_t in = sound.in_samples + at - sound.at_samples;
        SMOS_TRY(const std::vector<float> piece, mono_of(*sound.source, in, length));
        SMOS_TRY(const std::vector<float> around,
                 mono_of(film_, at - search_reach, length + 2 * search_reach));
        return finder_.find(piece, around, twins_of(sound, at, length));
    }

    /// Samples that the sound is late, or nothing when it cannot be told.
    Result<std::optional<std::int64_t>> error_of(const PlacedSound& sound) {
        const Span span = heard_span(sound, film_.frames());
        const std::int64_t length = std::min(span.last - span.first, longest_piece);
        if (length < shortest_piece)
            return std::optional<std::int64_t>{};
        const std::vector<std::int64_t> places = piece_places(span, length);
        std::vector<SoundFinder::Found> found;
        for (std::size_t k = 0; k < places.size(); ++k) {
            const bool settled = k >= 2 && !found.empty() && all_in_time(found);
            if (settled)
                break;
            SMOS_TRY(const auto piece, find(sound, places[k], length));
            if (piece)
                found.push_back(*piece);
        }
        return verdict(found, places.size() == 1);
    }

    static bool in_time(const SoundFinder::Found& piece) {
        return std::abs(piece.late_samples) <= most_error_samples;
    }
    static bool all_in_time(const std::vector<SoundFinder::Found>& found) {
        return std::all_of(found.begin(), found.end(), in_time);
    }

    /// One piece in the wrong place may be mistaken; two that agree are not.
    static std::optional<std::int64_t> verdict(const std::vector<SoundFinder::Found>& found,
                                               bool only_one) {
        std::optional<std::int64_t> worst;
        for (const SoundFinder::Found& piece : found) {
            const auto agrees = [&](const SoundFinder::Found& other) {
                return std::abs(other.late_samples - piece.late_samples) <= agreement_samples;
            };
            const bool confirmed = in_time(piece) ||
                                   std::count_if(found.begin(), found.end(), agrees) >= 2 ||
                                   (only_one && piece.certainty >= convincing_certainty);
            if (!confirmed)
                return std::nullopt;
            if (!worst || std::abs(piece.late_samples) > std::abs(*worst))
                worst = piece.late_samples;
        }
        return worst;
    }

    const media::SpilledSound& film_;
    std::vector<const PlacedSound*> sounds_;
    SoundFinder finder_;
};

} // namespace

Result<records::Sync> certify_sync(const media::MixRequest& request,
                                   const media::SpilledSound& film) {
    return Certifying{request, film}.run();
}

} // namespace smos::stages
