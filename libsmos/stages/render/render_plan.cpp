// SPDX-License-Identifier: Apache-2.0
// What a render would do, cost and need, without doing any of it.
#include "libsmos/stages/render/render_plan.hpp"

#include "libsmos/core/utf8.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/records/timeline/timeline_presets.hpp"
#include "libsmos/stages/render/film_gops.hpp"
#include "libsmos/stages/render/film_picture.hpp"
#include "libsmos/stages/render/render_memory.hpp"
#include "libsmos/stages/render/render_words.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>

namespace smos::stages {
namespace {

using records::Json;
using records::Timeline;

// Bits of a pixel of a frame at crf 20, generously: moving stills took 0.15, noise takes more.
constexpr double bits_per_pixel = 0.25;
constexpr std::int64_t audio_bytes_per_second = 24'000;
constexpr std::int64_t wave_bytes_per_second = 192'000;
constexpr std::int64_t group_frames = 60;
// A character of speech at 165 words a minute, and the silence around a line.
constexpr std::int64_t character_ms = 69;
constexpr std::int64_t line_rest_ms = 320;
// A still is painted half again as large as the picture.
constexpr std::int64_t still_pixels_num = 9, still_pixels_den = 4;

struct Length {
    bool resolved = false;
    std::int64_t frames = 0;
};

std::int64_t ms_of(const Timeline& timeline, std::int64_t frames) {
    return frames * 1000 * timeline.rate.den / timeline.rate.num;
}

std::int64_t line_ms(const records::TimelineAsset& asset) {
    const std::string text = asset.request ? asset.request->value("text", "") : std::string{};
    return static_cast<std::int64_t>(code_points(text).size()) * character_ms + line_rest_ms;
}

/// From the words of voices that were not spoken yet.
std::int64_t estimated_frames(const Timeline& timeline, std::int64_t target_ms) {
    std::int64_t exact = 0, spoken_ms = 0;
    for (const records::TimelineTrack& track : timeline.tracks)
        for (const records::TimelineItem& item : track.items)
            if (item.at.exact() && item.dur.exact())
                exact = std::max(exact, item.at.value + item.dur.value);
    for (const auto* voice : timeline.sounds_of("voice")) {
        const auto asset = timeline.assets.find(voice->asset);
        if (asset == timeline.assets.end() || !asset->second.request)
            continue;
        spoken_ms += line_ms(asset->second);
    }
    const std::int64_t ms = std::max(spoken_ms, target_ms);
    return std::max({exact, ms * timeline.rate.num / (timeline.rate.den * 1000), std::int64_t{1}});
}

/// What the plan is made of.
class Planning {
  public:
    Planning(const RenderOptions& options, const Timeline& timeline)
        : options_(options),
          timeline_(timeline) {
        options_.sources.only_stored = true;
        options_.resolve_only = true;
        options_.progress = nullptr;
    }

    Result<Json> plan(const std::string& task, std::int64_t target_ms) {
        SMOS_CHECK(resolve(task, target_ms));
        SMOS_CHECK(quote());
        SMOS_CHECK(group());
        SMOS_TRY(const MemoryPlan memory,
                 plan_memory(timeline_,
                             files_,
                             {options_.film.preset, options_.workers, options_.mem_limit_bytes}));
        return Json{{"task", one_line(task)},
                    {"resolved", length_.resolved},
                    {"frames", length_.frames},
                    {"duration_ms", ms_of(timeline_, length_.frames)},
                    {"rate", {timeline_.rate.num, timeline_.rate.den}},
                    {"outputs", outputs()},
                    {"assets", assets_},
                    {"cost_micros", cost_},
                    {"gops", gops_},
                    {"disk_bytes", disk()},
                    {"memory",
                     {{"workers", memory.workers},
                      {"bytes", memory.total_bytes()},
                      {"limit_bytes", memory.limit_bytes}}}};
    }

