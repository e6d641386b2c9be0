// SPDX-License-Identifier: Apache-2.0
// Rendering: reserved records become films, each timeline once.
#include "libsmos/stages/render/render.hpp"

#include "libsmos/core/hash.hpp"
#include "libsmos/media/codec/decode.hpp"
#include "libsmos/records/disclosure.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/stages/render/film_fonts.hpp"
#include "libsmos/stages/render/film_sound.hpp"
#include "libsmos/stages/render/film_views.hpp"
#include "libsmos/stages/render/render_memory.hpp"
#include "libsmos/stages/render/render_resolve.hpp"
#include "libsmos/stages/render/render_sources.hpp"
#include "libsmos/stages/render/render_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <future>
#include <map>
#include <mutex>

namespace smos::stages {
namespace {

using records::Downgrade;
using records::Json;
using records::Render;
using records::Sidecar;
using records::Timeline;

constexpr const char* film_notes = "renders";
// A still is painted half again as large as the picture, so that moves stay sharp.
constexpr int still_numerator = 3;
constexpr int still_denominator = 2;
// How far the pace of speech may be bent to meet the length that was asked for.
constexpr double slowest = 0.86;
constexpr double fastest = 1.18;
constexpr double length_tolerance = 0.12;

/// Everything that is shown, and what filters and transitions take, each once.
std::vector<std::string> used_pictures(const Timeline& timeline) {
    std::vector<std::string> used;
    const auto add = [&](const std::string& asset) {
        if (!asset.empty() && std::find(used.begin(), used.end(), asset) == used.end())
            used.push_back(asset);
    };
    const auto add_named = [&](const records::TimelineEffect& effect) {
        if (const auto named = effect.texts.find("asset"); named != effect.texts.end())
            add(named->second);
    };
    for (const records::TimelineTrack& track : timeline.tracks) {
        for (const records::TimelineItem& item : track.items) {
            add(item.asset);
            for (const records::TimelineEffect& filter : item.fx)
                add_named(filter);
        }
        for (const records::TimelineTransition& transition : track.transitions)
            add_named(transition.look);
    }
    return used;
}

MemoryWish memory_wish(const RenderOptions& options) {
    return {options.film.preset, options.workers, options.mem_limit_bytes};
}

using Assets = std::map<std::string, MadeAsset>;

class Production {
  public:
    Production(const RenderOptions& options,
               Timeline timeline,
               std::string task,
               const std::optional<std::string>& reservation_id)
        : options_(options),
          timeline_(std::move(timeline)),
          task_(std::move(task)),
          reservation_id_(reservation_id) {}

    Result<Rendered> run(std::int64_t target_ms) {
        SMOS_CHECK(check_sound(timeline_));
        SMOS_CHECK(measure_sources(timeline_, *options_.sources.assets));
        SMOS_CHECK(film_fonts(timeline_)); // words that cannot be drawn are not paid for
        EncodingNotes notes;
        std::unique_ptr<media::FaceReader> faces;
        const std::vector<std::size_t> with_faces = outputs_with_faces(timeline_);
        if (!with_faces.empty()) {
            SMOS_TRY(faces, open_faces());
        }
        SMOS_CHECK(choose_encoders(timeline_, options_.film, notes));
        say(0.0, "pictures and voices");
        SMOS_CHECK(make_pictures_and_voices());
        SMOS_CHECK(measure_lines());
        SMOS_CHECK(meet_length(target_ms));
        SMOS_CHECK(time_lines());
        SMOS_TRY(timeline_, resolve_timeline(timeline_, lines_, Pacing{}));
        SMOS_CHECK(check_resolved(timeline_));
        say(0.1, "music");
        SMOS_CHECK(make_music());
        name_assets();
        // Of what was made too, so that the resolved form resolves to itself.
        SMOS_CHECK(measure_sources(timeline_, *options_.sources.assets));
        if (faces) {
            say(0.12, "faces");
            SMOS_TRY(const auto paths, asset_paths());
            SMOS_CHECK(follow_faces(
                timeline_, with_faces, paths, *faces, *options_.sources.assets, notes));
        }
        SMOS_CHECK(settle_form(notes));
        const std::string form = records::canonical_json(records::write_timeline(timeline_));
        const std::string name = sha256_hex(form);
        Rendered rendered;
        rendered.section = section_head(name);
        if (!options_.resolve_only && !take_from_store(name, rendered.section)) {
            SMOS_CHECK(film(name, rendered.section));
        }
        rendered.timeline = timeline_;
        say(1.0, "done");
        return rendered;
    }

