// SPDX-License-Identifier: Apache-2.0
// The verbs of smos-critic, and from its options to those of its stage.
#include "tools/smos-critic/looks.hpp"

#include "libsmos/core/fatal.hpp"
#include "libsmos/media/picture/image.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/records/sections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace smos::tools {
namespace {

using records::Json;

std::string model_path(const Json& config, const char* key) {
    const auto models = config.find("models");
    if (models == config.end() || !models->is_object())
        return {};
    const auto path = models->find(key);
    if (path == models->end())
        return {};
    if (!path->is_string()) {
        throw Fatal(ExitStatus::config,
                    fmt::format("models.{} is not a path", key),
                    "name an ONNX file in your configuration");
    }
    return path->get<std::string>();
}

std::optional<std::int64_t> duration_of(const cli::Context& context, const char* option) {
    if (!context.given(option))
        return std::nullopt;
    const double seconds = context.number(option);
    if (!(seconds >= 0 && seconds <= 3600))
        throw Fatal(ExitStatus::usage, fmt::format("--{} takes 0 to 3600 seconds", option));
    return std::llround(seconds * 1000);
}

Result<media::Portraits> portraits(media::FaceReader& reader, const std::string& path) {
    const auto image = media::load_image(path);
    if (!image) {
        throw Fatal(image.error().code == "cannot_read" ? ExitStatus::no_input
                                                        : ExitStatus::bad_input,
                    image.error().text());
    }
    return media::portraits_of(reader, *image, path);
}

/// Of all pairs, the most alike: a group picture is searched for the person of the other one.
double best_cosine(const media::Portraits& a, const media::Portraits& b) {
    double best = -1;
    for (const auto& one : a.embeddings) {
        for (const auto& other : b.embeddings)
            best = std::max(best, media::cosine(one, other));
    }
    return best;
}

const char* band_of(double similarity) {
    if (similarity >= media::accept_similarity)
        return "accept";
    return similarity >= media::repair_similarity ? "repair" : "reject";
}

double rounded(double value) { return std::round(value * 10'000) / 10'000; }

void print(cli::Context& context, const Json& outcome) {
    if (context.flag("json")) {
        context.write_line(records::dump(outcome));
        return;
    }
    const std::string verdict = outcome.at("verdict");
    if (verdict == "unverifiable")
        context.write_line(fmt::format("unverifiable: {}", outcome.at("why").get<std::string>()));
    else
        context.write_line(fmt::format("{} {:.4f} (cosine {:.4f})",
                                       verdict,
                                       outcome.at("similarity").get<double>(),
                                       outcome.at("cosine").get<double>()));
}

} // namespace

Result<media::FaceReader*> Faces::open() {
    if (!reader_) {
        const Json& config = context_.trusted_config();
        SMOS_TRY(reader_,
                 media::FaceReader::open(
                     {model_path(config, "face_detector"), model_path(config, "face_embedder")}));
    }
    return reader_.get();
}

stages::CriticOptions critic_options(cli::Context& context, Faces& faces) {
    stages::CriticOptions options;
    for (const std::string& path : context.texts("muse"))
        options.muses.push_back(or_fatal(muse::load(path), ExitStatus::config));
    options.min_duration_ms = duration_of(context, "min-duration");
    options.max_duration_ms = duration_of(context, "max-duration");
    options.faces = [&faces] { return faces.open(); };
    options.dry_run = context.dry_run();
    options.stamp = [&context](std::int64_t started_us) { return context.stamp(started_us); };
    options.interrupted = [&context] { return context.interrupted(); };
    return options;
}

void check_files(cli::Context& context, const stages::CriticOptions& options) {
    for (const std::string& path : context.positionals()) {
        const auto section = stages::check_file(options, path);
        if (!section && section.error().code == "interrupted")
            return;
        if (!section) {
            context.error(section.error());
            context.set_status(ExitStatus::no_input);
            continue;
        }
        Json line{{"file", path}};
        line.update(records::encode(*section));
        context.write_line(records::dump(line));
        if (context.flag("fail") && section->verdict != "approve")
            context.set_status(ExitStatus::negative);
    }
}

void compare(cli::Context& context, Faces& faces) {
    media::FaceReader& reader = *or_fatal(faces.open(), ExitStatus::config);
    const auto a = portraits(reader, context.positionals()[0]);
    const auto b = portraits(reader, context.positionals()[1]);
    Json outcome{{"verdict", "unverifiable"}};
    if (!a || !b) {
        outcome["why"] = (a ? b : a).error().text();
    } else {
        const double cosine = best_cosine(*a, *b);
        const double similarity = media::calibrated_similarity(cosine);
        outcome = Json{{"verdict", band_of(similarity)},
                       {"similarity", rounded(similarity)},
                       {"cosine", rounded(cosine)},
                       {"faces", {a->faces.size(), b->faces.size()}}};
    }
    outcome["backend"] = reader.backend();
    outcome["model_sha256"] = reader.model_sha256();
    print(context, outcome);
    if (context.flag("fail") && outcome.at("verdict") != "accept")
        context.set_status(ExitStatus::negative);
}

} // namespace smos::tools
