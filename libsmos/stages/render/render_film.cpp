// SPDX-License-Identifier: Apache-2.0
// A resolved timeline and its assets' files to one finished film with poster and captions.
#include "libsmos/stages/render/render_film.hpp"

#include "libsmos/core/file.hpp"
#include "libsmos/media/captions/captions_layer.hpp"
#include "libsmos/media/codec/decode.hpp"
#include "libsmos/media/codec/encode.hpp"
#include "libsmos/media/codec/versions.hpp"
#include "libsmos/media/picture/composer.hpp"
#include "libsmos/media/picture/image.hpp"
#include "libsmos/media/sound/loudness.hpp"
#include "libsmos/media/sound/mix.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace smos::stages {
namespace {

using records::Json;
using records::Timeline;

constexpr std::int64_t poster_at_ms = 1200;

std::int64_t ms_of_frame(const Timeline& timeline, std::int64_t frame) {
    return frame * 1000 * timeline.rate.den / timeline.rate.num;
}

Result<std::map<std::string, media::Frame>>
load_stills(const Timeline& timeline, const std::map<std::string, std::string>& files) {
    std::map<std::string, media::Frame> stills;
    for (const auto& shot : timeline.main_track().items) {
        if (stills.count(shot.asset) > 0)
            continue;
        SMOS_TRY(const media::RgbImage image, media::load_image(files.at(shot.asset)));
        stills[shot.asset] = media::to_frame(image);
    }
    return stills;
}

Result<std::vector<media::PlacedAudio>>
load_sounds(const std::vector<const records::TimelineSound*>& sounds,
            const std::map<std::string, std::string>& files) {
    std::vector<media::PlacedAudio> placed;
    for (const records::TimelineSound* each : sounds) {
        const records::TimelineSound& sound = *each;
        SMOS_TRY(media::AudioBuffer audio, media::decode_audio(files.at(sound.asset)));
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

Result<media::Master> mix(const Timeline& timeline,
                          const std::map<std::string, std::string>& files) {
    media::MixRequest request;
    request.duration_samples =
        timeline.duration_frames() * timeline.sample_rate * timeline.rate.den / timeline.rate.num;
    SMOS_TRY(request.voices, load_sounds(timeline.sounds_of("voice"), files));
    SMOS_TRY(request.music, load_sounds(timeline.sounds_of("music"), files));
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

media::Rgb colour_of(const std::string& text, media::Rgb fallback) {
    if (text.size() != 7 || text.front() != '#')
        return fallback;
    if (text.find_first_not_of("0123456789abcdefABCDEF", 1) != std::string::npos)
        return fallback;
    const auto value = std::stoul(text.substr(1), nullptr, 16);
    const auto byte = [&](unsigned shift) { return static_cast<std::uint8_t>(value >> shift); };
    return {byte(16), byte(8), byte(0)};
}

std::vector<records::TimelineCue> cues_of(const Timeline& timeline) {
    std::vector<records::TimelineCue> cues;
    for (const records::TimelineTrack& track : timeline.tracks)
        cues.insert(cues.end(), track.cues.begin(), track.cues.end());
    return cues;
}

media::CaptionTrack captions_of(const Timeline& timeline, const FilmSettings& settings) {
    media::CaptionTrack track;
    track.style.accent = colour_of(settings.caption_accent, track.style.accent);
    for (const records::TimelineCue& cue : cues_of(timeline)) {
        media::CaptionCue shown;
        shown.start_ms = ms_of_frame(timeline, cue.at.value);
        shown.end_ms = ms_of_frame(timeline, cue.at.value + cue.dur.value);
        for (const auto& word : cue.words) {
            shown.words.push_back(
                {shown.start_ms + word.start_ms, shown.start_ms + word.end_ms, word.text});
        }
        if (!shown.words.empty()) {
            shown.end_ms = std::max(shown.end_ms, shown.words.back().end_ms);
            track.cues.push_back(std::move(shown));
        }
    }
    // Cues may touch but not overlap: the last word of one ends where the next begins.
    for (std::size_t i = 0; i + 1 < track.cues.size(); ++i) {
        track.cues[i].end_ms = std::min(track.cues[i].end_ms, track.cues[i + 1].start_ms);
        for (auto& word : track.cues[i].words) {
            word.end_ms = std::min(word.end_ms, track.cues[i].end_ms);
            word.start_ms = std::min(word.start_ms, word.end_ms);
        }
    }
    return track;
}

kernels::Colour luma_chroma(const media::GlyphMask& mask) {
    media::RgbImage dot{2, 2, {}};
    for (int i = 0; i < 4; ++i)
        dot.pixels.insert(dot.pixels.end(), {mask.r, mask.g, mask.b});
    const media::Frame frame = media::to_frame(dot);
    return {*frame.y(), *frame.u(), *frame.v()};
}

Result<void> lay_captions(const media::CaptionFrame& captions, media::Frame& frame) {
    auto target = media::picture_of(frame);
    for (const media::GlyphMask& mask : captions.masks) {
        const kernels::Source alpha{mask.alpha, mask.w, mask.h, mask.stride};
        const auto opacity = static_cast<std::uint32_t>(mask.opacity) * kernels::full_weight / 255U;
        const auto outcome = kernels::blend_rows(
            target, alpha, mask.x, mask.y, luma_chroma(mask), opacity, kernels::all_rows(target.y));
        if (outcome != kernels::Outcome::done) {
            return Error{"compose_failed", kernels::name_of(outcome), "captions", {}};
        }
    }
    for (const media::RgbaLayer& layer : captions.layers)
        SMOS_CHECK(media::blend_layer(layer, frame));
    return {};
}

Json box_list(const std::vector<media::CaptionBox>& boxes) {
    Json list = Json::array();
    for (const auto& box : boxes) {
        list.push_back(Json{{"start_ms", box.start_ms},
                            {"end_ms", box.end_ms},
                            {"x", box.x},
                            {"y", box.y},
                            {"w", box.width},
                            {"h", box.height},
                            {"text", box.text}});
    }
    return list;
}

media::EncodeOptions
encode_options(const Timeline& timeline, const FilmSettings& settings, int workers) {
    media::EncodeOptions options;
    options.width_px = timeline.width_px();
    options.height_px = timeline.height_px();
    options.rate_num = static_cast<int>(timeline.rate.num);
    options.rate_den = static_cast<int>(timeline.rate.den);
    options.crf = settings.crf;
    options.preset = settings.preset;
    options.workers = workers;
    options.metadata = {{"title", settings.title}, {"comment", settings.comment}};
    return options;
}

/// Draws every frame in order into the encoder; the poster is one of them.
Result<void> draw_all(const Timeline& timeline,
                      media::Composer& composer,
                      media::CaptionRenderer* captions,
                      const FilmWork& work,
                      media::Encoder& encoder,
                      const std::string& poster_path) {
    const std::int64_t frames = timeline.duration_frames();
    const std::int64_t poster =
        std::min(frames - 1, poster_at_ms * timeline.rate.num / (timeline.rate.den * 1000));
    for (std::int64_t n = 0; n < frames; ++n) {
        if (work.interrupted && work.interrupted()) {
            return Error{"interrupted", "stopped by a signal", {}, "run it again", true};
        }
        media::Frame frame = encoder.spare();
        SMOS_CHECK(composer.draw(n, frame));
        if (captions != nullptr) {
            SMOS_CHECK(lay_captions(*captions->render(ms_of_frame(timeline, n)), frame));
        }
        if (n == poster)
            SMOS_CHECK(media::save_jpeg(poster_path, media::to_rgb(frame)));
        SMOS_CHECK(encoder.push(std::move(frame)));
        if (work.progress) {
            work.progress(static_cast<double>(n + 1) / static_cast<double>(frames), "frames");
        }
    }
    return {};
}

/// What the finished file says when it is read back.
Result<Json> measure(const Timeline& timeline, const std::string& path) {
    SMOS_TRY(const media::MediaInfo info, media::probe(path));
    SMOS_TRY(const media::AudioBuffer audio, media::decode_audio(path));
    const media::Loudness loudness = media::measure_loudness(audio);
    return Json{{"width", info.width_px},
                {"height", info.height_px},
                {"rate", {timeline.rate.num, timeline.rate.den}},
                {"duration_ms", ms_of_frame(timeline, info.frames)},
                {"frames", info.frames},
                {"video_codec", info.video_codec},
                {"audio_codec", info.audio_codec},
                {"lufs", std::round(loudness.integrated_lufs * 100) / 100},
                {"true_peak_dbtp", std::round(loudness.true_peak_dbtp * 100) / 100}};
}

} // namespace

Result<Json> film_engine() {
    SMOS_TRY(const media::FontSet fonts, media::FontSet::for_captions());
    Json list = Json::array();
    for (const media::Font& font : fonts.fonts()) {
        list.push_back(Json{{"family", font.family}, {"sha256", font.sha256}});
    }
    Json libraries = Json::object();
    for (const auto& [library, version] : media::library_versions())
        libraries[library] = version;
    return Json{{"engine", "smos-render/1"}, {"libraries", libraries}, {"fonts", list}};
}

Result<Film> make_film(const Timeline& timeline,
                       const std::map<std::string, std::string>& files,
                       const FilmSettings& settings,
                       const FilmWork& work,
                       const std::string& directory) {
    Film film;
    film.video_path = directory + "/video.mp4";
    film.poster_path = directory + "/poster.jpg";
    film.srt_path = directory + "/captions.srt";
    film.vtt_path = directory + "/captions.vtt";

    SMOS_TRY(
        auto encoder,
        media::Encoder::open(film.video_path, encode_options(timeline, settings, work.workers)));
    SMOS_TRY(media::Master master, mix(timeline, files));
    SMOS_CHECK(encoder->set_audio(std::move(master.audio)));
    SMOS_TRY(const auto stills, load_stills(timeline, files));

    const media::CaptionTrack track = captions_of(timeline, settings);
    SMOS_TRY(const media::FontSet fonts, media::FontSet::for_captions());
    SMOS_TRY(auto captions,
             media::CaptionRenderer::open(track, fonts, timeline.width_px(), timeline.height_px()));
    media::Composer composer{timeline, stills, work.device};
    const bool burn = timeline.outputs.front().burn;
    SMOS_CHECK(draw_all(
        timeline, composer, burn ? captions.get() : nullptr, work, *encoder, film.poster_path));
    SMOS_TRY(const media::EncodedFile encoded, encoder->finish());
    SMOS_EXPECT(encoded.frames == timeline.duration_frames());

    SMOS_CHECK(write_file_atomically(film.srt_path, media::to_srt(track)));
    SMOS_CHECK(write_file_atomically(film.vtt_path, media::to_webvtt(track)));
    SMOS_TRY(film.video_metadata, measure(timeline, film.video_path));
    Json missing = Json::array();
    for (const auto& glyph : captions->missing()) {
        missing.push_back(media::name_of_character(glyph.code_point));
    }
    film.caption_metadata = Json{{"boxes", box_list(captions->boxes())}, {"missing", missing}};
    return film;
}

} // namespace smos::stages
