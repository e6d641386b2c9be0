// SPDX-License-Identifier: Apache-2.0
// The queue as people see it: looking, and decisions on one production.
#include "libsmos/store/queue/desk.hpp"

#include "libsmos/store/owner.hpp"

#include <fmt/format.h>

namespace smos::store {
namespace {

// ?1 tenant, ?2 task, ?3 version, ?4 actor, ?5 time
#define SMOS_EDITED                                                                                \
    " state_version = state_version + 1, actor = ?4, updated_us = ?5"                              \
    " WHERE tenant = ?1 AND task_id = ?2 AND state_version = ?3 AND "
#define SMOS_NEITHER_LEASED_NOR_REVIEWED                                                           \
    " lease_until_us = NULL, lease_boot = NULL, lease_boot_until_us = NULL, worker = NULL,"        \
    " review_until_us = NULL,"
#define SMOS_KEY_IS_FREE                                                                           \
    " AND NOT EXISTS(SELECT 1 FROM production AS o WHERE o.queue = production.queue"               \
    " AND o.dedup_key = production.dedup_key AND o.id <> production.id"                            \
    " AND o.state NOT IN ('dead', 'cancelled'))"
#define SMOS_RETURNED " RETURNING " SMOS_PRODUCTION_COLUMNS

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

QueueDesk::QueueDesk(Database& database) : QueueDesk(database, moments_of(database)) {}

QueueDesk::QueueDesk(Database& database, MomentSource clock)
    : database_(database),
      clock_(std::move(clock)) {}

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
                          " ORDER BY id LIMIT ?4");
    row.bind(1, filter.after_id).bind(2, filter.queue).bind(3, state).bind(4, filter.most);
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

Error QueueDesk::refusal(const Edit& edit) {
    const auto found = find_production(database_, edit.tenant, edit.task_id);
    if (!found)
        return {"no_such_production",
                "no production of that name is in the queue",
                edit.task_id,
                "smos-run list shows them"};
    if (found->state_version != edit.state_version)
        return {"conflict",
                fmt::format("it is in version {}, not {}: somebody changed it meanwhile",
                            found->state_version,
                            edit.state_version),
                edit.task_id,
                "look at it again and decide anew",
                true};
    return {"wrong_state", fmt::format("it is {}", name_of(found->state)), edit.task_id};
}

Result<Production>
QueueDesk::edit(std::string_view sql, const Edit& edit, const std::optional<std::string>& record) {
    const Instant now = clock_().wall;
    return database_.transaction(own_rows, [&]() -> Result<Production> {
        {
            Statement row = database_.prepare(sql);
            row.bind(1, edit.tenant)
                .bind(2, edit.task_id)
                .bind(3, edit.state_version)
                .bind(4, edit.actor)
                .bind(5, now.micros);
            if (record)
                row.bind(6, record);
            if (row.step())
                return read_production(row);
        }
        return refusal(edit);
    });
}

Result<Production> QueueDesk::approve(const Edit& change,
                                      const std::optional<std::string>& record) {
    if (record)
        return edit(
            "UPDATE production SET state = 'queued', verdict = 'approved',"
            " review_until_us = NULL, run_at_us = ?5, action = 'approve', record = ?6," SMOS_EDITED
            "state = 'review'" SMOS_RETURNED,
            change,
            record);
    return edit("UPDATE production SET state = 'queued', verdict = 'approved',"
                " review_until_us = NULL, run_at_us = ?5, action = 'approve'," SMOS_EDITED
                "state = 'review'" SMOS_RETURNED,
                change);
}

Result<Production> QueueDesk::reject(const Edit& change, const std::optional<std::string>& record) {
    if (record)
        return edit("UPDATE production SET state = 'done', verdict = 'rejected',"
                    " review_until_us = NULL, action = 'reject', record = ?6," SMOS_EDITED
                    "state = 'review'" SMOS_RETURNED,
                    change,
                    record);
    return edit("UPDATE production SET state = 'done', verdict = 'rejected',"
                " review_until_us = NULL, action = 'reject'," SMOS_EDITED
                "state = 'review'" SMOS_RETURNED,
                change);
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

Result<Production> QueueDesk::cancel(const Edit& change) {
    return edit("UPDATE production SET state = 'cancelled',"
                " lease_token = lease_token + CASE WHEN state = 'leased' THEN 1 ELSE 0 "
                "END," SMOS_NEITHER_LEASED_NOR_REVIEWED " action = 'cancel'," SMOS_EDITED
                "state IN ('queued', 'leased', 'review', 'paused')" SMOS_RETURNED,
                change);
}

Result<Production> QueueDesk::retry(const Edit& change) {
    auto retried =
        edit("UPDATE production SET state = 'queued', attempt = 0, crashes = 0, run_at_us = ?5,"
             " action = 'retry'," SMOS_EDITED
             "state IN ('dead', 'quarantined', 'cancelled')" SMOS_KEY_IS_FREE SMOS_RETURNED,
             change);
    if (retried || retried.error().code != "wrong_state")
        return retried;
    Statement row = database_.prepare(
        "SELECT o.task_id FROM production AS mine JOIN production AS o ON o.queue = mine.queue"
        " AND o.dedup_key = mine.dedup_key AND o.id <> mine.id"
        " AND o.state NOT IN ('dead', 'cancelled') WHERE mine.tenant = ?1 AND mine.task_id = ?2"
        " AND mine.state IN ('dead', 'quarantined', 'cancelled')");
    if (row.bind(1, change.tenant).bind(2, change.task_id).step())
        return Error{"duplicate",
                     fmt::format("{} stands for it now: they have one dedup key", row.text(0)),
                     change.task_id,
                     "cancel that one first"};
    return retried;
}

Result<Production> QueueDesk::pause(const Edit& change) {
    return edit("UPDATE production SET state = 'paused', action = 'pause'," SMOS_EDITED
                "state = 'queued'" SMOS_RETURNED,
                change);
}

Result<Production> QueueDesk::resume(const Edit& change) {
    return edit("UPDATE production SET state = 'queued', action = 'resume'," SMOS_EDITED
                "state = 'paused'" SMOS_RETURNED,
                change);
}

std::int64_t QueueDesk::requeue(ProductionState state, std::string_view actor) {
    std::int64_t count = 0;
    ListFilter filter;
    filter.state = state;
    for (std::vector<Production> some = list(filter); !some.empty(); some = list(filter)) {
        for (const Production& one : some) {
            // Whoever changed it in between has decided otherwise: it is left to him.
            if (retry({one.tenant, one.task_id, one.state_version, std::string{actor}}))
                ++count;
        }
        filter.after_id = some.back().id;
    }
    return count;
}

} // namespace smos::store
