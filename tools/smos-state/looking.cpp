// SPDX-License-Identifier: Apache-2.0
// The verbs of smos-state that look and clear: verify, prune, tail.
#include "tools/smos-state/verbs.hpp"

#include "libsmos/cli/log.hpp"
#include "libsmos/core/fatal.hpp"
#include "libsmos/core/money.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/store/upkeep/check.hpp"
#include "libsmos/store/upkeep/events.hpp"
#include "libsmos/store/upkeep/prune.hpp"

#include <fmt/format.h>

#include <ctime>

namespace smos::tools {
namespace {

using records::Json;

store::Database open_state(const cli::Context& context) {
    const std::string place = context.state_path();
    want_state(place);
    return store::Database{
        place, context.dry_run() ? store::OpenMode::scratch_copy : store::OpenMode::read_write};
}

Json json_of(const store::AuditFinding& finding) {
    return {{"kind", finding.kind},
            {"where", finding.where},
            {"seq", finding.seq},
            {"what", finding.what}};
}

Json json_of(const store::Event& event) {
    if (event.is_entry)
        return {{"at", format_rfc3339(event.at)},
                {"event", "entry"},
                {"chain", event.chain},
                {"seq", event.seq},
                {"kind", event.action},
                {"wallet", event.wallet},
                {"task_id", event.task_id},
                {"debit", event.debit},
                {"credit", event.credit},
                {"amount_micros", event.amount_micros},
                {"actor", event.actor}};
    return {{"at", format_rfc3339(event.at)},
            {"event", "audit"},
            {"tenant_id", event.tenant},
            {"task_id", event.task_id},
            {"actor", event.actor},
            {"action", event.action},
            {"state_before", event.state_before},
            {"state_after", event.state_after},
            {"state_version", event.state_version}};
}

std::string line_of(const store::Event& event) {
    if (event.is_entry)
        return fmt::format("{} {} #{} {} {} {} {} by {}",
                           format_rfc3339(event.at),
                           cli::visible(event.chain),
                           event.seq,
                           event.action,
                           cli::visible(event.wallet),
                           format_usd(event.amount_micros),
                           cli::visible(event.task_id.empty() ? "-" : event.task_id),
                           cli::visible(event.actor));
    return fmt::format("{} {} v{} {} {} -> {} by {}",
                       format_rfc3339(event.at),
                       cli::visible(event.task_id),
                       event.state_version,
                       cli::visible(event.action),
                       event.state_before.empty() ? "-" : event.state_before,
                       event.state_after.empty() ? "-" : event.state_after,
                       cli::visible(event.actor));
}

} // namespace

void verify(cli::Context& context) {
    store::Database database = open_state(context);
    const store::StateCheck check = store::check_state(database);
    Json findings = Json::array();
    for (const store::AuditFinding& finding : check.findings) {
        findings.push_back(json_of(finding));
        if (!context.flag("json"))
            context.write_line(fmt::format("{}{}: {}: {}",
                                           cli::visible(finding.where),
                                           finding.seq > 0 ? fmt::format(" #{}", finding.seq) : "",
                                           finding.kind,
                                           cli::visible(finding.what)));
    }
    if (context.flag("json"))
        context.write_line(records::dump(Json{{"place", database.path()},
                                              {"entries", check.entries},
                                              {"chains", check.chains},
                                              {"productions", check.productions},
                                              {"audit_rows", check.audit_rows},
                                              {"findings", findings}}));
    else
        context.write_line(fmt::format("{} entries in {} chains, {} productions, {} audit rows: {}",
                                       check.entries,
                                       check.chains,
                                       check.productions,
                                       check.audit_rows,
                                       check.findings.empty()
                                           ? std::string{"all good"}
                                           : fmt::format("{} findings", check.findings.size())));
    if (!check.findings.empty())
        context.set_status(ExitStatus::bad_input);
}

void prune(cli::Context& context) {
    constexpr std::int64_t day_us = 86'400'000'000;
    const std::int64_t days = context.integer("before");
    if (days < 1 || days > 36'500)
        throw Fatal(ExitStatus::usage, "--before takes 1 to 36500 days");
    store::Database database = open_state(context);
    const Instant before{database.now().micros - days * day_us};
    const store::Pruned pruned = context.dry_run() ? store::count_prunable(database, before)
                                                   : store::prune(database, before);
    if (context.flag("json"))
        return context.write_line(records::dump(Json{{"before", format_rfc3339(before)},
                                                     {"dry_run", context.dry_run()},
                                                     {"observations", pruned.observations},
                                                     {"stage_outputs", pruned.stage_outputs},
                                                     {"notes", pruned.notes},
                                                     {"audit_rows", pruned.audit_rows},
                                                     {"nodes", pruned.nodes},
                                                     {"refusals", pruned.refusals}}));
    context.write_line(fmt::format(
        "{} {} observations, {} stage outputs, {} notes, {} audit rows, {} nodes and {} refusals "
        "from before {}",
        context.dry_run() ? "would remove" : "removed",
        pruned.observations,
        pruned.stage_outputs,
        pruned.notes,
        pruned.audit_rows,
        pruned.nodes,
        pruned.refusals,
        format_rfc3339(before)));
}

void tail(cli::Context& context) {
    store::Database database = open_state(context);
    store::EventFilter filter;
    if (context.given("task"))
        filter.task_id = context.text("task");
    filter.since = context.time("since").value_or(Instant{});
    store::EventLog log{database, filter};
    constexpr timespec pause{0, 500'000'000};
    while (!context.interrupted()) {
        const std::vector<store::Event> events = log.next();
        for (const store::Event& event : events)
            context.write_line(context.flag("json") ? records::dump(json_of(event))
                                                    : line_of(event));
        if (!events.empty())
            continue;
        if (!context.flag("follow"))
            return;
        context.flush();
        ::nanosleep(&pause, nullptr);
    }
}

} // namespace smos::tools
