// SPDX-License-Identifier: Apache-2.0
// Draws the outputs of a timeline in lockstep and writes what belongs to each.
#include "libsmos/stages/render/render_film.hpp"

#include "libsmos/core/file.hpp"
#include "libsmos/media/codec/decode.hpp"
#include "libsmos/media/codec/encode.hpp"
#include "libsmos/media/codec/encode_probe.hpp"
#include "libsmos/media/codec/gop_store.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/records/timeline/timeline_presets.hpp"
#include "libsmos/stages/render/film_captions.hpp"
#include "libsmos/stages/render/film_gops.hpp"
#include "libsmos/stages/render/film_heard.hpp"
#include "libsmos/stages/render/film_masters.hpp"
#include "libsmos/stages/render/film_picture.hpp"
#include "libsmos/stages/render/film_poster.hpp"
#include "libsmos/stages/render/film_sound.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <future>
#include <map>
#include <memory>

namespace smos::stages {
namespace {

using records::Json;
using records::Timeline;

// A further output keeps stills shrunk to its own moves.
constexpr std::size_t further_picture_bytes = std::size_t{48} << 20U;

std::int64_t thread_cpu_us() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000;
}

/// What the finished file says when it is read back.
Json metadata_of(const Timeline& timeline, const media::MediaInfo& info, const FilmHeard& heard) {
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

/// One output at work: what is drawn, what lies over it, and where it goes.
class Filming {
  public:
    Filming(Timeline timeline,
            std::shared_ptr<media::Pictures> pictures,
            FilmMasters& masters,
            const FilmWork& work,
            const std::string& folder)
        : timeline_(std::move(timeline)),
          master_(masters.of(timeline_)),
          work_(work),
          folder_(folder),
          picture_(timeline_, std::move(pictures), work.device),
          poster_(timeline_, picture_, folder + "/poster.jpg") {
        const records::TimelineOutput& output = timeline_.outputs.front();
        const std::string container = media::container_of(output.encoding->encoder);
        film_.id = output.id;
        film_.preset = output.preset;
        film_.video_path = folder + "/video." + container;
        film_.video_mime = container == "mov" ? "video/quicktime" : "video/mp4";
        film_.poster_path = folder + "/poster.jpg";
    }

    Result<void> start() {
        const records::TimelineEncoding& how = *timeline_.outputs.front().encoding;
        SMOS_CHECK(picture_.open(how.accent));
        const std::int64_t before_us = thread_cpu_us();
        SMOS_TRY(const media::EncodeOptions options, encode_options());
        SMOS_CHECK(poster_.open(store_.get()));
        planning_us_ = thread_cpu_us() - before_us;
        SMOS_TRY(encoder_, media::Encoder::open(film_.video_path, options));
        picture_.composer().expect(encoder_->to_draw(), std::max(1, work_.workers));
        return encoder_->set_audio(
            master_.digest, [this](const media::HeardSound* heard) { return take_.next(heard); });
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
        SMOS_CHECK(picture_.draw_without_words(wanted_->frame, wanted_->lane, frame));
        poster_.look(wanted_->frame, frame);
        SMOS_CHECK(picture_.lay_words(wanted_->frame, frame));
        drawing_us_ += thread_cpu_us() - before_us;
        SMOS_CHECK(poster_.see(wanted_->frame, frame));
        wanted_.reset();
        ++frames_drawn_;
        return encoder_->push(std::move(frame));
    }

    std::int64_t frames_drawn() const { return frames_drawn_; }

    Result<Film> finish() {
        SMOS_TRY(const media::EncodedFile encoded, encoder_->finish());
        SMOS_EXPECT(encoded.frames == timeline_.duration_frames());
        encoder_.reset();
        // The file is read by three at once, and hearing it takes longest.
        const std::string& path = film_.video_path;
        auto hashing = std::async(std::launch::async, [&] { return sha256_of_file(path); });
        auto probing = std::async(std::launch::async, [&] { return media::probe(path); });
        film_.gops_encoded = encoded.gops_encoded;
        film_.gops_reused = encoded.gops_reused;
        if (encoded.store_problem && work_.warn)
            work_.warn("the next render cannot use what this one encoded: " +
                       encoded.store_problem->text());
        SMOS_CHECK(poster_.finish());
        SMOS_CHECK(write_captions());
        SMOS_TRY(const FilmHeard heard,
                 hear_film(master_.sound, encoded, film_.video_path, store_.get(), folder_));
        film_.sync = heard.sync;
        film_.downgrades = loudness_downgrades(timeline_, heard);
        SMOS_TRY(const media::MediaInfo info, probing.get());
        film_.video_metadata = metadata_of(timeline_, info, heard);
        (*film_.video_metadata)["encoder"] = timeline_.outputs.front().encoding->encoder;
        (*film_.video_metadata)["work"] = Json{{"frames_drawn", frames_drawn_},
                                               {"planning_cpu_ms", planning_us_ / 1000},
                                               {"drawing_cpu_ms", drawing_us_ / 1000},
                                               {"gops_encoded", film_.gops_encoded},
                                               {"gops_reused", film_.gops_reused}};
        SMOS_TRY(film_.video_sha256, hashing.get());
        if (const media::CaptionRenderer* words = picture_.words())
            film_.caption_metadata = caption_notes(*words);
        return std::move(film_);
    }

  private:
    Result<void> write_captions() {
        const records::TimelineOutput& output = timeline_.outputs.front();
        SMOS_TRY(const auto files,
                 caption_files(timeline_, output.sidecar, output.encoding->accent));
        for (const CaptionFile& file : files) {
            film_.captions.push_back({folder_ + "/" + file.name, file.mime_type, file.language});
            SMOS_CHECK(write_file_atomically(film_.captions.back().path, file.text));
        }
        return {};
    }

    Result<media::EncodeOptions> encode_options() {
        media::EncodeOptions options = encode_options_of(timeline_);
        options.workers = work_.workers;
        options.shared_sound = master_.packets;
        SMOS_TRY(options.gops, gops_of(timeline_, picture_.composer(), picture_.words()));
        if (!work_.gop_directory.empty()) {
            SMOS_TRY(store_, media::FileGopStore::open(work_.gop_directory, work_.gop_limit_bytes));
            options.store = store_;
        }
        return options;
    }

    const Timeline timeline_;
    FilmMasters::Master& master_;
    SoundTake take_{master_.sound};
    std::shared_ptr<media::GopStore> store_;
    const FilmWork& work_;
    const std::string folder_;
    FilmPicture picture_;
    FilmPoster poster_;
    Film film_;
    std::optional<media::WantedFrame> wanted_;
    bool drawn_ = false;
    std::int64_t frames_drawn_ = 0;
    std::int64_t planning_us_ = 0;
    std::int64_t drawing_us_ = 0;
    std::unique_ptr<media::Encoder> encoder_; // goes first: its thread takes the sound
};

using Filmings = std::vector<std::unique_ptr<Filming>>;

void say(const FilmWork& work, double fraction, const std::string& what) {
    if (work.progress)
        work.progress(fraction, what);
}

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
        if (behind == nullptr) {
            say(work, 1.0, "writing");
            return {};
        }
        SMOS_CHECK(behind->draw_next());
        if (work.frames)
            work.frames(drawn, frames);
        say(work, static_cast<double>(drawn) / static_cast<double>(frames), "frames");
    }
}

