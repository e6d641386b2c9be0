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
    return or_fatal(records::parse_json(text, input), ExitStatus::bad_input);
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

/// Copied beside the target and moved over it: a film is there whole or not at all.
void deliver(const std::string& from, const std::string& to) {
    TemporaryFile temporary{temporary_beside(to)};
    std::error_code failed;
    std::filesystem::copy_file(from, temporary.path(), failed);
    if (failed)
        throw Fatal(ExitStatus::cannot_create, to + ": " + failed.message());
    std::filesystem::permissions(temporary.path(), std::filesystem::perms{0644}, failed);
    or_fatal(move_into_place(temporary.path(), to, false), ExitStatus::cannot_create);
    temporary.release();
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

stages::Rendered rendered_file(cli::Context& context, const stages::RenderOptions& options) {
    const std::string& input = only_input(context);
    const std::int64_t started_us = monotonic_us();
    auto rendered = loaded_renderer()(options, timeline_of(context, input), input, std::nullopt, 0);
    if (!rendered)
        throw failed(input, rendered.error());
    static_cast<records::Stamp&>(rendered->section) = options.stamp(started_us);
    return *std::move(rendered);
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
    check_target(context.text("output"));
    const stages::Rendered rendered = rendered_file(context, options);
    const std::string& uri = rendered.section.outputs.front().video.uri;
    const std::string path = or_fatal(options.sources.assets->path_of(uri), ExitStatus::io_error);
    deliver(path, context.text("output"));
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
        for (const auto& problem : records::check_timeline(json_of(input))) {
            fine = fine && !problem.fatal;
            records::Json line{{"file", input},
                               {"severity", problem.fatal ? "error" : "warning"},
                               {"code", problem.code},
                               {"at", problem.at},
                               {"message", problem.message}};
            if (!problem.hint.empty())
                line["hint"] = problem.hint;
            if (problem.fix)
                line["suggestedFix"] = *problem.fix;
            context.write_line(records::dump(line));
        }
    }
    if (!fine)
        throw Fatal(
            ExitStatus::bad_input, "there are errors", "each line names one, and its place");
}

} // namespace smos::tools