  private:
    void say(double fraction, const std::string& what) const {
        if (options_.progress)
            options_.progress(task_, fraction, what);
    }

    /// Before anything is paid for.
    Result<std::unique_ptr<media::FaceReader>> open_faces() const {
        auto faces = media::FaceReader::open(options_.faces);
        if (faces)
            return faces;
        Error error = faces.error();
        error.where = "outputs: crop face: " + error.where;
        return error;
    }

    providers::Fit picture_fit() const {
        return {timeline_.width_px() * still_numerator / still_denominator,
                timeline_.height_px() * still_numerator / still_denominator,
                0};
    }

    Result<void> make(const std::string& id, const providers::Fit& fit) {
        SMOS_TRY(MadeAsset made,
                 make_asset(options_.sources, id, timeline_.assets.at(id), fit, reservation_id_));
        const std::lock_guard lock{mutex_};
        assets_[id] = std::move(made);
        return {};
    }

    /// True when nothing but formulas of our own serves it, so that it may run beside others.
    bool is_local(const std::string& id) const {
        const auto& asset = timeline_.assets.at(id);
        if (!asset.request)
            return true;
        const auto& bindings = options_.sources.bindings.of(asset.request->value("capability", ""));
        return !bindings.empty() && bindings.front().dialect == "local";
    }

    Result<void> make_each(const std::vector<std::string>& ids, const providers::Fit& fit) {
        for (const std::string& id : ids)
            SMOS_CHECK(make(id, fit));
        return {};
    }

    /// The scenes' own seeds differ; what they share follows from the timeline's name.
    void vary_pictures(const std::vector<std::string>& ids) {
        const Digest digest = sha256(timeline_.id);
        const std::int64_t palette_seed = digest[0] * 256 + digest[1];
        std::vector<std::string> used;
        for (const std::string& id : ids) {
            auto& request = timeline_.assets.at(id).request;
            if (request && is_local(id))
                providers::vary_picture(*request, palette_seed, used);
        }
    }

    Result<void> make_pictures_and_voices() {
        const std::vector<std::string> pictures = used_pictures(timeline_);
        std::vector<std::string> voices;
        for (const auto* voice : timeline_.sounds_of("voice"))
            voices.push_back(voice->asset);
        vary_pictures(pictures);
        const bool beside = std::all_of(pictures.begin(),
                                        pictures.end(),
                                        [&](const std::string& id) { return is_local(id); }) &&
                            std::all_of(voices.begin(), voices.end(), [&](const std::string& id) {
                                return is_local(id);
                            });
        // Calls of paid programs share one connection to the ledger: they go one by one.
        if (!beside) {
            SMOS_CHECK(make_each(pictures, picture_fit()));
            return make_each(voices, {});
        }
        auto speaking = std::async(std::launch::async, [&] { return make_each(voices, {}); });
        Result<void> painted = make_each(pictures, picture_fit());
        Result<void> spoken = speaking.get();
        return painted ? spoken : painted;
    }

    /// Lengths are taken from the files themselves, whoever made them.
    Result<void> measure_lines() {
        for (const auto* voice : timeline_.sounds_of("voice")) {
            const MadeAsset& made = assets_.at(voice->asset);
            SMOS_TRY(const std::string path,
                     options_.sources.assets->path_of(made.entry.sidecar.uri));
            SMOS_TRY(const std::int64_t samples, media::count_sound_frames(path));
            lines_[voice->asset] = SpokenLine{samples, made.words};
        }
        return {};
    }

