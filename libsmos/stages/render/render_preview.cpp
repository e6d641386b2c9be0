// SPDX-License-Identifier: Apache-2.0
// Single frames of a film, a sheet of them, and a film of half the size.
#include "libsmos/stages/render/render_preview.hpp"

#include "libsmos/kernels/compose.hpp"
#include "libsmos/kernels/shrink.hpp"
#include "libsmos/media/codec/encode.hpp"
#include "libsmos/media/picture/image.hpp"
#include "libsmos/records/timeline/timeline_presets.hpp"
#include "libsmos/stages/render/film_captions.hpp"
#include "libsmos/stages/render/film_gops.hpp"
#include "libsmos/stages/render/film_picture.hpp"
#include "libsmos/stages/render/film_sound.hpp"
#include "libsmos/stages/render/poster_choice.hpp"
#include "libsmos/stages/render/render_memory.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <memory>

namespace smos::stages {
namespace {

using records::Timeline;

constexpr int sheet_picture_px = 270;
constexpr int sheet_gap_px = 6;
constexpr int preview_crf = 26;
constexpr const char* preview_preset = "ultrafast";

Result<media::Frame> shrunk(const media::Frame& frame, int width_px, int height_px) {
    media::Frame small{width_px, height_px};
    const auto outcome = kernels::shrink_picture(picture_of(frame), picture_of(small));
    if (outcome != kernels::Outcome::done)
        return Error{"compose_failed", kernels::name_of(outcome), "preview"};
    return small;
}

int height_for(const Timeline& timeline, int width_px) {
    return std::max(1, width_px * timeline.height_px() / timeline.width_px());
}

/// Draws the frames of a film at the size of its canvas.
class Looking {
  public:
    /// The first output is what is looked at.
    Looking(const RenderOptions& options, const Timeline& timeline)
        : options_(options),
          timeline_(records::timeline_of_output(timeline, 0)) {}

    const Timeline& timeline() const { return timeline_; }

    Result<void> open() {
        for (const auto& [id, asset] : timeline_.assets) {
            SMOS_TRY(files_[id], options_.sources.assets->path_of(asset.uri.value_or("")));
        }
        SMOS_TRY(memory_,
                 plan_memory(timeline_,
                             files_,
                             {preview_preset, options_.workers, options_.mem_limit_bytes}));
        picture_ = std::make_unique<FilmPicture>(
            timeline_,
            std::make_shared<media::Pictures>(files_, memory_.picture_bytes, 1),
            options_.device);
        SMOS_CHECK(picture_->open(timeline_.outputs.front().encoding->accent));
        return {};
    }

    Result<void> draw(std::int64_t n, int lane, media::Frame& frame) {
        if (options_.interrupted && options_.interrupted())
            return Error{"interrupted", "stopped by a signal", {}, "run it again", true};
        return picture_->draw(n, lane, frame);
    }

    Result<void> draw_without_words(std::int64_t n, media::Frame& frame) {
        return picture_->draw_without_words(n, 0, frame);
    }

    Result<media::EncodedFile> encode(const std::string& path, const std::string& task) {
        const int width = half(timeline_.width_px()), height = half(timeline_.height_px());
        media::EncodeOptions wanted;
        wanted.width_px = width;
        wanted.height_px = height;
        wanted.rate_num = static_cast<int>(timeline_.rate.num);
        wanted.rate_den = static_cast<int>(timeline_.rate.den);
        wanted.crf = preview_crf;
        wanted.preset = preview_preset;
        wanted.workers = memory_.workers;
        SMOS_TRY(wanted.gops, gops_of(timeline_, picture_->composer(), nullptr));
        FilmSound sound{timeline_, files_, std::filesystem::path{path}.parent_path().string()};
        SoundTake take{sound};
        SMOS_TRY(auto encoder, media::Encoder::open(path, wanted));
        SMOS_CHECK(encoder->set_audio(
            std::nullopt, [&](const media::HeardSound* heard) { return take.next(heard); }));
        media::Frame full{timeline_.width_px(), timeline_.height_px()};
        for (std::int64_t drawn = 0;;) {
            SMOS_TRY(const auto next, encoder->next());
            if (!next)
                return encoder->finish();
            SMOS_CHECK(draw(next->frame, next->lane, full));
            SMOS_TRY(media::Frame small, shrunk(full, width, height));
            SMOS_CHECK(encoder->push(std::move(small)));
            say(task, ++drawn);
        }
    }

    static int half(int side) { return std::max(16, side / 4 * 2); }

  private:
    void say(const std::string& task, std::int64_t drawn) const {
        const std::int64_t frames = timeline_.duration_frames();
        if (options_.frames)
            options_.frames(drawn, frames);
        if (options_.progress)
            options_.progress(task,
                              0.1 + 0.85 * static_cast<double>(drawn) / static_cast<double>(frames),
                              "preview");
    }

