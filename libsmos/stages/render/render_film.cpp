// SPDX-License-Identifier: Apache-2.0
// A resolved timeline and its assets' files to one finished film with poster and captions.
#include "libsmos/stages/render/render_film.hpp"

#include "libsmos/core/file.hpp"
#include "libsmos/media/captions/captions.hpp"
#include "libsmos/media/codec/decode.hpp"
#include "libsmos/media/codec/encode.hpp"
#include "libsmos/media/codec/gop_store.hpp"
#include "libsmos/media/codec/versions.hpp"
#include "libsmos/media/compose/composer.hpp"
#include "libsmos/media/picture/image.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/stages/render/film_captions.hpp"
#include "libsmos/stages/render/film_gops.hpp"
#include "libsmos/stages/render/film_heard.hpp"
#include "libsmos/stages/render/film_sound.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>

namespace smos::stages {
namespace {

using records::Json;
using records::Timeline;

constexpr std::int64_t poster_at_ms = 1200;

/// One film at work: what is drawn, what lies over it, and where it goes.
class Filming {
  public:
    Filming(const Timeline& timeline,
            const std::map<std::string, std::string>& files,
            const FilmSettings& settings,
            const FilmWork& work,
            const std::string& directory,
            media::CaptionTrack track)
        : timeline_(timeline),
          files_(files),
          settings_(settings),
          work_(work),
          composer_(timeline, files, work.device),
          sound_(timeline, files, directory),
          track_(std::move(track)) {}

    /// One for each lane: a renderer is quick only where the next frame is near the last.
    Result<media::CaptionRenderer*> captions(int lane) {
        auto& renderer = captions_[lane];
        if (!renderer) {
            SMOS_TRY(const media::FontSet fonts, media::fonts_for(track_));
            SMOS_TRY(renderer,
                     media::CaptionRenderer::open(
                         track_, fonts, timeline_.width_px(), timeline_.height_px()));
        }
        return renderer.get();
    }

    const media::CaptionTrack& track() const { return track_; }

    Result<void> draw(std::int64_t n, int lane, media::Frame& frame) {
        SMOS_CHECK(composer_.draw(n, lane, frame));
        if (!burnt())
            return {};
        SMOS_TRY(media::CaptionRenderer * words, captions(lane));
        return lay_captions(*words->render(ms_of_frame(timeline_, n)), frame);
    }

    Result<void> save_poster(const std::string& path) {
        const std::int64_t wanted = poster_at_ms * timeline_.rate.num / (timeline_.rate.den * 1000);
        media::Frame frame{timeline_.width_px(), timeline_.height_px()};
        SMOS_CHECK(draw(std::min(timeline_.duration_frames() - 1, wanted), 0, frame));
        return media::save_jpeg(path, media::to_rgb(frame));
    }

    Result<media::EncodedFile> encode(const std::string& path) {
        SMOS_TRY(const media::EncodeOptions options, encode_options());
        SMOS_TRY(auto encoder, media::Encoder::open(path, options));
        SMOS_CHECK(encoder->set_audio(sound_key(timeline_), [this](const media::HeardSound* heard) {
            return take_.next(heard);
        }));
        SMOS_CHECK(draw_all(*encoder));
        SMOS_TRY(const media::EncodedFile encoded, encoder->finish());
        SMOS_EXPECT(encoded.frames == timeline_.duration_frames());
        return encoded;
    }

    Result<FilmHeard>
    hear(const media::EncodedFile& encoded, const std::string& path, const std::string& directory) {
        return hear_film(sound_, encoded, path, store_.get(), directory);
    }

  private:
    bool burnt() const { return timeline_.outputs.front().burn; }

