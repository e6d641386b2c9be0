// SPDX-License-Identifier: Apache-2.0
// Timelines as files: checked, resolved, rendered.
#include "tools/smos-render/timelines.hpp"

#include "tools/smos-render/idle_options.hpp"
#include "tools/smos-render/options.hpp"

#include "libsmos/core/clock.hpp"
#include "libsmos/core/fatal.hpp"
#include "libsmos/core/file.hpp"
#include "libsmos/core/limits.hpp"
#include "libsmos/core/paths.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/records/timeline/timeline_check.hpp"
#include "libsmos/records/timeline/timeline_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <unistd.h>

namespace smos::tools {
namespace {

records::Json json_of(const std::string& input) {
    const std::string text =
        or_fatal(read_file(input, limits::document_bytes), ExitStatus::no_input);
    return or_fatal(records::read_timeline_text(text, input), ExitStatus::bad_input);
}

/// Anything wrong is told, all of it, before the first capability is asked.
records::Timeline timeline_of(cli::Context& context, const std::string& input) {
    records::Timeline timeline;
    std::string first;
    for (const auto& problem : records::check_timeline(json_of(input), &timeline)) {
        const Error error{problem.code,
                          problem.message,
                          input + ": " + records::dotted_path(problem.at),
                          problem.hint};
        if (!problem.fatal)
            context.warn(error.text());
        else if (first.empty())
            first = error.text();
        else
            context.error(error);
    }
    if (!first.empty())
        throw Fatal(ExitStatus::bad_input, first, "smos-render --check shows every problem");
    refuse_other_encoding(context, input, timeline);
    return timeline;
}

/// A timeline, or a record that carries one in its plan, whose publish section is held against it.
/// The problem of a part as one of the whole document, its patch as well.
void move_below(const std::string& place, records::TimelineProblem& problem) {
    problem.at = place + problem.at;
    if (!problem.fix)
        return;
    for (records::Json& step : *problem.fix)
        for (const char* member : {"path", "from"})
            if (step.contains(member))
                step[member] = place + step[member].get<std::string>();
}

std::vector<records::TimelineProblem> problems_of(const records::Json& json) {
    const auto plan = json.is_object() ? json.find("plan") : json.end();
    const bool record = json.is_object() && !json.contains("tracks") && plan != json.end() &&
                        plan->is_object() && plan->contains("timeline");
    records::Timeline timeline;
    auto problems = records::check_timeline(record ? plan->at("timeline") : json, &timeline);
    const auto any_fatal = [&] {
        return std::any_of(
            problems.begin(), problems.end(), [](const auto& each) { return each.fatal; });
    };
    // Fonts are looked up for words that stand in a timeline that can be read.
    if (!any_fatal())
        for (auto& problem : render_lints(timeline))
            problems.push_back(std::move(problem));
    if (!record)
        return problems;
    for (auto& problem : problems)
        move_below("/plan/timeline", problem);
    if (const auto publish = json.find("publish"); publish != json.end())
        records::check_disclosure(timeline, *publish, "/publish", problems);
    return problems;
}

records::Json problem_json(const std::string& input, const records::TimelineProblem& problem) {
    records::Json line{{"file", input},
                       {"severity", problem.fatal ? "error" : "warning"},
                       {"code", problem.code},
                       {"at", problem.at},
                       {"message", problem.message}};
    if (!problem.hint.empty())
        line["hint"] = problem.hint;
    if (problem.fix)
        line["suggestedFix"] = *problem.fix;
    return line;
}

const std::string& only_input(cli::Context& context) {
    if (context.positionals().size() != 1) {
        throw Fatal(ExitStatus::usage,
                    "exactly one timeline is needed",
                    "smos-render timeline.json -o out.mp4");
    }
    return context.positionals().front();
}

} // namespace

/// A film takes a while: what cannot be written in the end is said at once.
void check_target(const std::string& path) {
    const std::string folder = std::filesystem::absolute(path).parent_path().string();
    if (::access(folder.c_str(), W_OK) != 0) {
        throw Fatal(ExitStatus::cannot_create,
                    fmt::format("{}: {}: {}", path, folder, std::strerror(errno)),
                    "name a folder that can be written");
    }
}

Fatal failed(const std::string& input, const Error& error) {
    ExitStatus status = ExitStatus::bad_input;
    if (error.code == "interrupted")
        status = ExitStatus::interrupted;
    else if (error.code == "cannot_create")
        status = ExitStatus::cannot_create;
    else if (error.code == "cannot_write")
        status = ExitStatus::io_error;
    return Fatal{status, input + ": " + error.text()};
}

namespace {

stages::Rendered rendered_timeline(cli::Context& context,
                                   const stages::RenderOptions& options,
                                   records::Timeline timeline) {
    const std::string& input = context.positionals().front();
    const std::int64_t started_us = monotonic_us();
    auto rendered = loaded_renderer()(options, std::move(timeline), input, std::nullopt, 0);
    if (!rendered)
        throw failed(input, rendered.error());
    static_cast<records::Stamp&>(rendered->section) = options.stamp(started_us);
    return *std::move(rendered);
}

/// out.mp4 for the first output and out-ID.mp4 for each other one. What in an id could lead out of
/// the folder becomes an underscore.
std::vector<std::string> targets_of(const std::string& output, const records::Timeline& timeline) {
    const std::filesystem::path first{output};
    std::vector<std::string> targets = {output};
    if (std::filesystem::exists(first) && !std::filesystem::is_regular_file(first) &&
        (timeline.outputs.size() > 1 || !timeline.outputs.front().sidecar.empty()))
        throw Fatal(ExitStatus::usage,
                    output + ": is no file, and more than one would be written",
                    "name a file; the others are named after it");
    for (std::size_t i = 1; i < timeline.outputs.size(); ++i) {
        std::string id = timeline.outputs[i].id;
        for (char& c : id) {
            const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                               (c >= '0' && c <= '9') || c == '-' || c == '_';
            c = plain ? c : '_';
        }
        const std::string file = first.stem().string() + "-" + id + first.extension().string();
        const std::string target = (first.parent_path() / file).string();
        if (std::find(targets.begin(), targets.end(), target) != targets.end()) {
            throw Fatal(ExitStatus::bad_input,
                        fmt::format("two outputs would be written to {}", target),
                        "give each output an id of its own letters and digits");
        }
        targets.push_back(target);
    }
    return targets;
}

/// A film is not written under the name of another container.
std::string target_for(cli::Context& context, std::string target, const records::Sidecar& film) {
    std::filesystem::path path{target};
    if (film.mime_type != "video/quicktime" || path.extension() == ".mov")
        return target;
    path.replace_extension(".mov");
    context.warn(fmt::format("{}: is QuickTime, written to {}", target, path.string()));
    return path.string();
}

/// Nothing that the film is made of is written over.
void keep_inputs(const std::string& target,
                 const std::string& input,
                 const records::Timeline& timeline) {
    const auto refuse_same = [&](const std::string& source, const std::string& what) {
        std::error_code unknown; // what is not there is not the same
        if (std::filesystem::equivalent(target, source, unknown))
            throw Fatal(ExitStatus::usage,
                        fmt::format("{}: is {}, and would be written over", target, what),
                        "give -o another name");
    };
    refuse_same(input, "the timeline itself");
    for (const auto& [name, asset] : timeline.assets)
        if (const auto path = path_of_file_uri(asset.uri.value_or("")))
            refuse_same(*path, fmt::format("the asset '{}' of the timeline", name));
}

/// Captions that the output asks for lie beside the film, under its name.
void deliver_captions(const stages::RenderOptions& options,
                      const records::TimelineOutput& asked,
                      const records::RenderOutput& made,
                      const std::string& film) {
    if (asked.sidecar.empty())
        return;
    const std::size_t kinds = asked.sidecar.size();
    for (std::size_t i = 0; i < made.captions.size(); ++i) {
        const records::Sidecar& captions = made.captions[i];
        std::string ending = "." + asked.sidecar[i % kinds];
        if (made.captions.size() > kinds)
            ending = fmt::format(".{}{}", i / kinds + 1, ending);
        const std::string target = std::filesystem::path{film}.replace_extension().string();
        const std::string from =
            or_fatal(options.sources.assets->path_of(captions.uri), ExitStatus::io_error);
        or_fatal(copy_atomically(from, target + ending), ExitStatus::cannot_create);
    }
}

} // namespace

stages::Rendered rendered_file(cli::Context& context, const stages::RenderOptions& options) {
    const std::string& input = only_input(context);
    return rendered_timeline(context, options, timeline_of(context, input));
}

void plan_file(cli::Context& context, const stages::RenderOptions& options) {
    const std::string& input = only_input(context);
    auto plan = options.plan(timeline_of(context, input), input, 0);
    if (!plan)
        throw failed(input, plan.error());
    records::Json& told = **plan;
    told["dry_run"] = true;
    context.write_line(records::dump(told));
}

void render_file(cli::Context& context, const stages::RenderOptions& options) {
    const std::string& input = only_input(context);
    check_target(context.text("output"));
    records::Timeline timeline = timeline_of(context, input);
    const auto targets = targets_of(context.text("output"), timeline);
    for (const std::string& target : targets)
        keep_inputs(target, input, timeline);
    const stages::Rendered rendered = rendered_timeline(context, options, std::move(timeline));
    for (std::size_t i = 0; i < rendered.section.outputs.size(); ++i) {
        const records::Sidecar& film = rendered.section.outputs[i].video;
        const std::string path =
            or_fatal(options.sources.assets->path_of(film.uri), ExitStatus::io_error);
        const std::string target = target_for(context, targets.at(i), film);
        or_fatal(copy_atomically(path, target), ExitStatus::cannot_create);
        deliver_captions(
            options, rendered.timeline.outputs.at(i), rendered.section.outputs[i], target);
    }
    context.write_line(records::dump(records::encode(rendered.section)));
}

void resolve_file(cli::Context& context, stages::RenderOptions options) {
    options.resolve_only = true;
    const stages::Rendered rendered = rendered_file(context, options);
    context.write_text(records::canonical_json(records::write_timeline(rendered.timeline)));
}

void check_files(cli::Context& context) {
    if (context.positionals().empty())
        throw Fatal(ExitStatus::usage, "--check needs a timeline", "smos-render --check FILE");
    bool fine = true;
    for (const std::string& input : context.positionals()) {
        for (const auto& problem : problems_of(json_of(input))) {
            fine = fine && !problem.fatal;
            context.write_line(records::dump(problem_json(input, problem)));
        }
    }
    if (!fine)
        throw Fatal(
            ExitStatus::bad_input, "there are errors", "each line names one, and its place");
}

} // namespace smos::tools
