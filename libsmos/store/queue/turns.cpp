// SPDX-License-Identifier: Apache-2.0
// Turns of a concurrency key: what waits behind others of its key is parked, out of claims' way.
#include "libsmos/store/queue/turns.hpp"

#include <vector>

namespace smos::store {
namespace {

#define SMOS_PARKED "n.state = 'queued' AND n.parked = 1 AND n.concurrency_key = ?1"
#define SMOS_BY_LANE " ORDER BY n.queue, n.stage, n.priority, n.run_at_us, n.id LIMIT 1)"

// Hops from the head of one lane to the head of the next, past everything in between.
constexpr std::string_view open_statement =
    "WITH RECURSIVE lane(id) AS ("
    "SELECT (SELECT n.id FROM production AS n WHERE " SMOS_PARKED SMOS_BY_LANE
    " UNION ALL SELECT (SELECT n.id FROM production AS n WHERE " SMOS_PARKED
    " AND (n.queue, n.stage) > (c.queue, c.stage)" SMOS_BY_LANE
    " FROM lane JOIN production AS c ON c.id = lane.id),"
    " picked AS MATERIALIZED (SELECT h.id FROM production AS h"
    " WHERE h.id IN (SELECT id FROM lane WHERE id IS NOT NULL)"
    " AND h.concurrency_max > (SELECT count(*) FROM production AS o WHERE o.state = 'leased'"
    " AND o.concurrency_key = ?1)"
    " AND NOT EXISTS(SELECT 1 FROM production AS o WHERE o.concurrency_key = ?1"
    " AND o.state = 'queued' AND o.parked = 0 AND o.queue = h.queue AND o.stage = h.stage"
    " AND o.run_at_us <= ?2"
    " AND (o.priority, o.run_at_us, o.id) < (h.priority, h.run_at_us, h.id))"
    " /*for update skip locked*/)"
    " UPDATE production SET parked = 0 WHERE state = 'queued' AND id IN (SELECT id FROM picked)";

constexpr std::string_view close_statement =
    "WITH picked AS MATERIALIZED (SELECT id FROM production WHERE concurrency_key = ?1"
    " AND state = 'queued' AND parked = 0 AND run_at_us <= ?2 LIMIT 100"
    " /*for update skip locked*/)"
    " UPDATE production SET parked = 1 WHERE state = 'queued' AND id IN (SELECT id FROM picked)";

constexpr std::size_t most_keys = 100;

std::optional<std::string> next_key(Database& database, const std::string& after) {
    Statement row = database.prepare(
        "SELECT concurrency_key FROM production WHERE state = 'queued' AND parked = 1"
        " AND concurrency_key > ?1 ORDER BY concurrency_key LIMIT 1");
    return row.bind(1, after).step() ? std::optional{row.text(0)} : std::nullopt;
}

} // namespace

void open_turns(Database& database, const std::optional<std::string>& key, Instant now) {
    if (key)
        database.prepare(open_statement).bind(1, *key).bind(2, now.micros).run();
}

void close_turns(Database& database, const std::string& key, Instant now) {
    database.prepare(close_statement).bind(1, key).bind(2, now.micros).run();
    open_turns(database, key, now);
}

void mend_turns(Database& database, std::string& after, Instant now) {
    for (std::size_t i = 0; i < most_keys; ++i) {
        const auto key = next_key(database, after);
        after = key.value_or("");
        if (!key)
            return;
        // What is parked was due: where it is no more, the clock was set back.
        database
            .prepare("UPDATE production SET parked = 0 WHERE state = 'queued' AND parked = 1"
                     " AND concurrency_key = ?1 AND run_at_us > ?2")
            .bind(1, *key)
            .bind(2, now.micros)
            .run();
        open_turns(database, key, now);
    }
}

} // namespace smos::store
