// SPDX-License-Identifier: Apache-2.0
// Draws the outputs of a timeline in lockstep and writes what belongs to each.
#include "libsmos/stages/render/render_film.hpp"

#include "libsmos/core/file.hpp"
#include "libsmos/media/captions/captions.hpp"
#include "libsmos/media/codec/decode.hpp"
#include "libsmos/media/codec/encode.hpp"
#include "libsmos/media/codec/encode_probe.hpp"
#include "libsmos/media/codec/gop_store.hpp"
#include "libsmos/media/compose/composer.hpp"
#include "libsmos/media/picture/image.hpp"
#include "libsmos/media/sound/loudness.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/records/timeline/timeline_presets.hpp"
#include "libsmos/stages/render/film_captions.hpp"
#include "libsmos/stages/render/film_gops.hpp"
#include "libsmos/stages/render/film_masters.hpp"
#include "libsmos/stages/render/film_sound.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <filesystem>
#include <map>
#include <memory>
#include <thread>

namespace smos::stages {
namespace {

using records::Json;
using records::Timeline;

constexpr std::int64_t poster_at_ms = 1200;
// A further output keeps stills shrunk to its own moves.
constexpr std::size_t further_picture_bytes = std::size_t{48} << 20U;

std::int64_t thread_cpu_us() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000;
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

/// One output at work: what is drawn, what lies over it, and where it goes.
class Filming {
  public:
    Filming(Timeline timeline,
            std::shared_ptr<media::Pictures> pictures,
            FilmMasters& masters,
            const FilmWork& work,
            const std::string& folder)
        : timeline_(std::move(timeline)),
          masters_(masters),
          sound_(masters.add(timeline_)),
          work_(work),
          composer_(timeline_, std::move(pictures), work.device) {
        const records::TimelineOutput& output = timeline_.outputs.front();
        const std::string container = media::container_of(output.encoding->encoder);
        film_.id = output.id;
        film_.preset = output.preset;
        film_.video_path = folder + "/video." + container;
        film_.video_mime = container == "mov" ? "video/quicktime" : "video/mp4";
        film_.poster_path = folder + "/poster.jpg";
        film_.srt_path = folder + "/captions.srt";
        film_.vtt_path = folder + "/captions.vtt";
        if (std::find(output.sidecar.begin(), output.sidecar.end(), "ass") != output.sidecar.end())
            film_.ass_path = folder + "/captions.ass";
        const std::int64_t poster_at =
            poster_at_ms * timeline_.rate.num / (timeline_.rate.den * 1000);
        poster_frame_ = std::min(timeline_.duration_frames() - 1, poster_at);
    }

    Result<void> start() {
        const records::TimelineEncoding& how = *timeline_.outputs.front().encoding;
        SMOS_TRY(track_, captions_of(timeline_, how.accent));
        const std::int64_t before_us = thread_cpu_us();
        SMOS_TRY(const media::EncodeOptions options, encode_options(how));
        planning_us_ = thread_cpu_us() - before_us;
        SMOS_TRY(encoder_, media::Encoder::open(film_.video_path, options));
        return encoder_->set_audio(masters_.digest(sound_),
                                   [this] { return masters_.take(sound_); });
    }

    /// The frame to draw next; none: all are drawn.
    Result<std::optional<std::int64_t>> wants() {
        if (!wanted_ && !drawn_) {
            SMOS_TRY(wanted_, encoder_->next());
            drawn_ = !wanted_;
        }
        return wanted_ ? std::optional{wanted_->frame} : std::nullopt;
    }

    Result<void> draw_next() {
        const std::int64_t before_us = thread_cpu_us();
        media::Frame frame = encoder_->spare();
        SMOS_CHECK(draw(wanted_->frame, wanted_->lane, frame));
        drawing_us_ += thread_cpu_us() - before_us;
        if (wanted_->frame == poster_frame_)
            SMOS_CHECK(save_poster(frame));
        wanted_.reset();
        ++frames_drawn_;
        return encoder_->push(std::move(frame));
    }

    std::int64_t frames_drawn() const { return frames_drawn_; }

    Result<Film> finish() {
        SMOS_TRY(const media::EncodedFile encoded, encoder_->finish());
        SMOS_EXPECT(encoded.frames == timeline_.duration_frames());
        encoder_.reset();
        film_.gops_encoded = encoded.gops_encoded;
        film_.gops_reused = encoded.gops_reused;
        if (!poster_saved_) {
            media::Frame frame{timeline_.width_px(), timeline_.height_px()};
            SMOS_CHECK(draw(poster_frame_, 0, frame));
            SMOS_CHECK(save_poster(frame));
        }
        SMOS_CHECK(write_captions());
        SMOS_TRY(film_.video_metadata, measure(timeline_, film_.video_path));
        (*film_.video_metadata)["encoder"] = timeline_.outputs.front().encoding->encoder;
        (*film_.video_metadata)["work"] = Json{{"frames_drawn", frames_drawn_},
                                               {"planning_cpu_ms", planning_us_ / 1000},
                                               {"drawing_cpu_ms", drawing_us_ / 1000},
                                               {"gops_encoded", film_.gops_encoded},
                                               {"gops_reused", film_.gops_reused}};
        SMOS_TRY(const media::CaptionRenderer* words, captions(0));
        film_.caption_metadata = caption_notes(*words);
        return std::move(film_);
    }

  private:
    bool burnt() const { return timeline_.outputs.front().burn; }

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