  private:
    /// With everything in the store the resolved form is known, and else its length is estimated.
    Result<void> resolve(const std::string& task, std::int64_t target_ms) {
        auto resolved = render_timeline(options_, timeline_, task, std::nullopt, target_ms);
        if (!resolved && resolved.error().code != "not_made")
            return resolved.error();
        if (!resolved) {
            length_ = {false, estimated_frames(timeline_, target_ms)};
            return {};
        }
        requested_ = timeline_;
        timeline_ = std::move(resolved->timeline);
        length_ = {true, timeline_.duration_frames()};
        for (const auto& [id, asset] : timeline_.assets) {
            SMOS_TRY(files_[id], options_.sources.assets->path_of(asset.uri.value_or("")));
        }
        return {};
    }

    providers::Fit fit_of(const std::string& id, const records::TimelineAsset& asset) const {
        providers::Fit fit;
        if (asset.kind == "image" || asset.kind == "video") {
            fit.width_px = timeline_.width_px() * 3 / 2;
            fit.height_px = timeline_.height_px() * 3 / 2;
        }
        for (const char* role : {"music", "sound"}) {
            for (const auto* sound : timeline_.sounds_of(role)) {
                if (sound->asset != id)
                    continue;
                const std::int64_t whole = length_.frames * timeline_.sample_rate *
                                           timeline_.rate.den / timeline_.rate.num;
                fit.duration_samples =
                    sound->dur_samples.exact() ? sound->dur_samples.value : whole;
            }
        }
        return fit;
    }

    Result<void> quote() {
        const Timeline& asked = length_.resolved ? requested_ : timeline_;
        for (const auto& [id, asset] : asked.assets) {
            if (!asset.request) {
                assets_.push_back(Json{{"id", id}, {"kind", asset.kind}, {"stored", true}});
                continue;
            }
            SMOS_TRY(AssetQuote quoted,
                     quote_asset(options_.sources, id, asset, fit_of(id, asset)));
            if (length_.resolved) { // all of it was found
                quoted.stored = true;
                quoted.ceiling_micros = 0;
            }
            SMOS_TRY(cost_, add(cost_, quoted.ceiling_micros));
            disk_assets_ += quoted.stored ? 0 : asset_bytes(asset);
            assets_.push_back(told(id, asset.kind, quoted));
        }
        return length_.resolved ? Result<void>{} : quote_transcripts(asked);
    }

    /// Of lines that captions show and whose maker may tell no times for their words.
    Result<void> quote_transcripts(const Timeline& asked) {
        constexpr const char* transcribing = "cap.speech.stt";
        if (options_.sources.bindings.of(transcribing).empty())
            return {};
        for (const auto* voice : asked.sounds_of("voice")) {
            const records::TimelineAsset& asset = asked.assets.at(voice->asset);
            if (!is_shown(asked, voice->asset) || asset.align || is_local(asset))
                continue;
            records::TimelineAsset heard;
            heard.kind = "audio";
            heard.request = Json{{"capability", transcribing}};
            providers::Fit fit;
            fit.duration_samples = line_ms(asset) * asked.sample_rate / 1000;
            SMOS_TRY(const AssetQuote quoted,
                     quote_asset(options_.sources, voice->asset, heard, fit));
            SMOS_TRY(cost_, add(cost_, quoted.ceiling_micros));
            assets_.push_back(told(voice->asset, "words", quoted));
        }
        return {};
    }

    static Json told(const std::string& id, const std::string& kind, const AssetQuote& quoted) {
        return Json{{"id", id},
                    {"kind", kind},
                    {"capability", quoted.capability},
                    {"binding", quoted.provider + "/" + quoted.model},
                    {"dialect", quoted.dialect},
                    {"unit", quoted.unit},
                    {"quantity", quoted.quantity},
                    {"ceiling_micros", quoted.ceiling_micros},
                    {"stored", quoted.stored}};
    }

    bool is_local(const records::TimelineAsset& asset) const {
        if (!asset.request)
            return false;
        const auto& bindings = options_.sources.bindings.of(asset.request->value("capability", ""));
        return !bindings.empty() && bindings.front().dialect == "local";
    }

    std::int64_t pixels() const { return timeline_.canvas.width_px * timeline_.canvas.height_px; }

