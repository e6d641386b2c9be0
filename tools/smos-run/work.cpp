// SPDX-License-Identifier: Apache-2.0
// smos-run work: a worker on this host.
#include "tools/smos-run/line.hpp"
#include "tools/smos-run/verbs.hpp"

#include "libsmos/cli/signals.hpp"
#include "libsmos/core/fatal.hpp"
#include "libsmos/core/hash.hpp"
#include "libsmos/stages/run/worker.hpp"
#include "libsmos/store/owner.hpp"

#include <fmt/format.h>

#include <array>
#include <unistd.h>

namespace smos::tools {
namespace {

std::string hostname() {
    std::array<char, 256> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "unknown";
}

stages::WorkOptions work_options(cli::Context& context, const ConfiguredLine& line) {
    stages::WorkOptions options;
    options.queue = context.text("queue");
    options.hostname = hostname();
    options.name = options.hostname + ":" + store::this_process();
    options.version = context.version();
    options.drain = context.flag("drain");
    options.concurrency = static_cast<std::size_t>(context.integer("concurrency"));
    options.limits = limits_of(context, line);
    options.policy = configured_policy(context);
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
    const ConfiguredLine line = configured_line(context);
    stages::Worker worker{database,
                          line.graph,
                          programs_of(context, line),
                          work_options(context, line),
                          {[&](std::string_view text) { context.info(text); },
                           [&](const Error& error) { context.error(error); },
                           [&] { return context.interrupted(); },
                           cli::interruption_fd()}};
    worker.run();
    context.info(fmt::format("{} productions went through this worker", worker.finished()));
}

} // namespace smos::tools
