// SPDX-License-Identifier: Apache-2.0
// The film's sound decoded once, measured and certified, and kept beside its packets.
#include "libsmos/stages/render/film_heard.hpp"

#include "libsmos/media/codec/decode.hpp"
#include "libsmos/records/codec.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/stages/render/film_sync.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace smos::stages {
namespace {

using records::Json;

constexpr std::size_t heard_block_frames = 8192;

/// Beside the packets, under a name of its own.
Digest heard_key(const Digest& packets) { return sha256("sound heard/1\n" + hex(packets)); }

std::optional<FilmHeard> find_heard(media::GopStore& store, const Digest& packets) {
    const std::optional<std::string> text = store.find(heard_key(packets));
    if (!text)
        return std::nullopt;
    const auto json = records::parse_json(*text, "heard");
    FilmHeard heard;
    const bool read =
        json && json->is_object() && json->contains("sync") && json->contains("lufs") &&
        json->contains("true_peak_dbtp") &&
        records::from_json_value(json->at("lufs"), "lufs", heard.lufs) &&
        records::from_json_value(json->at("true_peak_dbtp"), "peak", heard.true_peak_dbtp) &&
        records::from_json_value(json->at("sync"), "sync", heard.sync);
    return read ? std::optional<FilmHeard>{std::move(heard)} : std::nullopt;
}

/// Keeps what was found; the film does not need it.
void keep_heard(media::GopStore& store, const Digest& packets, const FilmHeard& heard) {
    const Json json{{"lufs", heard.lufs},
                    {"true_peak_dbtp", heard.true_peak_dbtp},
                    {"sync", records::to_json_object(heard.sync)}};
    const Result<void> kept = store.keep(heard_key(packets), records::dump(json));
    static_cast<void>(kept);
}

Result<media::HeardSound> measure_samples(const media::SpilledSound& film) {
    media::LoudnessMeter meter{media::LoudnessMeter::Reach::loudness_and_peak};
    std::vector<float> block(2 * heard_block_frames);
    for (std::int64_t at = 0; at < film.frames();) {
        const auto count = static_cast<std::size_t>(
            std::min<std::int64_t>(heard_block_frames, film.frames() - at));
        SMOS_CHECK(film.read(at, block.data(), count));
        meter.add(block.data(), count);
        at += static_cast<std::int64_t>(count);
    }
    return media::HeardSound{meter.measured(), {}};
}

Result<Digest> digest_of_samples(const media::SpilledSound& film) {
    Sha256 hash;
    std::vector<float> block(2 * heard_block_frames);
    for (std::int64_t at = 0; at < film.frames();) {
        const auto count = static_cast<std::size_t>(
            std::min<std::int64_t>(heard_block_frames, film.frames() - at));
        SMOS_CHECK(film.read(at, block.data(), count));
        hash.update(block.data(), 2 * count * sizeof(float));
        at += static_cast<std::int64_t>(count);
    }
    return hash.finish();
}

/// The encoder listened to its packets; those figures hold where the file gives the same samples.
Result<media::Loudness> loudness_of(const media::SpilledSound& film,
                                    const media::EncodedFile& encoded) {
    if (encoded.audio_heard) {
        SMOS_TRY(const Digest samples, digest_of_samples(film));
        if (samples == encoded.audio_heard->samples)
            return encoded.audio_heard->loudness;
    }
    SMOS_TRY(const media::HeardSound heard, measure_samples(film));
    return heard.loudness;
}

double hundredths(double value) { return std::round(value * 100) / 100; }

} // namespace

Result<FilmHeard> hear_film(FilmSound& sound,
                            const media::EncodedFile& encoded,
                            const std::string& video_path,
                            media::GopStore* store,
                            const std::string& directory) {
    if (encoded.audio_reused && store != nullptr && encoded.audio_key) {
        if (std::optional<FilmHeard> known = find_heard(*store, *encoded.audio_key))
            return *std::move(known);
    }
    SMOS_TRY(const std::unique_ptr<media::SoundStream> decoded, media::open_sound(video_path));
    SMOS_TRY(const media::SpilledSound film,
             media::SpilledSound::of(
                 *decoded, directory, std::numeric_limits<std::int64_t>::max(), video_path));
    if (film.frames() != sound.duration_samples())
        return Error{"out_of_sync",
                     fmt::format("its sound has {} samples where the timeline has {}",
                                 film.frames(),
                                 sound.duration_samples()),
                     video_path,
                     "report this: the film is not what its timeline says"};
    FilmHeard heard;
    SMOS_TRY(const media::Loudness loudness, loudness_of(film, encoded));
    heard.lufs = hundredths(loudness.integrated_lufs);
    heard.true_peak_dbtp = hundredths(loudness.true_peak_dbtp);
    SMOS_TRY(const media::MixRequest request, sound.tracks());
    SMOS_TRY(heard.sync, certify_sync(request, film));
    if (store != nullptr && encoded.audio_key)
        keep_heard(*store, *encoded.audio_key, heard);
    return heard;
}

std::vector<records::Downgrade>
loudness_downgrades(const records::Timeline& timeline, const FilmHeard& heard, std::size_t output) {
    const bool has_sounds = std::any_of(timeline.tracks.begin(),
                                        timeline.tracks.end(),
                                        [](const auto& track) { return !track.sounds.empty(); });
    const records::TimelineOutput& wanted = timeline.outputs.at(output);
    const double missing_lu = wanted.lufs.real() - heard.lufs;
    const bool on_target = std::abs(missing_lu) <= loudness_tolerance_lu &&
                           heard.true_peak_dbtp <= wanted.true_peak.real();
    if (!has_sounds || on_target)
        return {};
    std::string why = "its peaks leave no room for more loudness";
    if (heard.lufs <= media::loudness_floor_lufs)
        why = "it is silent, or too short to have a loudness";
    else if (missing_lu > loudness_tolerance_lu)
        why = "it is too quiet to be brought up by 40 dB, or has peaks that leave no room";
    return {{fmt::format("output {}: {} LUFS under {} dBTP",
                         wanted.id,
                         wanted.lufs.real(),
                         wanted.true_peak.real()),
             fmt::format("{:.2f} LUFS, {:.2f} dBTP", heard.lufs, heard.true_peak_dbtp),
             why}};
}

} // namespace smos::stages
