// SPDX-License-Identifier: Apache-2.0
// From the timeline's audio tracks to one master.
#include "libsmos/stages/render/film_sound.hpp"

#include "libsmos/media/codec/decode.hpp"
#include "libsmos/records/json_value.hpp"

#include <algorithm>

namespace smos::stages {
namespace {

using records::Json;
using records::Timeline;

Result<std::vector<media::PlacedAudio>>
load_sounds(const std::vector<const records::TimelineSound*>& sounds,
            const std::map<std::string, std::string>& files) {
    std::vector<media::PlacedAudio> placed;
    for (const records::TimelineSound* each : sounds) {
        const records::TimelineSound& sound = *each;
        SMOS_TRY(media::AudioBuffer audio, media::decode_audio(files.at(sound.asset)));
        const auto skipped = std::min(audio.frames(), static_cast<std::size_t>(sound.in_samples)) *
                             static_cast<std::size_t>(audio.channels);
        audio.samples.erase(audio.samples.begin(),
                            audio.samples.begin() + static_cast<std::ptrdiff_t>(skipped));
        const auto length = static_cast<std::size_t>(sound.dur_samples.value);
        if (audio.frames() > length) {
            audio.samples.resize(length * static_cast<std::size_t>(audio.channels));
        }
        placed.push_back({std::move(audio),
                          sound.at_samples.value,
                          sound.gain.real(),
                          sound.fade.from,
                          sound.fade.to});
    }
    return placed;
}

} // namespace

Result<media::Master> mix_sound(const Timeline& timeline,
                                const std::map<std::string, std::string>& files) {
    media::MixRequest request;
    request.duration_samples =
        timeline.duration_frames() * timeline.sample_rate * timeline.rate.den / timeline.rate.num;
    SMOS_TRY(request.voices, load_sounds(timeline.sounds_of("voice"), files));
    SMOS_TRY(request.music, load_sounds(timeline.sounds_of("music"), files));
    if (!timeline.sounds_of("sound").empty())
        return Error{"unsupported",
                     "sounds of the role 'sound' cannot be mixed",
                     timeline.sounds_of("sound").front()->id,
                     "give its track the role music"};
    for (const records::TimelineTrack& track : timeline.tracks) {
        if (!track.duck)
            continue;
        request.duck.db = track.duck->db.real();
        request.duck.attack_ms = static_cast<double>(track.duck->attack_ms);
        request.duck.release_ms = static_cast<double>(track.duck->release_ms);
    }
    request.target_lufs = timeline.outputs.front().lufs.real();
    request.true_peak_dbtp = timeline.outputs.front().true_peak.real();
    return media::mix_master(request);
}

Digest sound_key(const Timeline& timeline) {
    const Json whole = records::write_timeline(timeline);
    Json part{{"frames", timeline.duration_frames()},
              {"rate", whole["rate"]},
              {"output", whole["outputs"][0]},
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
    return sha256("sound/1\n" + records::canonical_json(part));
}

} // namespace smos::stages
