// SPDX-License-Identifier: Apache-2.0
// smos-run work: a worker on this host.
#include "tools/smos-run/verbs.hpp"

#include "libsmos/cli/process.hpp"
#include "libsmos/cli/state.hpp"
#include "libsmos/core/fatal.hpp"
#include "libsmos/core/hash.hpp"
#include "libsmos/stages/run/worker.hpp"
#include "libsmos/store/owner.hpp"

#include <fmt/format.h>

#include <array>
#include <unistd.h>

namespace smos::tools {
namespace {

struct KnownStage {
    std::string_view name;
    std::string_view program;
    std::string_view verb;
    bool wants_muse;
};

constexpr std::array<KnownStage, 6> known_stages{{{"plan", "smos-plan", "", true},
                                                  {"reserve", "smos-cfo", "reserve", false},
                                                  {"render", "smos-render", "", false},
                                                  {"critic", "smos-critic", "", true},
                                                  {"publish", "smos-publish", "", true},
                                                  {"settle", "smos-cfo", "settle", false}}};

const KnownStage& known_stage(std::string_view name) {
    for (const KnownStage& stage : known_stages) {
        if (stage.name == name)
            return stage;
    }
    throw Fatal(ExitStatus::usage,
                fmt::format("{}: no such stage", name),
                "there are plan, reserve, render, critic, publish and settle");
}

/// The shared options that were typed go to every stage.
void add_shared(cli::Context& context, std::vector<std::string>& arguments) {
    const auto& typed = context.state().typed.options;
    for (const cli::Option& option : cli::shared_options()) {
        const auto given = typed.find(option.name);
        if (given != typed.end())
            arguments.push_back("--" + option.name + "=" + given->second.back());
    }
}

stages::StageProgram program_of(cli::Context& context, std::string_view name) {
    const KnownStage& stage = known_stage(name);
    const auto path = cli::find_program(std::string{stage.program});
    if (!path)
        throw Fatal(ExitStatus::unavailable,
                    fmt::format("{} is neither beside smos-run nor on PATH", stage.program),
                    "install SMOS completely, or correct PATH");
    stages::StageProgram made{std::string{name}, {*path}};
    if (!stage.verb.empty())
        made.arguments.emplace_back(stage.verb);
    if (stage.wants_muse && context.given("muse"))
        made.arguments.push_back("--muse=" + context.text("muse"));
    add_shared(context, made.arguments);
    for (const std::string& argument : context.texts("argument")) {
        const std::size_t equals = argument.find('=');
        known_stage(std::string_view{argument}.substr(0, equals));
        if (equals != std::string::npos && argument.compare(0, equals, name) == 0)
            made.arguments.push_back(argument.substr(equals + 1));
    }
    return made;
}

stages::StageLine line_of_stages(cli::Context& context) {
    stages::StageLine line;
    const std::string list = context.text("stages");
    for (std::size_t begin = 0; begin <= list.size();) {
        const std::size_t end = std::min(list.find(',', begin), list.size());
        line.push_back(program_of(context, std::string_view{list}.substr(begin, end - begin)));
        begin = end + 1;
    }
    return line;
}

std::string hostname() {
    std::array<char, 256> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "unknown";
}

stages::WorkOptions work_options(cli::Context& context) {
    stages::WorkOptions options;
    options.queue = context.text("queue");
    options.hostname = hostname();
    options.name = options.hostname + ":" + store::this_process();
    options.version = context.version();
    options.drain = context.flag("drain");
    options.concurrency = static_cast<std::size_t>(context.integer("concurrency"));
    options.ttl_us = context.integer("lease") * 1'000'000;
    options.review_timeout_us = context.integer("review-timeout") * 1'000'000;
    options.approve_overdue = context.text("review-verdict") == "approve";
    options.backlog_most = context.integer("backlog-pause");
    options.backoff.base_ms = context.integer("backoff");
    // Workers that draw the same waits would come back all at once.
    options.seed = context.given("seed") ? context.seed() : std::hash<std::string>{}(random_uuid());
    return options;
}

void check_ranges(cli::Context& context) {
    const auto within = [&](const char* name, std::int64_t least, std::int64_t most) {
        if (context.integer(name) < least || context.integer(name) > most)
            throw Fatal(ExitStatus::usage, fmt::format("--{} is {} to {}", name, least, most));
    };
    within("concurrency", 1, 256);
    within("lease", 1, 86'400);
    within("review-timeout", 0, 315'360'000);
    within("backlog-pause", 0, 1'000'000);
    within("backoff", 0, 3'600'000);
}

} // namespace

void work(cli::Context& context, store::Database& database) {
    check_ranges(context);
    if (context.dry_run())
        throw Fatal(ExitStatus::usage, "a worker has no dry run", "dry-run the stages themselves");
    stages::Worker worker{database,
                          line_of_stages(context),
                          work_options(context),
                          {[&](std::string_view text) { context.info(text); },
                           [&](const Error& error) { context.error(error); },
                           [&] { return context.interrupted(); }}};
    worker.run();
    context.info(fmt::format("{} productions went through this worker", worker.finished()));
}

} // namespace smos::tools