    Result<void> draw(std::int64_t n, int lane, media::Frame& frame) {
        SMOS_CHECK(composer_.draw(n, lane, frame));
        if (!burnt())
            return {};
        SMOS_TRY(media::CaptionRenderer * words, captions(lane));
        return lay_captions(*words->render(ms_of_frame(timeline_, n)), frame);
    }

    Result<void> save_poster(const media::Frame& frame) {
        poster_saved_ = true;
        return media::save_jpeg(film_.poster_path, media::to_rgb(frame));
    }

    Result<void> write_captions() {
        SMOS_CHECK(write_file_atomically(film_.srt_path, media::to_srt(track_)));
        SMOS_CHECK(write_file_atomically(film_.vtt_path, media::to_webvtt(track_)));
        if (film_.ass_path.empty())
            return {};
        return write_file_atomically(
            film_.ass_path, media::to_ass(track_, timeline_.width_px(), timeline_.height_px()));
    }

    Result<media::EncodeOptions> encode_options(const records::TimelineEncoding& how) {
        media::EncodeOptions options;
        options.width_px = timeline_.width_px();
        options.height_px = timeline_.height_px();
        options.rate_num = static_cast<int>(timeline_.rate.num);
        options.rate_den = static_cast<int>(timeline_.rate.den);
        options.encoder = how.encoder;
        options.crf = static_cast<int>(how.crf);
        options.preset = how.preset;
        options.workers = work_.workers;
        options.metadata = {{"title", how.title}, {"comment", how.comment.value_or("")}};
        SMOS_TRY(media::CaptionRenderer * words, captions(0));
        SMOS_TRY(options.gops, gops_of(timeline_, composer_, burnt() ? words : nullptr));
        if (!work_.gop_directory.empty()) {
            SMOS_TRY(options.store,
                     media::FileGopStore::open(work_.gop_directory, work_.gop_limit_bytes));
        }
        return options;
    }

    const Timeline timeline_;
    FilmMasters& masters_;
    const std::string sound_;
    const FilmWork& work_;
    media::Composer composer_;
    media::CaptionTrack track_;
    std::map<int, std::unique_ptr<media::CaptionRenderer>> captions_; // by lane
    Film film_;
    std::int64_t poster_frame_ = 0;
    bool poster_saved_ = false;
    std::optional<media::WantedFrame> wanted_;
    bool drawn_ = false;
    std::int64_t frames_drawn_ = 0;
    std::int64_t planning_us_ = 0;
    std::int64_t drawing_us_ = 0;
    std::unique_ptr<media::Encoder> encoder_; // goes first: its sound is taken from the masters
};

using Filmings = std::vector<std::unique_ptr<Filming>>;

/// Always for the output that is furthest behind, so that what one has decoded the others find.
Result<void> draw_all(const Filmings& filmings, const FilmWork& work, std::int64_t frames) {
    for (std::int64_t drawn = 1;; ++drawn) {
        if (work.interrupted && work.interrupted())
            return Error{"interrupted", "stopped by a signal", {}, "run it again", true};
        Filming* behind = nullptr;
        std::int64_t least = 0;
        for (const auto& filming : filmings) {
            SMOS_TRY(const auto wanted, filming->wants());
            if (!wanted || (behind != nullptr && *wanted >= least))
                continue;
            behind = filming.get();
            least = *wanted;
        }
        if (behind == nullptr)
            return {};
        SMOS_CHECK(behind->draw_next());
        if (work.progress)
            work.progress(static_cast<double>(drawn) / static_cast<double>(frames), "frames");
    }
}

/// Encoders cost memory each: the outputs share them.
FilmWork shared_work(const FilmWork& work, std::size_t outputs) {
    FilmWork each = work;
    if (outputs > 1) {
        const int all =
            work.workers > 0 ? work.workers : static_cast<int>(std::thread::hardware_concurrency());
        each.workers = std::max(1, all / static_cast<int>(outputs));
    }
    return each;
}

Result<std::string> folder_for(const std::string& directory, std::size_t output) {
    const std::string folder = fmt::format("{}/{}", directory, output);
    std::error_code failed;
    std::filesystem::create_directories(folder, failed);
    if (failed)
        return Error{"cannot_create", failed.message(), folder};
    return folder;
}

} // namespace

Result<std::vector<Film>> make_films(const Timeline& timeline,
                                     const std::map<std::string, std::string>& files,
                                     const FilmWork& work,
                                     const std::string& directory) {
    const std::size_t outputs = timeline.outputs.size();
    const auto pictures = std::make_shared<media::Pictures>(
        files,
        media::default_picture_bytes + (outputs - 1) * further_picture_bytes,
        static_cast<int>(outputs));
    const FilmWork each = shared_work(work, outputs);
    FilmMasters masters{files};
    Filmings filmings;
    for (std::size_t i = 0; i < outputs; ++i) {
        SMOS_TRY(const std::string folder, folder_for(directory, i));
        filmings.push_back(std::make_unique<Filming>(
            records::timeline_of_output(timeline, i), pictures, masters, each, folder));
    }
    for (const auto& filming : filmings)
        SMOS_CHECK(filming->start());
    SMOS_CHECK(
        draw_all(filmings, work, timeline.duration_frames() * static_cast<std::int64_t>(outputs)));
    std::vector<Film> films;
    for (const auto& filming : filmings) {
        SMOS_TRY(Film film, filming->finish());
        films.push_back(std::move(film));
    }
    return films;
}

} // namespace smos::stages
