// SPDX-License-Identifier: Apache-2.0
// Timelines as files: checked, resolved, rendered.
#include "tools/smos-render/timelines.hpp"

#include "tools/smos-render/options.hpp"

#include "libsmos/core/clock.hpp"
#include "libsmos/core/fatal.hpp"
#include "libsmos/core/file.hpp"
#include "libsmos/core/limits.hpp"
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

/// A film takes a while: what cannot be written in the end is said at once.
void check_target(const std::string& path) {
    const std::string folder = std::filesystem::absolute(path).parent_path().string();
    if (::access(folder.c_str(), W_OK) != 0) {
        throw Fatal(ExitStatus::cannot_create,
                    fmt::format("{}: {}: {}", path, folder, std::strerror(errno)),
                    "name a folder that can be written");
    }
}

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
    return timeline;
}

/// A timeline, or a record that carries one in its plan, whose publish section is held against it.
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
        problem.at = "/plan/timeline" + problem.at;
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

stages::Rendered rendered_file(cli::Context& context, const stages::RenderOptions& options) {
    if (context.positionals().size() != 1) {
        throw Fatal(ExitStatus::usage,
                    "exactly one timeline is needed",
                    "smos-render timeline.json -o out.mp4");
    }
    const std::string& input = context.positionals().front();
    const std::int64_t started_us = monotonic_us();
    auto rendered = loaded_renderer()(options, timeline_of(context, input), input, std::nullopt, 0);
    if (!rendered) {
        const bool stopped = rendered.error().code == "interrupted";
        throw Fatal(stopped ? ExitStatus::interrupted : ExitStatus::bad_input,
                    input + ": " + rendered.error().text());
    }
    static_cast<records::Stamp&>(rendered->section) = options.stamp(started_us);
    return *std::move(rendered);
}

} // namespace

void render_file(cli::Context& context, const stages::RenderOptions& options) {
    check_target(context.text("output"));
    const stages::Rendered rendered = rendered_file(context, options);
    const std::string& uri = rendered.section.outputs.front().video.uri;
    const std::string path = or_fatal(options.sources.assets->path_of(uri), ExitStatus::io_error);
    or_fatal(copy_atomically(path, context.text("output")), ExitStatus::cannot_create);
    context.write_line(records::dump(records::encode(rendered.section)));
}

void resolve_file(cli::Context& context, stages::RenderOptions options) {
    options.resolve_only = true;
    const stages::Rendered rendered = rendered_file(context, options);
    context.write_line(records::canonical_json(records::write_timeline(rendered.timeline)));
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
