// SPDX-License-Identifier: Apache-2.0
// Rendering: reserved records become films, each timeline once.
#include "libsmos/stages/render/render.hpp"

#include "libsmos/core/hash.hpp"
#include "libsmos/records/disclosure.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/stages/render/film_captions.hpp"
#include "libsmos/stages/render/film_fonts.hpp"
#include "libsmos/stages/render/film_sound.hpp"
#include "libsmos/stages/render/film_views.hpp"
#include "libsmos/stages/render/render_lints.hpp"
#include "libsmos/stages/render/render_materials.hpp"
#include "libsmos/stages/render/render_memory.hpp"
#include "libsmos/stages/render/render_resolve.hpp"
#include "libsmos/stages/render/render_sources.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <future>
#include <map>
#include <set>

namespace smos::stages {
namespace {

using records::Downgrade;
using records::Json;
using records::Render;
using records::Sidecar;
using records::Timeline;

constexpr const char* film_notes = "renders";
MemoryWish memory_wish(const RenderOptions& options) {
    return {options.film.preset, options.workers, options.mem_limit_bytes};
}

bool contains(const std::vector<Downgrade>& all, const Downgrade& one) {
    return std::any_of(all.begin(), all.end(), [&](const Downgrade& each) {
        return each.asked == one.asked && each.delivered == one.delivered && each.why == one.why;
    });
}

class Production {
  public:
    Production(const RenderOptions& options,
               Timeline timeline,
               std::string task,
               const std::optional<std::string>& reservation_id)
        : options_(options),
          timeline_(std::move(timeline)),
          task_(std::move(task)),
          materials_(options.sources, timeline_, reservation_id) {}

    Result<Rendered> run(std::int64_t target_ms) {
        SMOS_CHECK(check_sound(timeline_));
        // An encoder is tried with a whole picture: that takes as long as to look at the sources.
        auto choosing = std::async(std::launch::async, choose_encoders, timeline_, options_.film);
        std::set<std::string> measured;
        SMOS_CHECK(measure_sources(timeline_, *options_.sources.assets, measured));
        SMOS_CHECK(film_fonts(timeline_)); // words that cannot be drawn are not paid for
        std::unique_ptr<media::FaceReader> faces;
        const std::vector<std::size_t> with_faces = outputs_with_faces(timeline_);
        if (!with_faces.empty()) {
            SMOS_TRY(faces, open_faces());
        }
        SMOS_TRY(ChosenEncoders chosen, choosing.get());
        EncodingNotes& notes = chosen.notes;
        for (std::size_t i = 0; i < timeline_.outputs.size(); ++i)
            timeline_.outputs[i].encoding = std::move(chosen.encodings[i]);
        SMOS_CHECK(check_words());
        say(0.0, "pictures and voices");
        SMOS_CHECK(materials_.make_pictures_and_voices());
        SMOS_CHECK(materials_.meet_length(target_ms));
        SMOS_CHECK(materials_.time_lines());
        SMOS_TRY(timeline_, resolve_timeline(timeline_, materials_.lines(), Pacing{}));
        SMOS_CHECK(check_resolved(timeline_));
        say(0.1, "music");
        SMOS_CHECK(materials_.make_music());
        materials_.name_in_timeline();
        // Of what was made too, so that the resolved form resolves to itself.
        SMOS_CHECK(measure_sources(timeline_, *options_.sources.assets, measured));
        if (faces) {
            say(0.12, "faces");
            SMOS_TRY(const auto paths, materials_.paths());
            SMOS_CHECK(follow_faces(timeline_,
                                    with_faces,
                                    paths,
                                    *faces,
                                    *options_.sources.assets,
                                    !options_.sources.only_stored,
                                    notes));
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

    /// Styles, colours, glyphs and boxes, of every output, before anything is paid for.
    Result<void> check_words() const {
        for (const records::TimelineTrack& track : timeline_.tracks)
            if (track.kind == "caption") {
                SMOS_CHECK(caption_look(timeline_, track, options_.film.caption_accent));
            }
        const bool asks = std::any_of(timeline_.assets.begin(),
                                      timeline_.assets.end(),
                                      [](const auto& asset) { return bool{asset.second.request}; });
        if (!asks)
            return {};
        for (const records::TimelineProblem& problem : render_lints(timeline_))
            if (problem.fatal)
                return Error{problem.code,
                             problem.message,
                             "timeline" + records::dotted_path(problem.at),
                             problem.hint};
        return {};
    }

    /// Before anything is paid for.
    Result<std::unique_ptr<media::FaceReader>> open_faces() const {
        auto faces = media::FaceReader::open(options_.faces);
        if (faces)
            return faces;
        Error error = faces.error();
        error.where = "outputs: crop face" + (error.where.empty() ? "" : ": " + error.where);
        return error;
    }

    /// What is left to know of the resolved form: nothing else has a part in the films' bytes.
    Result<void> settle_form(EncodingNotes& notes) {
        const std::string comment =
            records::disclosure_comment(records::digital_source_type(materials_.list()));
        for (records::TimelineOutput& output : timeline_.outputs) {
            std::optional<std::string>& written = output.encoding->comment;
            if (!written)
                written = comment;
            if (*written != comment)
                notes.downgrades.push_back(
                    {fmt::format("output {}: comment {}", output.id, comment),
                     "comment " + *written,
                     "the timeline is resolved and names its own"});
        }
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
        section.assets = materials_.list();
        section.downgrades = downgrades_;
        for (Downgrade& downgrade : materials_.downgrades())
            section.downgrades.push_back(std::move(downgrade));
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
        for (const Downgrade& each : stored->downgrades)
            if (!contains(section.downgrades, each))
                section.downgrades.push_back(each);
        return true;
    }

    Result<void> film(const std::string& name, Render& section) {
        SMOS_TRY(const auto paths, materials_.paths());
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
        work.warn = options_.warn;
        work.progress = [&](double fraction, const std::string& what) {
            say(0.15 + 0.8 * fraction, what);
        };
        const auto made = make_films(timeline_, paths, work, directory);
        Result<void> kept = made ? keep_all(*made, section) : Result<void>{made.error()};
        std::error_code ignored;
        std::filesystem::remove_all(directory, ignored);
        if (!kept)
            return kept;
        // What this run asked and got otherwise is not the film's.
        Render stored = section;
        stored.downgrades = of_films_;
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
        SMOS_TRY(output.video, store.adopt(film.video_path, film.video_mime, film.video_sha256));
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
        for (const Downgrade& downgrade : film.downgrades) {
            section.downgrades.push_back(downgrade);
            of_films_.push_back(downgrade);
        }
        return {};
    }

    const RenderOptions& options_;
    Timeline timeline_;
    std::string task_;
    Materials materials_;
    std::vector<Downgrade> downgrades_;
    std::vector<Downgrade> of_films_; // the same in every run
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