/// Stills are known by what they hold, and by who draws them.
Result<void>
keep_stills(const Timeline& timeline, const FilmWork& work, media::Pictures& pictures) {
    if (work.gop_directory.empty())
        return {};
    SMOS_TRY(auto store, media::FileGopStore::open(work.gop_directory, work.gop_limit_bytes));
    const std::string engine = drawing_engine();
    std::map<std::string, Digest> contents;
    for (const auto& [id, asset] : timeline.assets)
        if (asset.kind == "image" && asset.checksum)
            contents[id] = sha256(engine + " " + *asset.checksum);
    pictures.keep_in(
        std::make_shared<const media::ShrunkStills>(std::move(store), std::move(contents)));
    return {};
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
        (work.picture_bytes > 0 ? work.picture_bytes : media::default_picture_bytes) +
            (outputs - 1) * further_picture_bytes,
        static_cast<int>(outputs));
    SMOS_CHECK(keep_stills(timeline, work, *pictures));
    FilmMasters masters{files, directory};
    Filmings filmings;
    for (std::size_t i = 0; i < outputs; ++i) {
        SMOS_TRY(const std::string folder, folder_for(directory, i));
        filmings.push_back(std::make_unique<Filming>(
            records::timeline_of_output(timeline, i), pictures, masters, work, folder));
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