    std::int64_t asset_bytes(const records::TimelineAsset& asset) const {
        if (asset.kind == "image")
            return pixels() * still_pixels_num / still_pixels_den * 3;
        return ms_of(timeline_, length_.frames) * wave_bytes_per_second / 1000;
    }

    Result<void> group() {
        if (!length_.resolved) {
            gops_ = Json{{"estimated", (length_.frames + group_frames - 1) / group_frames}};
            return {};
        }
        const auto pictures =
            std::make_shared<media::Pictures>(files_, media::default_picture_bytes, 1);
        int planned = 0, kept = 0;
        for (std::size_t i = 0; i < timeline_.outputs.size(); ++i) {
            const Timeline output = records::timeline_of_output(timeline_, i);
            FilmPicture picture{output, pictures, options_.device};
            SMOS_CHECK(picture.open(output.outputs.front().encoding->accent));
            media::EncodeOptions encoding = encode_options_of(output);
            SMOS_TRY(encoding.gops, gops_of(output, picture.composer(), picture.words()));
            SMOS_TRY(const int found,
                     media::count_kept_groups(encoding, options_.sources.assets->root() + "/gops"));
            planned += static_cast<int>(encoding.gops.size());
            kept += found;
        }
        gops_ = Json{{"planned", planned}, {"kept", kept}, {"to_encode", planned - kept}};
        return {};
    }

    std::int64_t film_bytes(const records::TimelineCanvas& canvas) const {
        const double scale = std::exp2((20 - options_.film.crf) / 6.0);
        const double video =
            static_cast<double>(canvas.width_px * canvas.height_px * length_.frames) *
            bits_per_pixel / 8;
        return static_cast<std::int64_t>(video * scale) +
               ms_of(timeline_, length_.frames) * audio_bytes_per_second / 1000;
    }

    Json outputs() const {
        Json list = Json::array();
        for (const records::TimelineOutput& output : timeline_.outputs) {
            const auto canvas = records::canvas_of_output(timeline_.canvas, output);
            const std::string encoder = output.encoding          ? output.encoding->encoder
                                        : output.encoder.empty() ? "libx264"
                                                                 : output.encoder.front();
            list.push_back(Json{
                {"id", output.id},
                {"preset", output.preset},
                {"width", canvas.width_px},
                {"height", canvas.height_px},
                {"encoder", encoder},
                {"x264_preset", output.encoding ? output.encoding->preset : options_.film.preset},
                {"crf", output.encoding ? output.encoding->crf : options_.film.crf},
                {"lufs", output.lufs.real()},
                {"bytes_estimated", film_bytes(canvas)}});
        }
        return list;
    }

    Json disk() const {
        std::int64_t films = 0;
        for (const records::TimelineOutput& output : timeline_.outputs)
            films += film_bytes(records::canvas_of_output(timeline_.canvas, output));
        const std::int64_t kept = std::min(films, options_.cache_limit_bytes);
        Json disk{{"films", films},
                  {"encoded_video_kept", kept},
                  {"assets", disk_assets_},
                  {"total", films + kept + disk_assets_}};
        std::filesystem::path place = std::filesystem::absolute(options_.sources.assets->root());
        std::error_code failed;
        while (!std::filesystem::exists(place, failed) && place.has_relative_path())
            place = place.parent_path();
        const auto space = std::filesystem::space(place, failed);
        if (!failed)
            disk["free"] = static_cast<std::int64_t>(space.available);
        return disk;
    }

    RenderOptions options_;
    Timeline timeline_;
    Timeline requested_; // as it came, where timeline_ is the resolved one
    Length length_;
    std::map<std::string, std::string> files_;
    Json assets_ = Json::array();
    Json gops_;
    Micros cost_ = 0;
    std::int64_t disk_assets_ = 0;
};

} // namespace

Result<records::JsonBox> plan_render(const RenderOptions& options,
                                     const Timeline& timeline,
                                     const std::string& task,
                                     std::int64_t target_ms) {
    Planning planning{options, timeline};
    SMOS_TRY(Json plan, planning.plan(task, target_ms));
    return records::JsonBox{std::move(plan)};
}

} // namespace smos::stages
