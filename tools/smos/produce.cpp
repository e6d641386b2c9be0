// SPDX-License-Identifier: Apache-2.0
// `smos produce`: one intent through the whole line, asking before money is spent.
#include "produce.hpp"

#include "spec.hpp"

#include "libsmos/cli/process.hpp"
#include "libsmos/cli/state.hpp"
#include "libsmos/core/fatal.hpp"
#include "libsmos/core/hash.hpp"
#include "libsmos/core/utf8.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/records/plan.hpp"
#include "libsmos/records/sections.hpp"

#include <fmt/format.h>

#include <iostream>

namespace smos::dispatch {
namespace {

std::string program(const std::string& tool) {
    const auto path = cli::find_program("smos-" + tool);
    if (!path)
        throw Fatal(ExitStatus::unavailable,
                    fmt::format("smos-{} is neither beside smos nor on PATH", tool),
                    "install SMOS completely, or correct PATH");
    return *path;
}

/// The shared options that were typed go to every tool of the line.
cli::Arguments with_shared(cli::Context& context, cli::Arguments arguments) {
    const auto& typed = context.state().typed.options;
    for (const cli::Option& option : cli::shared_options()) {
        const auto given = typed.find(option.name);
        if (given == typed.end())
            continue;
        arguments.push_back("--" + option.name + "=" + given->second.back());
    }
    return arguments;
}

/// Runs one or more tools on one record; the last line that comes out is what became of it.
records::Record through(const std::vector<cli::Arguments>& programs, const std::string& line) {
    auto end = or_fatal(cli::run_pipeline(programs, line + "\n"), ExitStatus::unavailable);
    for (std::size_t i = 0; i < programs.size(); ++i)
        if (end.statuses[i] != 0)
            throw Fatal(static_cast<ExitStatus>(end.statuses[i]),
                        fmt::format("{} ended with status {}", programs[i][0], end.statuses[i]),
                        "its own message is above");
    while (!end.output.empty() && end.output.back() == '\n')
        end.output.pop_back();
    const std::size_t newline = end.output.rfind('\n');
    std::string last = newline == std::string::npos ? end.output : end.output.substr(newline + 1);
    return or_fatal(records::Record::parse(std::move(last)), ExitStatus::protocol);
}

records::Record intent_record(const std::string& intent) {
    records::NewRecord envelope;
    envelope.task_id = records::production_id("default", "intent", sha256_hex(intent), "");
    envelope.payload = records::Json{{"prompt", intent}};
    return records::make_record(envelope);
}

/// What the plan says it will cost; nothing when it does not say.
std::optional<Micros> estimate_of(const records::Record& record) {
    const auto plan = or_fatal(record.section<records::Plan>(), ExitStatus::protocol);
    if (!plan || !plan->estimate)
        return {};
    return plan->estimate->total_micros;
}

void ask_for_money(cli::Context& context, const records::Record& planned) {
    const auto estimate = estimate_of(planned);
    if (estimate == Micros{0} || context.flag("yes") || context.dry_run())
        return;
    const std::string cost = estimate ? format_usd(*estimate) : "an unknown amount";
    if (::isatty(STDIN_FILENO) != 1 || ::isatty(STDERR_FILENO) != 1)
        throw Fatal(ExitStatus::not_permitted,
                    fmt::format("this would spend up to {}", cost),
                    "say --yes to allow it");
    context.state().progress.clear();
    std::cerr << fmt::format("smos: this may spend up to {}. Go on? [y/N] ", cost) << std::flush;
    std::string answer;
    if (!std::getline(std::cin, answer) || (answer != "y" && answer != "yes"))
        throw Fatal(ExitStatus::not_permitted, "not spent: not confirmed", "");
}

std::vector<cli::Arguments> rest_of_line(cli::Context& context) {
    const std::string muse = context.text("muse");
    std::vector<cli::Arguments> line{
        with_shared(context, {program("cfo"), "reserve"}),
        with_shared(context, {program("render")}),
        with_shared(context, {program("critic"), "--muse", muse}),
    };
    if (context.flag("publish")) {
        cli::Arguments publish{program("publish"), "--muse", muse};
        for (const std::string& channel : context.texts("to")) {
            publish.emplace_back("--to");
            publish.push_back(channel);
        }
        line.push_back(with_shared(context, publish));
    }
    line.push_back(with_shared(context, {program("cfo"), "settle"}));
    return line;
}

} // namespace

void produce(cli::Context& context) {
    if (!context.texts("to").empty() && !context.flag("publish"))
        throw Fatal(ExitStatus::usage, "--to without --publish", "add --publish");
    const records::Record intent = intent_record(context.text("intent"));
    const cli::Arguments planner{program("plan"), "--muse", context.text("muse")};
    const auto rest = rest_of_line(context); // whatever is missing is said before any work
    records::Record record = through({with_shared(context, planner)}, intent.str());
    if (record.status() == records::Status::planned) {
        ask_for_money(context, record);
        record = through(rest, record.str());
    }
    conclude_production(context, record);
}

} // namespace smos::dispatch