    Result<void> meet_length(std::int64_t target_ms) {
        if (target_ms <= 0)
            return {};
        const std::int64_t spoken_ms = spoken_duration_ms(timeline_, lines_, Pacing{});
        const double ratio = static_cast<double>(spoken_ms) / static_cast<double>(target_ms);
        if (ratio > 1 - length_tolerance && ratio < 1 + length_tolerance)
            return {};
        const double pace = std::clamp(ratio, slowest, fastest);
        for (const auto* voice : timeline_.sounds_of("voice")) {
            auto& request = timeline_.assets.at(voice->asset).request;
            // A voice that is paid for is paid once.
            if (!request || request->value("capability", "") != "cap.speech.tts" ||
                !is_local(voice->asset))
                continue;
            const double rate = static_cast<double>(request->value("rate_wpm", 165)) * pace;
            (*request)["rate_wpm"] = static_cast<int>(rate + 0.5);
            SMOS_CHECK(make(voice->asset, {}));
        }
        SMOS_CHECK(measure_lines());
        const std::int64_t now_ms = spoken_duration_ms(timeline_, lines_, Pacing{});
        if (pace == slowest || pace == fastest) {
            downgrades_.push_back(Downgrade{fmt::format("{} ms", target_ms),
                                            fmt::format("{} ms", now_ms),
                                            "the script is too long or too short for its length"});
        }
        return {};
    }

    /// Lines that captions show get times for their words, whoever spoke them.
    Result<void> time_lines() {
        for (const auto* voice : timeline_.sounds_of("voice")) {
            if (!is_shown(timeline_, voice->asset))
                continue;
            SpokenLine& line = lines_.at(voice->asset);
            MadeAsset& made = assets_.at(voice->asset);
            SMOS_CHECK(time_words(options_.sources,
                                  timeline_.assets.at(voice->asset),
                                  {voice->asset, line.duration_samples},
                                  reservation_id_,
                                  made));
            line.words = made.words;
        }
        return {};
    }

    Result<void> make_music() {
        for (const char* role : {"music", "sound"}) {
            for (const auto* sound : timeline_.sounds_of(role)) {
                providers::Fit fit;
                fit.duration_samples = sound->dur_samples.value;
                SMOS_CHECK(make(sound->asset, fit));
            }
        }
        return {};
    }

    void name_assets() {
        for (auto& [id, asset] : timeline_.assets) {
            const auto made = assets_.find(id);
            if (made == assets_.end())
                continue;
            asset.request.reset();
            asset.uri = made->second.entry.sidecar.uri;
            asset.checksum = made->second.entry.sidecar.checksum;
            if (!asset.licence)
                asset.licence = made->second.entry.licence;
        }
        // What nothing shows or plays is not part of the film.
        for (auto entry = timeline_.assets.begin(); entry != timeline_.assets.end();) {
            entry =
                assets_.count(entry->first) > 0 ? std::next(entry) : timeline_.assets.erase(entry);
        }
    }

    std::vector<records::RenderAsset> asset_list() const {
        std::vector<records::RenderAsset> list;
        for (const auto& [id, made] : assets_)
            list.push_back(made.entry);
        return list;
    }

    /// What is left to know of the resolved form: nothing else has a part in the films' bytes.
    Result<void> settle_form(EncodingNotes& notes) {
        const std::string comment =
            records::disclosure_comment(records::digital_source_type(asset_list()));
        for (records::TimelineOutput& output : timeline_.outputs)
            if (!output.encoding->comment)
                output.encoding->comment = comment;
        SMOS_CHECK(plan_groups(timeline_));
        SMOS_CHECK(name_engine(timeline_, notes));
        for (const std::string& remark : notes.remarks)
            if (options_.remark)
                options_.remark(remark);
        for (const Downgrade& each : notes.downgrades) {
            if (options_.warn)
                options_.warn(fmt::format("{}: {} ({})", each.asked, each.delivered, each.why));
            downgrades_.push_back(each);
        }
        return {};
    }

    Render section_head(const std::string& name) const {
        Render section;
        section.timeline_sha256 = name;
        section.device = kernels::name_of(options_.device);
        section.assets = asset_list();
        section.downgrades = downgrades_;
        for (const auto& [id, made] : assets_)
            section.downgrades.insert(
                section.downgrades.end(), made.downgrades.begin(), made.downgrades.end());
        return section;
    }