    Result<media::EncodeOptions> encode_options() {
        media::EncodeOptions options;
        options.width_px = timeline_.width_px();
        options.height_px = timeline_.height_px();
        options.rate_num = static_cast<int>(timeline_.rate.num);
        options.rate_den = static_cast<int>(timeline_.rate.den);
        options.crf = settings_.crf;
        options.preset = settings_.preset;
        options.workers = work_.workers;
        options.metadata = {{"title", settings_.title}, {"comment", settings_.comment}};
        SMOS_TRY(media::CaptionRenderer * words, captions(0));
        SMOS_TRY(options.gops, gops_of(timeline_, composer_, burnt() ? words : nullptr));
        if (!work_.gop_directory.empty()) {
            SMOS_TRY(store_, media::FileGopStore::open(work_.gop_directory, work_.gop_limit_bytes));
            options.store = store_;
        }
        return options;
    }

    /// Every frame that the encoder asks for.
    Result<void> draw_all(media::Encoder& encoder) {
        const auto frames = static_cast<double>(timeline_.duration_frames());
        for (int drawn = 1;; ++drawn) {
            if (work_.interrupted && work_.interrupted())
                return Error{"interrupted", "stopped by a signal", {}, "run it again", true};
            SMOS_TRY(const auto wanted, encoder.next());
            if (!wanted)
                return {};
            media::Frame frame = encoder.spare();
            SMOS_CHECK(draw(wanted->frame, wanted->lane, frame));
            SMOS_CHECK(encoder.push(std::move(frame)));
            if (work_.progress)
                work_.progress(drawn / frames, "frames");
        }
    }

    const Timeline& timeline_;
    const std::map<std::string, std::string>& files_;
    const FilmSettings& settings_;
    const FilmWork& work_;
    media::Composer composer_;
    FilmSound sound_;
    SoundTake take_{sound_};
    std::shared_ptr<media::GopStore> store_;
    media::CaptionTrack track_;
    std::map<int, std::unique_ptr<media::CaptionRenderer>> captions_; // by lane
};

/// What the finished file says when it is read back.
Result<Json> measure(const Timeline& timeline, const std::string& path, const FilmHeard& heard) {
    SMOS_TRY(const media::MediaInfo info, media::probe(path));
    return Json{{"width", info.width_px},
                {"height", info.height_px},
                {"rate", {timeline.rate.num, timeline.rate.den}},
                {"duration_ms", ms_of_frame(timeline, info.frames)},
                {"frames", info.frames},
                {"video_codec", info.video_codec},
                {"audio_codec", info.audio_codec},
                {"lufs", heard.lufs},
                {"true_peak_dbtp", heard.true_peak_dbtp}};
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

    SMOS_TRY(media::CaptionTrack track, captions_of(timeline, settings.caption_accent));
    SMOS_CHECK(check_sound(timeline));
    Filming filming{timeline, files, settings, work, directory, std::move(track)};
    SMOS_CHECK(filming.save_poster(film.poster_path));
    SMOS_TRY(const media::EncodedFile encoded, filming.encode(film.video_path));
    film.gops_encoded = encoded.gops_encoded;
    film.gops_reused = encoded.gops_reused;

    SMOS_CHECK(write_file_atomically(film.srt_path, media::to_srt(filming.track())));
    SMOS_CHECK(write_file_atomically(film.vtt_path, media::to_webvtt(filming.track())));
    const auto& sidecars = timeline.outputs.front().sidecar;
    if (std::find(sidecars.begin(), sidecars.end(), "ass") != sidecars.end()) {
        film.ass_path = directory + "/captions.ass";
        SMOS_CHECK(write_file_atomically(
            film.ass_path,
            media::to_ass(filming.track(), timeline.width_px(), timeline.height_px())));
    }
    SMOS_TRY(const FilmHeard heard, filming.hear(encoded, film.video_path, directory));
    film.sync = heard.sync;
    film.downgrades = loudness_downgrades(timeline, heard);
    SMOS_TRY(film.video_metadata, measure(timeline, film.video_path, heard));
    SMOS_TRY(const media::CaptionRenderer* words, filming.captions(0));
    film.caption_metadata = caption_notes(*words);
    return film;
}

} // namespace smos::stages
