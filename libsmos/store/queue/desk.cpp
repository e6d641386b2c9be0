// SPDX-License-Identifier: Apache-2.0
// The queue as people see it: looking, and decisions on one production.
#include "libsmos/store/queue/desk.hpp"

#include "libsmos/store/owner.hpp"
#include "libsmos/store/queue/bell.hpp"

#include <fmt/format.h>

#include <set>

namespace smos::store {
namespace {

void count_state(Depth& depth, const Statement& row) {
    const std::int64_t number = row.integer(2);
    switch (*production_state_of(row.bytes(0))) {
    case ProductionState::queued:
        (row.integer(1) == 1 ? depth.ready : depth.waiting) += number;
        break;
    case ProductionState::leased:
        depth.leased += number;
        break;
    case ProductionState::review:
        depth.review += number;
        break;
    case ProductionState::paused:
        depth.paused += number;
        break;
    case ProductionState::done:
        depth.done += number;
        break;
    case ProductionState::dead:
        depth.dead += number;
        break;
    case ProductionState::quarantined:
        depth.quarantined += number;
        break;
    case ProductionState::cancelled:
        depth.cancelled += number;
        break;
    }
}

} // namespace

QueueDesk::QueueDesk(Database& database, Policy policy)
    : database_(database),
      clock_(moments_of(database)),
      ledger_(database, policy) {}

QueueDesk::QueueDesk(Database& database, const MomentSource& clock, Policy policy)
    : database_(database),
      clock_(clock),
      ledger_(database, policy, [clock] { return clock().wall; }) {}

std::optional<Production> QueueDesk::show(std::string_view tenant, std::string_view task_id) {
    return find_production(database_, tenant, task_id);
}

std::vector<Production> QueueDesk::list(const ListFilter& filter) {
    std::vector<Production> found;
    const std::optional<std::string> state =
        filter.state ? std::optional<std::string>{name_of(*filter.state)} : std::nullopt;
    Statement row =
        database_.prepare("SELECT " SMOS_PRODUCTION_COLUMNS " FROM production WHERE id > ?1"
                          " AND queue = coalesce(?2, queue) AND state = coalesce(?3, state)"
                          " AND tenant = coalesce(?5, tenant) ORDER BY id LIMIT ?4");
    row.bind(1, filter.after_id)
        .bind(2, filter.scope.queue)
        .bind(3, state)
        .bind(4, filter.most)
        .bind(5, filter.scope.tenant);
    while (row.step())
        found.push_back(read_production(row));
    return found;
}

std::vector<AuditRow> QueueDesk::audit_of(std::string_view tenant, std::string_view task_id) {
    std::vector<AuditRow> found;
    Statement row = database_.prepare(
        "SELECT actor, action, state_before, state_after, state_version, at_us FROM audit"
        " WHERE tenant = ?1 AND task_id = ?2 ORDER BY id");
    row.bind(1, tenant).bind(2, task_id);
    while (row.step())
        found.push_back({row.text(0),
                         row.text(1),
                         row.text(2),
                         row.text(3),
                         row.integer(4),
                         Instant{row.integer(5)}});
    return found;
}

Depth QueueDesk::depth(const std::optional<std::string>& queue) {
    Depth depth;
    Statement row = database_.prepare(
        "SELECT state, CASE WHEN run_at_us <= ?1 THEN 1 ELSE 0 END AS is_due, count(*)"
        " FROM production WHERE queue = coalesce(?2, queue) GROUP BY state, is_due");
    row.bind(1, clock_().wall.micros).bind(2, queue);
    while (row.step())
        count_state(depth, row);
    return depth;
}

std::map<std::string, StageDepth>
QueueDesk::depth_of_stages(const std::optional<std::string>& queue) {
    std::map<std::string, StageDepth> found;
    Statement row = database_.prepare(
        "SELECT stage, state, CASE WHEN run_at_us <= ?1 THEN 1 ELSE 0 END AS is_due, count(*)"
        " FROM production WHERE state IN ('queued', 'leased') AND queue = coalesce(?2, queue)"
        " GROUP BY stage, state, is_due");
    row.bind(1, clock_().wall.micros).bind(2, queue);
    while (row.step()) {
        StageDepth& depth = found[row.text(0)];
        (row.bytes(1) == "leased" ? depth.leased
         : row.integer(2) == 1    ? depth.ready
                                  : depth.waiting) += row.integer(3);
    }
    return found;
}

std::vector<Production> QueueDesk::overdue_reviews() {
    std::vector<Production> found;
    Statement row = database_.prepare(
        "SELECT " SMOS_PRODUCTION_COLUMNS " FROM production WHERE state = 'review'"
        " AND review_until_us <= ?1 ORDER BY review_until_us, id LIMIT 100");
    row.bind(1, clock_().wall.micros);
    while (row.step())
        found.push_back(read_production(row));
    return found;
}

Requeued QueueDesk::requeue(ProductionState state,
                            std::string_view actor,
                            const Scope& scope,
                            Doubts doubts) {
    Requeued requeued;
    std::set<std::string> queues;
    ListFilter filter;
    filter.scope = scope;
    filter.state = state;
    for (std::vector<Production> some = list(filter); !some.empty(); some = list(filter)) {
        for (const Production& one : some) {
            // Whoever changed it in between has decided otherwise: it is left to him.
            const auto retried =
                retry({one.tenant, one.task_id, one.state_version, std::string{actor}}, doubts);
            if (!retried) {
                requeued.in_doubt += retried.error().code == "in_doubt" ? 1 : 0;
                continue;
            }
            ++requeued.retried;
            queues.insert(one.queue);
        }
        filter.after_id = some.back().id;
    }
    Bell bell{database_};
    for (const std::string& queue : queues)
        bell.ring(queue);
    return requeued;
}

} // namespace smos::store