    bool take_from_store(const std::string& name, Render& section) const {
        const auto note = options_.sources.assets->note(film_notes, name);
        if (!note)
            return false;
        const auto json = records::parse_json(*note, "note");
        if (!json)
            return false;
        const auto stored = records::decode<Render>(*json, "render");
        if (!stored || stored->outputs.empty())
            return false;
        const auto& store = *options_.sources.assets;
        for (const records::RenderOutput& output : stored->outputs) {
            bool there = store.has(output.video) && store.has(output.poster);
            for (const Sidecar& caption : output.captions)
                there = there && store.has(caption);
            if (!there)
                return false;
        }
        section.cached = true;
        section.outputs = stored->outputs;
        section.sync = stored->sync;
        section.downgrades = stored->downgrades;
        return true;
    }

    Result<std::map<std::string, std::string>> asset_paths() const {
        std::map<std::string, std::string> paths;
        for (const auto& [id, made] : assets_) {
            SMOS_TRY(paths[id], options_.sources.assets->path_of(made.entry.sidecar.uri));
        }
        return paths;
    }

    Result<void> film(const std::string& name, Render& section) {
        SMOS_TRY(const auto paths, asset_paths());
        SMOS_TRY(const std::string directory, options_.sources.assets->scratch());
        FilmWork work;
        work.device = options_.device;
        SMOS_TRY(const MemoryPlan memory, plan_memory(timeline_, paths, memory_wish(options_)));
        work.workers = memory.workers;
        work.picture_bytes = memory.picture_bytes;
        work.gop_limit_bytes = options_.cache_limit_bytes;
        work.gop_directory = options_.sources.assets->root() + "/gops";
        work.interrupted = options_.interrupted;
        work.frames = options_.frames;
        work.progress = [&](double fraction, const std::string& what) {
            say(0.15 + 0.8 * fraction, what);
        };
        const auto made = make_films(timeline_, paths, work, directory);
        Result<void> kept = made ? keep_all(*made, section) : Result<void>{made.error()};
        std::error_code ignored;
        std::filesystem::remove_all(directory, ignored);
        if (!kept)
            return kept;
        Render stored = section;
        return options_.sources.assets->set_note(
            film_notes, name, records::dump(records::encode(stored)));
    }

    Result<void> keep_all(const std::vector<Film>& films, Render& section) {
        for (const Film& film : films)
            SMOS_CHECK(keep(film, section));
        return {};
    }

    Result<void> keep(const Film& film, Render& section) {
        store::Assets& store = *options_.sources.assets;
        records::RenderOutput output;
        output.id = film.id;
        output.preset = film.preset;
        SMOS_TRY(output.video, store.adopt(film.video_path, film.video_mime));
        output.video.metadata = film.video_metadata;
        SMOS_TRY(output.poster, store.adopt(film.poster_path, "image/jpeg"));
        for (const FilmCaptions& captions : film.captions) {
            SMOS_TRY(Sidecar caption, store.adopt(captions.path, captions.mime_type));
            Json notes = film.caption_metadata ? *film.caption_metadata : Json::object();
            notes["language"] = captions.language;
            caption.metadata = std::move(notes);
            output.captions.push_back(std::move(caption));
        }
        section.outputs.push_back(std::move(output));
        // Of several outputs the one that is furthest off.
        if (!section.sync || film.sync->max_error_ms > section.sync->max_error_ms)
            section.sync = film.sync;
        for (const Downgrade& downgrade : film.downgrades)
            section.downgrades.push_back(downgrade);
        return {};
    }

    const RenderOptions& options_;
    Timeline timeline_;
    std::string task_;
    const std::optional<std::string>& reservation_id_;
    std::mutex mutex_;
    Assets assets_;
    std::map<std::string, SpokenLine> lines_;
    std::vector<Downgrade> downgrades_;
};

} // namespace

Result<Rendered> render_timeline(const RenderOptions& options,
                                 Timeline timeline,
                                 const std::string& task,
                                 const std::optional<std::string>& reservation_id,
                                 std::int64_t target_ms) {
    // Each program and module has kernels of its own: this is where they are told.
    if (options.simd && !kernels::force_simd(*options.simd))
        return Error{"unavailable", "this processor has no such vector unit", task};
    // Before anything is made or paid.
    SMOS_CHECK(plan_memory(timeline, {}, memory_wish(options)));
    Production production{options, std::move(timeline), task, reservation_id};
    return production.run(target_ms);
}

} // namespace smos::stages
