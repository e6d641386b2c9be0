// SPDX-License-Identifier: Apache-2.0
// The sound of a film: the audio tracks mixed, ducked and mastered.
#pragma once

#include "libsmos/core/hash.hpp"
#include "libsmos/core/result.hpp"
#include "libsmos/media/codec/encode.hpp"
#include "libsmos/media/sound/mix.hpp"
#include "libsmos/media/sound/mix_master.hpp"
#include "libsmos/records/timeline/timeline.hpp"

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace smos::stages {

/// What is wrong with the audio tracks as they are written: a track that its own role presses down.
/// `where` is the field.
Result<void> check_sound(const records::Timeline& timeline);

/// What a finished film may differ from the loudness that it was made for.
inline constexpr double loudness_tolerance_lu = 0.5;

/// One film's sound, for all outputs that want the same loudness. Each source is decoded and
/// resampled once, from its start, into a file without a name in `directory`, however many items
/// play it; so the memory does not grow with the length. Several threads may use it.
class FilmSound {
  public:
    /// `output`: whose loudness and ceiling hold. What is given has to outlive this.
    FilmSound(const records::Timeline& timeline,
              const std::map<std::string, std::string>& files,
              std::string directory,
              std::size_t output = 0);

    /// All tracks with their sources, in resolved samples.
    Result<media::MixRequest> tracks();

    /// The mix, made on the first call.
    Result<const media::Mastering*> mastering();

    /// Samples that the film lasts.
    std::int64_t duration_samples() const;
    media::MasterGoal goal() const;

  private:
    Result<const media::SpilledSound*> source(const std::string& asset);
    Result<media::MixRequest> place_tracks();

    const records::Timeline& timeline_;
    const std::map<std::string, std::string>& files_;
    const std::string directory_;
    const records::TimelineOutput& output_;
    std::mutex mutex_;
    std::map<std::string, std::unique_ptr<media::SpilledSound>> sources_;
    std::optional<media::Mastering> mastering_;
};

/// What one encoder takes of it: an Encoder::MakeSound that gives the master; then, if what became
/// of it in the codec misses the loudness or the ceiling, up to two corrected ones; then null.
class SoundTake {
  public:
    explicit SoundTake(FilmSound& sound) : sound_(sound), goal_(sound.goal()) {}
    Result<std::unique_ptr<media::SoundStream>> next(const media::HeardSound* heard);

  private:
    bool improve(const media::Loudness& heard);

    FilmSound& sound_;
    media::MasterGoal goal_;
    media::Master master_;
    int corrections_ = 0;
};

/// Hash of everything that the samples depend on: audio tracks, their files, length, loudness.
Digest sound_key(const records::Timeline& timeline, std::size_t output = 0);

} // namespace smos::stages