    const RenderOptions& options_;
    const Timeline timeline_;
    std::map<std::string, std::string> files_;
    MemoryPlan memory_;
    std::unique_ptr<FilmPicture> picture_;
};

void paste(const media::RgbImage& picture, int left, int top, media::RgbImage& sheet) {
    const auto row_bytes = 3 * static_cast<std::size_t>(picture.width_px);
    for (int y = 0; y < picture.height_px; ++y) {
        const auto from = static_cast<std::size_t>(y) * row_bytes;
        const auto to =
            3 * (static_cast<std::size_t>(top + y) * static_cast<std::size_t>(sheet.width_px) +
                 static_cast<std::size_t>(left));
        std::copy_n(picture.pixels.begin() + static_cast<std::ptrdiff_t>(from),
                    row_bytes,
                    sheet.pixels.begin() + static_cast<std::ptrdiff_t>(to));
    }
}

/// About as many across as makes the sheet as wide as high.
int columns_for(std::size_t count, int width_px, int height_px) {
    const double across = std::sqrt(static_cast<double>(count) * height_px / width_px);
    return std::clamp(static_cast<int>(std::lround(across)),
                      1,
                      static_cast<int>(std::min<std::size_t>(count, 12)));
}

media::RgbImage sheet_of(const std::vector<media::RgbImage>& pictures) {
    const int width = pictures.front().width_px, height = pictures.front().height_px;
    const int columns = columns_for(pictures.size(), width, height);
    const int rows = (static_cast<int>(pictures.size()) + columns - 1) / columns;
    media::RgbImage sheet;
    sheet.width_px = columns * (width + sheet_gap_px) + sheet_gap_px;
    sheet.height_px = rows * (height + sheet_gap_px) + sheet_gap_px;
    sheet.pixels.assign(3 * static_cast<std::size_t>(sheet.width_px) *
                            static_cast<std::size_t>(sheet.height_px),
                        24);
    for (std::size_t i = 0; i < pictures.size(); ++i) {
        const int place = static_cast<int>(i);
        paste(pictures[i],
              sheet_gap_px + place % columns * (width + sheet_gap_px),
              sheet_gap_px + place / columns * (height + sheet_gap_px),
              sheet);
    }
    return sheet;
}

Result<void> look_at_moments(Looking& looking,
                             const Timeline& timeline,
                             const PreviewWish& wish,
                             Preview& preview) {
    const int sheet_width = std::min(sheet_picture_px, timeline.width_px());
    std::vector<media::RgbImage> tiles;
    media::Frame frame{timeline.width_px(), timeline.height_px()};
    for (const std::int64_t n : moments_of(timeline, wish.moments)) {
        SMOS_CHECK(looking.draw(n, 0, frame));
        Moment moment{n, ms_of_frame(timeline, n), {}};
        if (wish.moment_width_px > 0) {
            const int width = std::min(wish.moment_width_px, timeline.width_px());
            SMOS_TRY(const media::Frame small, shrunk(frame, width, height_for(timeline, width)));
            moment.picture = media::to_rgb(small);
        }
        if (!wish.sheet_path.empty()) {
            SMOS_TRY(const media::Frame tile,
                     shrunk(frame, sheet_width, height_for(timeline, sheet_width)));
            tiles.push_back(media::to_rgb(tile));
        }
        preview.moments.push_back(std::move(moment));
    }
    if (!wish.sheet_path.empty())
        SMOS_CHECK(media::save_jpeg(wish.sheet_path, sheet_of(tiles)));
    return {};
}

} // namespace

std::vector<std::int64_t> moments_of(const Timeline& timeline, int count) {
    std::vector<std::int64_t> moments;
    const std::int64_t frames = timeline.duration_frames();
    for (int i = 0; i < count; ++i)
        moments.push_back((2 * i + 1) * frames / (2 * count));
    if (count > 0)
        return moments;
    for (const records::TimelineItem& item : timeline.main_track().items) {
        std::int64_t frame = item.at.value + item.dur.value / 2;
        const std::int64_t end = std::min(item.at.value + item.dur.value, frames);
        while (frame + 1 < end && in_transition(timeline, frame))
            ++frame;
        moments.push_back(std::clamp<std::int64_t>(frame, 0, frames - 1));
    }
    return moments;
}

Result<Preview> preview_timeline(const RenderOptions& options,
                                 const Timeline& whole,
                                 const std::string& task,
                                 const PreviewWish& wish) {
    Looking looking{options, whole};
    SMOS_CHECK(looking.open());
    const Timeline& timeline = looking.timeline();
    Preview preview;
    preview.width_px = Looking::half(timeline.width_px());
    preview.height_px = Looking::half(timeline.height_px());
    if (!wish.poster_path.empty()) {
        PosterChoice choice{timeline};
        media::Frame frame{timeline.width_px(), timeline.height_px()};
        for (const std::int64_t n : choice.unseen()) {
            SMOS_CHECK(looking.draw_without_words(n, frame));
            choice.look(n, frame);
        }
        preview.poster_frame = choice.best();
        SMOS_CHECK(looking.draw(preview.poster_frame, 0, frame));
        SMOS_CHECK(media::save_jpeg(wish.poster_path, media::to_rgb(frame)));
    }
    if (!wish.sheet_path.empty() || wish.moment_width_px > 0)
        SMOS_CHECK(look_at_moments(looking, timeline, wish, preview));
    if (!wish.film_path.empty())
        SMOS_CHECK(looking.encode(wish.film_path, task));
    if (options.progress)
        options.progress(task, 1.0, "preview");
    return preview;
}

} // namespace smos::stages
