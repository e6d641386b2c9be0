// SPDX-License-Identifier: Apache-2.0
// The verbs of smos-run that only look.
#include "tools/smos-run/line.hpp"
#include "tools/smos-run/verbs.hpp"

#include "libsmos/cli/log.hpp"
#include "libsmos/core/fatal.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/store/queue/nodes.hpp"

#include <fmt/format.h>

namespace smos::tools {
namespace {

using records::Json;

Json json_of(const store::Production& production) {
    Json made{{"task_id", production.task_id},
              {"tenant_id", production.tenant},
              {"queue", production.queue},
              {"state", name_of(production.state)},
              {"stage", production.stage},
              {"state_version", production.state_version},
              {"priority", production.priority},
              {"run_at", format_rfc3339(production.run_at)},
              {"attempt", production.attempt},
              {"max_attempts", production.max_attempts},
              {"crashes", production.crashes},
              {"max_crashes", production.max_crashes},
              {"created_at", format_rfc3339(production.created_at)},
              {"updated_at", format_rfc3339(production.updated_at)}};
    if (production.verdict)
        made["verdict"] = *production.verdict;
    if (production.worker)
        made["worker"] = *production.worker;
    if (production.lease_until)
        made["lease_until"] = format_rfc3339(*production.lease_until);
    if (production.last_error)
        made["last_error"] = *production.last_error;
    return made;
}

Json json_of(const store::Depth& depth) {
    return {{"work", depth.work()},
            {"ready", depth.ready},
            {"waiting", depth.waiting},
            {"leased", depth.leased},
            {"review", depth.review},
            {"paused", depth.paused},
            {"done", depth.done},
            {"dead", depth.dead},
            {"quarantined", depth.quarantined},
            {"cancelled", depth.cancelled}};
}

Json json_of(const store::Node& node) {
    return {{"node_id", node.node_id},
            {"hostname", node.hostname},
            {"alive", node.alive},
            {"started_at", format_rfc3339(node.started_at)},
            {"last_heartbeat", format_rfc3339(node.beat_at)},
            {"expires_at", format_rfc3339(node.expires_at)}};
}

void print(cli::Context& context, const Json& object) {
    if (context.flag("json"))
        return context.write_line(records::dump(object));
    for (const auto& [name, value] : object.items())
        context.write_line(fmt::format("{:<14} {}",
                                       name,
                                       value.is_string() ? cli::visible(value.get<std::string>())
                                                         : records::dump(value)));
}

} // namespace

std::string line_of(const store::Production& production) {
    return records::dump(json_of(production));
}

void show_depth(cli::Context& context, store::Database& database) {
    store::QueueDesk desk{database};
    Json depth = json_of(desk.depth(scope_of(context).queue));
    const std::string first = configured_line(context).graph.name(0);
    Json stages = Json::object();
    for (const auto& [stage, at] : desk.depth_of_stages(scope_of(context).queue)) {
        Json& shown = stages[stage.empty() ? first : stage];
        if (shown.is_null())
            shown = Json::object();
        for (const auto& [name, number] : {std::pair{"work", at.work()},
                                           std::pair{"ready", at.ready},
                                           std::pair{"waiting", at.waiting},
                                           std::pair{"leased", at.leased}})
            shown[name] = shown.value(name, std::int64_t{0}) + number;
    }
    depth["stages"] = std::move(stages);
    print(context, depth);
}

void show_status(cli::Context& context, store::Database& database) {
    store::QueueDesk desk{database};
    Json status = json_of(desk.depth(scope_of(context).queue));
    std::int64_t alive = 0;
    for (const store::Node& node : store::Nodes{database}.list())
        alive += node.alive ? 1 : 0;
    status["nodes"] = alive;
    Json paused_by = Json::object();
    for (const store::Switch& one : desk.switches()) {
        if (one.paused)
            paused_by[one.name] = one.reason.empty() ? one.actor : one.actor + ": " + one.reason;
    }
    status["switches"] = std::move(paused_by);
    print(context, status);
}

void list_productions(cli::Context& context, store::Database& database) {
    store::QueueDesk desk{database};
    store::ListFilter filter;
    filter.scope = scope_of(context);
    if (context.given("in"))
        filter.state = store::production_state_of(context.text("in"));
    for (auto page = desk.list(filter); !page.empty(); page = desk.list(filter)) {
        for (const store::Production& one : page) {
            if (context.flag("json"))
                context.write_line(line_of(one));
            else
                context.write_line(fmt::format("{:<36} {:<11} {:<8} v{:<4} {}",
                                               cli::visible(one.task_id),
                                               name_of(one.state),
                                               cli::visible(one.stage),
                                               one.state_version,
                                               cli::visible(one.last_error.value_or(""))));
        }
        filter.after_id = page.back().id;
    }
}

void show_production(cli::Context& context, store::Database& database) {
    store::QueueDesk desk{database};
    const std::string& task = context.positionals().front();
    const auto found = desk.show(context.text("tenant"), task);
    if (!found)
        throw Fatal(ExitStatus::no_input,
                    fmt::format("{}: no such production", task),
                    "smos-run list shows them; another tenant's needs --tenant");
    Json shown = json_of(*found);
    Json history = Json::array();
    for (const store::AuditRow& row : desk.audit_of(found->tenant, task))
        history.push_back({{"at", format_rfc3339(row.at)},
                           {"actor", row.actor},
                           {"action", row.action},
                           {"state_before", row.state_before},
                           {"state_after", row.state_after},
                           {"state_version", row.state_version}});
    if (context.flag("json")) {
        shown["audit"] = std::move(history);
        auto record = records::parse_json(found->record, task);
        shown["record"] = record ? std::move(*record) : Json{found->record};
        return context.write_line(records::dump(shown));
    }
    print(context, shown);
    for (const Json& row : history)
        context.write_line(fmt::format("{} {:<16} v{} by {}",
                                       row["at"].get<std::string>(),
                                       cli::visible(row["action"].get<std::string>()),
                                       row["state_version"].get<std::int64_t>(),
                                       cli::visible(row["actor"].get<std::string>())));
}

void list_nodes(cli::Context& context, store::Database& database) {
    for (const store::Node& node : store::Nodes{database}.list()) {
        if (context.flag("json"))
            context.write_line(records::dump(json_of(node)));
        else
            context.write_line(fmt::format("{:<6} {} {} {}",
                                           node.alive ? "alive" : "silent",
                                           format_rfc3339(node.beat_at),
                                           cli::visible(node.hostname),
                                           cli::visible(node.node_id)));
    }
}

} // namespace smos::tools
