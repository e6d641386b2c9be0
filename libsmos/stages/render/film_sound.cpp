// SPDX-License-Identifier: Apache-2.0
// From the timeline's audio tracks to one master.
#include "libsmos/stages/render/film_sound.hpp"

#include "libsmos/media/codec/decode.hpp"
#include "libsmos/media/codec/versions.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace smos::stages {
namespace {

using records::Json;
using records::Timeline;

constexpr int most_corrections = 2;
constexpr double most_headroom_db = 6.0;
constexpr double spare_headroom_db = 0.1;

std::int64_t samples_of(const Timeline& timeline) {
    return timeline.duration_frames() * timeline.sample_rate * timeline.rate.den /
           timeline.rate.num;
}

/// How far into the asset anything plays.
std::int64_t last_sample(const Timeline& timeline, const std::string& asset) {
    std::int64_t last = 0;
    for (const records::TimelineTrack& track : timeline.tracks)
        for (const records::TimelineSound& sound : track.sounds)
            if (sound.asset == asset)
                last = std::max(last, sound.in_samples + sound.dur_samples.value);
    return last;
}

media::SideChain side_chain_of(const records::TimelineDuck& duck) {
    return {duck.key,
            {duck.db.real(),
             static_cast<double>(duck.attack_ms),
             static_cast<double>(duck.release_ms)}};
}

} // namespace

Result<void> check_sound(const Timeline& timeline) {
    for (std::size_t i = 0; i < timeline.tracks.size(); ++i) {
        const records::TimelineTrack& track = timeline.tracks[i];
        if (track.kind != "audio" || !track.duck || track.duck->key != track.role)
            continue;
        return Error{"bad_request",
                     fmt::format("the track '{}' of the role {} is pressed down by its own role",
                                 track.id,
                                 track.role),
                     fmt::format("timeline.tracks[{}].duck.key", i),
                     "name the role that it makes room for"};
    }
    return {};
}

FilmSound::FilmSound(const Timeline& timeline,
                     const std::map<std::string, std::string>& files,
                     std::string directory,
                     std::size_t output)
    : timeline_(timeline),
      files_(files),
      directory_(std::move(directory)),
      output_(timeline.outputs.at(output)) {}

media::MasterGoal FilmSound::goal() const {
    media::MasterGoal goal;
    goal.lufs = output_.lufs.real();
    goal.true_peak_dbtp = output_.true_peak.real();
    return goal;
}

std::int64_t FilmSound::duration_samples() const { return samples_of(timeline_); }

Result<const media::SpilledSound*> FilmSound::source(const std::string& asset) {
    auto& spilled = sources_[asset];
    if (!spilled) {
        const std::string& path = files_.at(asset);
        SMOS_TRY(const std::unique_ptr<media::SoundStream> sound, media::open_sound(path));
        SMOS_TRY(media::SpilledSound samples,
                 media::SpilledSound::of(*sound, directory_, last_sample(timeline_, asset), path));
        spilled = std::make_unique<media::SpilledSound>(std::move(samples));
    }
    return static_cast<const media::SpilledSound*>(spilled.get());
}

Result<media::MixRequest> FilmSound::tracks() {
    const std::lock_guard lock{mutex_};
    return place_tracks();
}

Result<media::MixRequest> FilmSound::place_tracks() {
    media::MixRequest request;
    request.duration_samples = duration_samples();
    for (const records::TimelineTrack& track : timeline_.tracks) {
        if (track.kind != "audio")
            continue;
        media::MixTrack& mixed = request.tracks.emplace_back();
        mixed.role = track.role;
        mixed.gain_db = track.gain.real();
        if (track.duck)
            mixed.side_chain = side_chain_of(*track.duck);
        for (const records::TimelineSound& sound : track.sounds) {
            SMOS_TRY(const media::SpilledSound* samples, source(sound.asset));
            mixed.sounds.push_back({sound.id,
                                    samples,
                                    sound.at_samples.value,
                                    sound.in_samples,
                                    sound.dur_samples.value,
                                    sound.gain.real(),
                                    sound.fade.from,
                                    sound.fade.to});
        }
    }
    return request;
}

Result<const media::Mastering*> FilmSound::mastering() {
    const std::lock_guard lock{mutex_};
    if (!mastering_) {
        SMOS_CHECK(check_sound(timeline_));
        SMOS_TRY(const media::MixRequest request, place_tracks());
        SMOS_TRY(media::SpilledSound mix, media::mix_tracks(request, directory_));
        SMOS_TRY(mastering_, media::Mastering::of(std::move(mix), directory_));
    }
    return static_cast<const media::Mastering*>(&*mastering_);
}

/// Moves the goal by what the codec did to the last master; false when there is nothing to gain.
bool SoundTake::improve(const media::Loudness& heard) {
    const media::MasterGoal asked = sound_.goal();
    const double missing_lu = asked.lufs - heard.integrated_lufs;
    const double over_db = heard.true_peak_dbtp - asked.true_peak_dbtp;
    const bool quieter = over_db > 0.0 && goal_.codec_headroom_db < most_headroom_db;
    const bool nearer = std::abs(missing_lu) > loudness_tolerance_lu && master_.on_target;
    if ((!quieter && !nearer) || corrections_++ == most_corrections)
        return false;
    if (quieter)
        goal_.codec_headroom_db =
            std::min(goal_.codec_headroom_db + over_db + spare_headroom_db, most_headroom_db);
    if (nearer)
        goal_.lufs = std::clamp(goal_.lufs + missing_lu, -40.0, -5.0);
    return true;
}

Result<std::unique_ptr<media::SoundStream>> SoundTake::next(const media::HeardSound* heard) {
    if (heard != nullptr && !improve(heard->loudness))
        return std::unique_ptr<media::SoundStream>{};
    SMOS_TRY(const media::Mastering* mastering, sound_.mastering());
    SMOS_TRY(master_, mastering->master(goal_));
    return mastering->play(master_);
}

Digest sound_key(const Timeline& timeline, std::size_t output) {
    const Json whole = records::write_timeline(timeline);
    const records::TimelineOutput& wanted = timeline.outputs.at(output);
    Json part{{"frames", timeline.duration_frames()},
              {"rate", whole["rate"]},
              {"lufs_micro", wanted.lufs.value},
              {"true_peak_micro", wanted.true_peak.value},
              {"tracks", Json::array()},
              {"files", Json::object()}};
    for (const Json& track : whole["tracks"]) {
        if (track["kind"] != "audio")
            continue;
        part["tracks"].push_back(track);
        for (const Json& item : track["items"]) {
            const auto asset = item["asset"].get<std::string>();
            const records::TimelineAsset& file = timeline.assets.at(asset);
            part["files"][asset] = file.checksum.value_or(file.uri.value_or(""));
        }
    }
    for (const auto& [library, version] : media::library_versions())
        part["libraries"][library] = version;
    return sha256("sound/2\n" + records::canonical_json(part));
}

} // namespace smos::stages
