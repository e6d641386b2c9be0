// SPDX-License-Identifier: Apache-2.0
// The queue as people see it: what is paused, and what is cleared away.
#include "libsmos/store/owner.hpp"
#include "libsmos/store/queue/desk.hpp"

#include <fmt/format.h>

namespace smos::store {
namespace {

constexpr std::string_view moderation = "moderation";

struct Purged {
    std::string tenant;
    std::string task_id;
    std::int64_t state_version = 0;
};

std::vector<Purged>
purge_some(Database& database, ProductionState state, Instant before, const Scope& scope) {
    std::vector<Purged> gone;
    Statement row = database.prepare(
        "WITH picked AS MATERIALIZED (SELECT id FROM production WHERE state = ?1"
        " AND state IN ('done', 'dead', 'quarantined', 'cancelled') AND updated_us < ?2"
        " AND queue = coalesce(?3, queue) AND tenant = coalesce(?4, tenant)"
        " LIMIT 100 /*for update skip locked*/)"
        " DELETE FROM production WHERE id IN (SELECT id FROM picked)"
        " RETURNING tenant, task_id, state_version");
    row.bind(1, name_of(state)).bind(2, before.micros).bind(3, scope.queue).bind(4, scope.tenant);
    while (row.step())
        gone.push_back({row.text(0), row.text(1), row.integer(2)});
    return gone;
}

} // namespace

std::int64_t QueueDesk::purge(ProductionState state,
                              Instant before,
                              std::string_view actor,
                              const Scope& scope) {
    std::int64_t count = 0;
    for (std::size_t some = 100; some == 100;) {
        some = database_.transaction(own_rows, [&] {
            const std::vector<Purged> gone = purge_some(database_, state, before, scope);
            for (const Purged& one : gone)
                database_
                    .prepare("INSERT INTO audit(tenant, task_id, actor, action, state_before,"
                             " state_after, state_version, at_us)"
                             " VALUES(?1, ?2, ?3, 'purge', ?4, '', ?5, ?6)")
                    .bind(1, one.tenant)
                    .bind(2, one.task_id)
                    .bind(3, actor)
                    .bind(4, name_of(state))
                    .bind(5, one.state_version)
                    .bind(6, clock_().wall.micros)
                    .run();
            return gone.size();
        });
        count += static_cast<std::int64_t>(some);
    }
    return count;
}

void QueueDesk::set_switch_now(std::string_view name,
                               bool paused,
                               std::string_view actor,
                               std::string_view reason) {
    database_
        .prepare("INSERT INTO switch(name, paused, actor, reason, at_us)"
                 " VALUES(?1, ?2, ?3, ?4, ?5) ON CONFLICT(name) DO UPDATE SET"
                 " paused = excluded.paused, actor = excluded.actor, reason = excluded.reason,"
                 " at_us = excluded.at_us WHERE switch.paused <> excluded.paused"
                 " OR (switch.paused = 1 AND switch.actor = ?6 AND excluded.actor <> ?6)")
        .bind(1, name)
        .bind(2, std::int64_t{paused ? 1 : 0})
        .bind(3, actor)
        .bind(4, reason)
        .bind(5, clock_().wall.micros)
        .bind(6, moderation)
        .run();
}

void QueueDesk::set_switch(std::string_view name,
                           bool paused,
                           std::string_view actor,
                           std::string_view reason) {
    database_.transaction("queue switches", [&] { set_switch_now(name, paused, actor, reason); });
}

std::vector<Switch> QueueDesk::switches() {
    std::vector<Switch> found;
    Statement row =
        database_.prepare("SELECT name, paused, actor, reason, at_us FROM switch ORDER BY name");
    while (row.step())
        found.push_back(
            {row.text(0), row.integer(1) == 1, row.text(2), row.text(3), Instant{row.integer(4)}});
    return found;
}

bool QueueDesk::watch_backlog(std::int64_t most) {
    return database_.transaction("queue switches", [&] {
        std::int64_t waiting = 0;
        {
            Statement row =
                database_.prepare("SELECT count(*) FROM production WHERE state = 'review'");
            SMOS_EXPECT(row.step());
            waiting = row.integer(0);
        }
        bool paused = false;
        bool ours = false;
        {
            Statement row =
                database_.prepare("SELECT paused, actor FROM switch WHERE name = 'publish'");
            if (row.step()) {
                paused = row.integer(0) == 1;
                ours = row.bytes(1) == moderation;
            }
        }
        const bool pause = !paused && waiting > most;
        const bool resume = paused && ours && waiting <= most / 2;
        if (pause || resume)
            set_switch_now("publish",
                           pause,
                           moderation,
                           fmt::format("{} wait for review, {} may", waiting, most));
        return pause || (paused && !resume);
    });
}

} // namespace smos::store
