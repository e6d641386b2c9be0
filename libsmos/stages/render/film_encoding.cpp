// SPDX-License-Identifier: Apache-2.0
// Encoders, groups and engine of a resolved timeline.
#include "libsmos/stages/render/film_encoding.hpp"

#include "libsmos/media/codec/encode_probe.hpp"
#include "libsmos/media/codec/versions.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/records/timeline/timeline_presets.hpp"
#include "libsmos/stages/render/film_fonts.hpp"
#include "libsmos/stages/render/film_gops.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <numeric>

namespace smos::stages {
namespace {

using records::Timeline;
using records::TimelineEncoding;
using records::TimelineOutput;

std::vector<std::string> encoders_of(const std::string& name) {
    if (name == "h264")
        return {"libx264"};
    if (name == "hevc")
        return {"libx265"};
    if (name == "av1")
        return {"libsvtav1", "libaom-av1"};
    if (name == "prores")
        return {"prores_ks"};
    return {name};
}

std::vector<std::string> chain_of(const TimelineOutput& output) {
    std::vector<std::string> chain;
    for (const std::string& name : output.encoder) {
        for (std::string& encoder : encoders_of(name))
            chain.push_back(std::move(encoder));
    }
    if (chain.empty())
        chain.emplace_back("libx264");
    return chain;
}

media::EncodeOptions
probe_options(const Timeline& timeline, const TimelineOutput& output, const TimelineEncoding& how) {
    const records::TimelineCanvas canvas = records::canvas_of_output(timeline.canvas, output);
    media::EncodeOptions options;
    options.width_px = static_cast<int>(canvas.width_px);
    options.height_px = static_cast<int>(canvas.height_px);
    options.rate_num = static_cast<int>(timeline.rate.num);
    options.rate_den = static_cast<int>(timeline.rate.den);
    options.crf = static_cast<int>(how.crf);
    options.preset = how.preset;
    return options;
}

void say_choice(const TimelineOutput& output,
                const std::optional<TimelineEncoding>& before,
                const media::EncoderChoice& choice,
                EncodingNotes& notes) {
    const std::string& chosen = choice.chosen.name;
    for (const media::EncoderProbe& rejected : choice.rejected) {
        notes.downgrades.push_back({fmt::format("output {}: encoder {}", output.id, rejected.name),
                                    chosen,
                                    rejected.reason});
    }
    if (before &&
        (before->encoder != chosen || before->fingerprint != hex(choice.chosen.fingerprint))) {
        notes.downgrades.push_back(
            {fmt::format(
                 "output {}: {} {}", output.id, before->encoder, before->fingerprint.substr(0, 12)),
             fmt::format("{} {}", chosen, hex(choice.chosen.fingerprint).substr(0, 12)),
             "the timeline was resolved where the encoder is another one"});
    }
    if (!choice.chosen.incremental) {
        notes.remarks.push_back(
            fmt::format("output {}: {} encodes the whole film at once; no part of it is kept, and "
                        "two runs may differ in their bytes",
                        output.id,
                        chosen));
    }
}

/// A resolved output is encoded as it says.
void say_kept(const std::string& id,
              const std::vector<std::string>& chain,
              const TimelineEncoding& how,
              const FilmSettings& settings,
              EncodingNotes& notes) {
    const auto say = [&](const char* what, const std::string& asked, const std::string& kept) {
        if (asked != kept)
            notes.downgrades.push_back({fmt::format("output {}: {} {}", id, what, asked),
                                        fmt::format("{} {}", what, kept.empty() ? "none" : kept),
                                        "the timeline is resolved and names its own"});
    };
    if (!chain.empty() && std::find(chain.begin(), chain.end(), how.encoder) == chain.end())
        say("encoder", fmt::format("{}", fmt::join(chain, ", ")), how.encoder);
    if (settings.preset_chosen)
        say("preset", settings.preset, how.preset);
    if (settings.crf_chosen)
        say("crf", std::to_string(settings.crf), std::to_string(how.crf));
    if (!settings.caption_accent.empty())
        say("accent", settings.caption_accent, how.accent);
    if (!settings.title.empty())
        say("title", settings.title, how.title);
}

/// Only x264 and x265 have presets of x264, and ProRes has no crf.
void say_unused(const std::string& id,
                const media::EncoderProbe& encoder,
                const FilmSettings& settings,
                EncodingNotes& notes) {
    const auto say = [&](const std::string& asked) {
        notes.downgrades.push_back({fmt::format("output {}: {}", id, asked),
                                    encoder.name,
                                    "this encoder has settings of its own"});
    };
    if (settings.preset_chosen && !encoder.has_preset)
        say("preset " + settings.preset);
    if (settings.crf_chosen && !encoder.has_crf)
        say(fmt::format("crf {}", settings.crf));
}

bool same_engine(const records::TimelineEngine& a, const records::TimelineEngine& b) {
    Timeline first, second;
    first.engine = a;
    second.engine = b;
    return records::canonical_json(records::write_timeline(first)) ==
           records::canonical_json(records::write_timeline(second));
}

} // namespace

Result<records::TimelineEngine> film_engine(const Timeline& timeline) {
    SMOS_TRY(const std::vector<media::Font> fonts, film_fonts(timeline));
    records::TimelineEngine engine;
    engine.name = "smos-render";
    engine.version = drawing_version;
    engine.libraries = records::Json::object();
    for (const auto& [library, version] : media::library_versions())
        (*engine.libraries)[library] = version;
    for (const media::Font& font : fonts)
        engine.fonts.push_back({font.family, font_file_name(font), font.sha256});
    return engine;
}

Result<ChosenEncoders> choose_encoders(const Timeline& timeline, const FilmSettings& settings) {
    ChosenEncoders chosen;
    EncodingNotes& notes = chosen.notes;
    for (const TimelineOutput& output : timeline.outputs) {
        const std::optional<TimelineEncoding>& before = output.encoding;
        TimelineEncoding how;
        if (before) {
            how = *before;
        } else {
            how.crf = settings.crf;
            how.preset = settings.preset;
            how.accent = settings.caption_accent;
            how.title = settings.title;
        }
        // The encoder of a resolved output is kept as long as it works here.
        const std::vector<std::string> asked = chain_of(output);
        std::vector<std::string> chain = asked;
        if (before)
            chain.insert(chain.begin(), before->encoder);
        const auto choice = media::choose_encoder(chain, probe_options(timeline, output, how));
        if (!choice) {
            Error error = choice.error();
            error.where = fmt::format("output {}", output.id);
            return error;
        }
        say_choice(output, before, *choice, notes);
        if (before)
            say_kept(output.id,
                     output.encoder.empty() ? output.encoder : asked,
                     *before,
                     settings,
                     notes);
        else
            say_unused(output.id, choice->chosen, settings, notes);
        how.encoder = choice->chosen.name;
        how.fingerprint = hex(choice->chosen.fingerprint);
        chosen.encodings.push_back(std::move(how));
    }
    return chosen;
}

Result<void> plan_groups(Timeline& timeline) {
    const std::vector<int> planned = gop_lengths(timeline);
    for (std::size_t i = 0; i < timeline.outputs.size(); ++i) {
        std::vector<std::int64_t>& gops = timeline.outputs[i].encoding->gops;
        if (gops.empty())
            gops.assign(planned.begin(), planned.end());
        const auto sum = std::accumulate(gops.begin(), gops.end(), std::int64_t{0});
        if (sum != timeline.duration_frames()) {
            return Error{"invalid_timeline",
                         fmt::format("the groups have {} frames and the film {}",
                                     sum,
                                     timeline.duration_frames()),
                         fmt::format("timeline.outputs[{}].encoding.gops", i),
                         "leave them out, and they are planned anew"};
        }
    }
    return {};
}

Result<void> name_engine(Timeline& timeline, EncodingNotes& notes) {
    SMOS_TRY(records::TimelineEngine engine, film_engine(timeline));
    if (timeline.engine && !same_engine(*timeline.engine, engine)) {
        notes.downgrades.push_back(
            {fmt::format("drawn by {} {}", timeline.engine->name, timeline.engine->version),
             fmt::format("drawn by {} {}", engine.name, engine.version),
             "the timeline was resolved by another engine, other libraries or other fonts"});
    }
    timeline.engine = std::move(engine);
    return {};
}

} // namespace smos::stages
