// SPDX-License-Identifier: Apache-2.0
// The queue: what comes in, what workers take, what they lose.
#include "libsmos/store/queue/queue.hpp"

#include "libsmos/store/owner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace smos::store {
namespace {

// A number of rows that stands in the text lets a server plan for it; a parameter would make it
// read the whole table.
#define SMOS_READY(ROW)                                                                            \
    ROW ".queue = ?1 AND " ROW ".state = 'queued' AND " ROW ".run_at_us <= ?2 AND (" ROW           \
        ".stage <> 'publish'"                                                                      \
        " OR NOT EXISTS(SELECT 1 FROM switch WHERE name = 'publish' AND paused = 1))"
// Of one key only the first is looked at: several in one statement would be taken in no order.
#define SMOS_CLAIM(ROWS)                                                                           \
    "WITH picked AS MATERIALIZED (SELECT id FROM production AS p WHERE " SMOS_READY(               \
        "p") " AND NOT EXISTS(SELECT 1 FROM switch WHERE paused = 1"                               \
             " AND (name = 'queue' OR name = 'queue:' || ?1))"                                     \
             " AND (concurrency_key IS NULL OR ((SELECT count(*) FROM production AS o"             \
             " WHERE o.state = 'leased' AND o.concurrency_key = p.concurrency_key) < "             \
             "p.concurrency_max"                                                                   \
             " AND NOT EXISTS(SELECT 1 FROM production AS o WHERE o.concurrency_key = "            \
             "p.concurrency_key"                                                                   \
             " AND " SMOS_READY(                                                                   \
                 "o") " AND (o.priority, o.run_at_us, o.id) < (p.priority, p.run_at_us, p.id))))"  \
                      " ORDER BY priority, run_at_us, id LIMIT " ROWS                              \
                      " /*for update skip locked*/)"                                               \
                      " UPDATE production SET state = 'leased', lease_token = lease_token + 1,"    \
                      " lease_boot = ?3, lease_boot_until_us = ?4, lease_until_us = ?5, worker = " \
                      "?6,"                                                                        \
                      " state_version = state_version + 1, action = 'claim', actor = ?6, "         \
                      "updated_us = ?2"                                                            \
                      " WHERE id IN (SELECT id FROM picked) RETURNING " SMOS_PRODUCTION_COLUMNS

std::string_view claim_statement(int most) {
    switch (most) {
    case 1:
        return SMOS_CLAIM("1");
    case 10:
        return SMOS_CLAIM("10");
    default:
        SMOS_EXPECT(most == 100);
        return SMOS_CLAIM("100");
    }
}

#define SMOS_LAPSED                                                                                \
    "state = 'leased' AND ((lease_boot = ?1 AND lease_boot_until_us <= ?2)"                        \
    " OR (lease_boot <> ?1 AND lease_until_us <= ?3))"

constexpr std::string_view reap_statement =
    "WITH picked AS MATERIALIZED (SELECT id FROM production WHERE " SMOS_LAPSED
    " LIMIT 100 /*for update skip locked*/)"
    " UPDATE production SET"
    " state = CASE WHEN crashes + 1 >= max_crashes THEN 'quarantined' ELSE 'queued' END,"
    " crashes = crashes + 1, lease_token = lease_token + 1,"
    " last_error = 'the lease of ' || worker || ' lapsed',"
    " lease_until_us = NULL, lease_boot = NULL, lease_boot_until_us = NULL, worker = NULL,"
    " state_version = state_version + 1, action = 'reap', actor = ?4, updated_us = ?3"
    " WHERE " SMOS_LAPSED " AND id IN (SELECT id FROM picked) RETURNING state";

} // namespace

Queue::Queue(Database& database) : Queue(database, moments_of(database)) {}

Queue::Queue(Database& database, MomentSource clock)
    : database_(database),
      clock_(std::move(clock)) {}

std::vector<Enqueued> Queue::enqueue(const std::vector<NewProduction>& productions,
                                     std::string_view actor) {
    const Instant now = clock_().wall;
    return database_.transaction(own_rows, [&] {
        std::vector<Enqueued> made;
        made.reserve(productions.size());
        for (const NewProduction& production : productions)
            made.push_back(put_production(database_, production, actor, now));
        return made;
    });
}

std::vector<Production> Queue::claim(const ClaimRequest& request) {
    const Moment now = clock_();
    const Moment until = now.after(request.ttl_us);
    std::vector<Production> claimed = database_.transaction(own_rows, [&] {
        std::vector<Production> rows;
        Statement row = database_.prepare(claim_statement(request.most));
        row.bind(1, request.queue)
            .bind(2, now.wall.micros)
            .bind(3, now.boot_id)
            .bind(4, until.boot_us)
            .bind(5, until.wall.micros)
            .bind(6, request.worker);
        while (row.step())
            rows.push_back(read_production(row));
        return rows;
    });
    std::sort(claimed.begin(), claimed.end(), [](const Production& a, const Production& b) {
        return std::tuple{a.priority, a.run_at.micros, a.id} <
               std::tuple{b.priority, b.run_at.micros, b.id};
    });
    return claimed;
}

std::int64_t Queue::reap_some(std::string_view actor, Reaped& reaped) {
    const Moment now = clock_();
    Reaped some;
    database_.transaction(own_rows, [&] {
        Statement row = database_.prepare(reap_statement);
        row.bind(1, now.boot_id).bind(2, now.boot_us).bind(3, now.wall.micros).bind(4, actor);
        while (row.step())
            ++(row.bytes(0) == "queued" ? some.requeued : some.quarantined);
    });
    reaped.requeued += some.requeued;
    reaped.quarantined += some.quarantined;
    return some.requeued + some.quarantined;
}

Reaped Queue::reap(std::string_view actor) {
    Reaped reaped;
    while (reap_some(actor, reaped) == 100) {
    }
    return reaped;
}

bool Queue::is_paused(std::string_view name) {
    Statement row = database_.prepare("SELECT 1 FROM switch WHERE name = ?1 AND paused = 1");
    return row.bind(1, name).step();
}

} // namespace smos::store
