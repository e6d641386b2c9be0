// SPDX-License-Identifier: Apache-2.0
// The queue: what comes in, what workers take, what they lose.
#include "libsmos/store/queue/queue.hpp"

#include "libsmos/core/fatal.hpp"
#include "libsmos/store/queue/turns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <tuple>

namespace smos::store {
namespace {

#define SMOS_LEASES                                                                                \
    " UPDATE production SET state = 'leased', lease_token = lease_token + 1, lease_boot = ?3,"     \
    " lease_boot_until_us = ?4/*or now*/ + ?5, lease_until_us = ?2/*or now*/ + ?5, worker = ?6,"   \
    " state_version = state_version + 1, action = 'claim', actor = ?6,"                            \
    " updated_us = ?2/*or now*/ WHERE "

#define SMOS_NOT_PAUSED                                                                            \
    " AND NOT EXISTS(SELECT 1 FROM switch WHERE paused = 1"                                        \
    " AND (name = 'queue' OR name = 'queue:' || ?1))"

std::string ready(std::string_view row, bool one_stage) {
    return fmt::format("{0}.queue = ?1 AND {0}.state = 'queued' AND {0}.parked = 0"
                       " AND {0}.run_at_us <= ?2/*or now*/{1}",
                       row,
                       one_stage ? fmt::format(" AND {}.stage = ?7", row) : std::string{});
}

// A number of rows that stands in the text lets a server plan for it; a parameter would make it
// read the whole table.
std::string first_ones(int most) {
    return fmt::format(" ORDER BY priority, run_at_us, id LIMIT {} /*for update skip locked*/",
                       most);
}

/// What may be taken now, of any stage or of one (?7). Of one key only the first is looked at:
/// several in one statement would be taken in no order.
std::string claim_text(int most, bool one_stage) {
    const auto of = [&](const char* row) {
        return ready(row, one_stage) +
               (one_stage ? std::string{}
                          : fmt::format(" AND ({}.stage <> 'publish' OR NOT EXISTS(SELECT 1 FROM"
                                        " switch WHERE name = 'publish' AND paused = 1))",
                                        row));
    };
    return "WITH picked AS MATERIALIZED (SELECT id FROM production AS p WHERE " + of("p") +
           SMOS_NOT_PAUSED " AND (concurrency_key IS NULL OR ((SELECT count(*) FROM production AS o"
                           " WHERE o.state = 'leased' AND o.concurrency_key = p.concurrency_key)"
                           " < p.concurrency_max AND NOT EXISTS(SELECT 1 FROM production AS o"
                           " WHERE o.concurrency_key = p.concurrency_key AND " +
           of("o") + " AND (o.priority, o.run_at_us, o.id) < (p.priority, p.run_at_us, p.id))))" +
           first_ones(most) +
           ")" SMOS_LEASES "id IN (SELECT id FROM picked) RETURNING " SMOS_PRODUCTION_COLUMNS;
}

/// The first one, where it has no key and does not publish: a server sets up all that a statement
/// asks before it runs, and most rows need nothing of the above.
std::string plain_claim_text(bool one_stage) {
    return SMOS_LEASES "id = (SELECT id FROM production AS p WHERE " + ready("p", one_stage) +
           SMOS_NOT_PAUSED + first_ones(1) + ") AND concurrency_key IS NULL" +
           (one_stage ? "" : " AND stage <> 'publish'") + " RETURNING " SMOS_PRODUCTION_COLUMNS;
}

std::string_view plain_claim_statement(bool one_stage) {
    static const std::array<std::string, 2> texts{plain_claim_text(false), plain_claim_text(true)};
    return texts[one_stage ? 1 : 0];
}

std::string_view claim_statement(int most, bool one_stage) {
    static const std::array<std::array<std::string, 2>, 3> texts{
        {{claim_text(1, false), claim_text(1, true)},
         {claim_text(10, false), claim_text(10, true)},
         {claim_text(100, false), claim_text(100, true)}}};
    SMOS_EXPECT(most == 1 || most == 10 || most == 100);
    return texts[most == 1 ? 0 : most == 10 ? 1 : 2][one_stage ? 1 : 0];
}

constexpr std::size_t most_stages = 32;

/// The stages (?3 and on) in which something may be taken, the one with the most urgent head first.
std::string heads_text() {
    std::string given;
    for (std::size_t i = 0; i < most_stages; ++i)
        given += fmt::format("{}(CAST(?{} AS TEXT))", i == 0 ? "" : ", ", i + 3);
    return "WITH wanted(stage) AS (VALUES " + given +
           "), head AS (SELECT (SELECT p.id FROM production AS p WHERE p.queue = ?1"
           " AND p.stage = w.stage AND p.state = 'queued' AND p.parked = 0 AND p.run_at_us <= "
           "?2/*or now*/"
           " ORDER BY p.priority, p.run_at_us, p.id LIMIT 1) AS id FROM wanted AS w"
           " WHERE w.stage IS NOT NULL)"
           " SELECT h.stage FROM head JOIN production AS h ON h.id = head.id"
           " ORDER BY h.priority, h.run_at_us, h.id";
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
    " parked = CASE WHEN concurrency_key IS NULL OR run_at_us > ?3 THEN 0 ELSE 1 END,"
    " last_error = 'the lease of ' || worker || ' lapsed',"
    " lease_until_us = NULL, lease_boot = NULL, lease_boot_until_us = NULL, worker = NULL,"
    " state_version = state_version + 1, action = 'reap', actor = ?4, updated_us = ?3"
    " WHERE " SMOS_LAPSED " AND id IN (SELECT id FROM picked)"
    " RETURNING state, concurrency_key, tenant, task_id";

struct Taken {
    ProductionState state = ProductionState::queued;
    std::optional<std::string> key{};
    std::string tenant;
    std::string task_id;
};

} // namespace

Queue::Queue(Database& database, Policy policy)
    : database_(database),
      clock_(moments_of(database)),
      at_server_(is_server(database.path())),
      clock_is_servers_(at_server_),
      ledger_(database, policy),
      bell_(database) {}

Queue::Queue(Database& database, const MomentSource& clock, Policy policy)
    : database_(database),
      clock_(clock),
      at_server_(is_server(database.path())),
      clock_is_servers_(false),
      ledger_(database, policy, [clock] { return clock().wall; }),
      bell_(database) {}

/// Nothing where the server's clock counts: its statements read that.
std::optional<Moment> Queue::given_now() const {
    return clock_is_servers_ ? std::nullopt : std::optional{clock_()};
}

std::vector<Enqueued> Queue::enqueue(const std::vector<NewProduction>& productions,
                                     std::string_view actor) {
    const Instant now = clock_().wall;
    auto all = database_.transaction(own_rows, [&] {
        std::vector<Enqueued> made;
        made.reserve(productions.size());
        for (const NewProduction& production : productions)
            made.push_back(put_production(database_, production, actor, now));
        return made;
    });
    std::set<std::string> to_do;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (all[i].created && productions[i].run_at.value_or(now) <= now)
            to_do.insert(productions[i].queue);
    }
    for (const std::string& queue : to_do)
        bell_.ring(queue);
    return all;
}

std::vector<Production> Queue::claim(const ClaimRequest& request) {
    std::vector<Production> claimed =
        at_server_ ? claim_of(request)
                   : database_.transaction(own_rows, [&] { return claim_of(request); });
    std::sort(claimed.begin(), claimed.end(), [](const Production& a, const Production& b) {
        return std::tuple{a.priority, a.run_at.micros, a.id} <
               std::tuple{b.priority, b.run_at.micros, b.id};
    });
    return claimed;
}

/// A file's is one transaction. A server gets its statements one by one, each committed alone:
/// whatever falls between them mend_turns() makes good.
std::vector<Production> Queue::claim_of(const ClaimRequest& request) {
    const std::optional<Moment> now = given_now();
    std::vector<Production> rows;
    if (request.stages.empty())
        claim_some(request, nullptr, now, rows);
    else
        for (const std::string& stage : stages_by_head(request, now)) {
            if (rows.empty()) // the rest of a batch may wait for the next claim
                claim_some(request, &stage, now, rows);
        }
    std::set<std::string> keys;
    for (const Production& row : rows) {
        if (row.concurrency_key)
            keys.insert(*row.concurrency_key);
    }
    end_turns(keys, false);
    return rows;
}

/// After a claim of such keys, or (`open`) after leases of them ended.
void Queue::end_turns(const std::set<std::string>& keys, bool open) {
    if (keys.empty())
        return;
    const Instant now = clock_().wall;
    const auto each = [&] {
        for (const std::string& key : keys) {
            if (open)
                open_turns(database_, key, now);
            else
                close_turns(database_, key, now);
        }
    };
    if (!at_server_ || database_.in_transaction())
        return each();
    try {
        database_.transaction(own_rows, each);
    } catch (const Fatal&) {
        // What it is about is committed; mend_turns() opens what is left closed, and a state that
        // is gone says so at the next call.
    }
}

std::vector<std::string> Queue::stages_by_head(const ClaimRequest& request,
                                               const std::optional<Moment>& now) {
    SMOS_EXPECT(request.stages.size() <= most_stages);
    static const std::string text = heads_text();
    Statement paused =
        database_.prepare("SELECT 1 FROM switch WHERE name = 'publish' AND paused = 1");
    paused.ask();
    Statement row = database_.prepare(text);
    row.bind(1, request.queue);
    if (now)
        row.bind(2, now->wall.micros);
    int index = 3;
    for (const std::string& stage : request.stages)
        row.bind(index++, stage);
    row.ask();
    const bool held_back = paused.step();
    while (held_back && paused.step()) {
    }
    std::vector<std::string> found;
    while (row.step()) {
        if (!held_back || row.bytes(0) != "publish")
            found.push_back(row.text(0));
    }
    return found;
}

void Queue::claim_some(const ClaimRequest& request,
                       const std::string* stage,
                       const std::optional<Moment>& now,
                       std::vector<Production>& rows) {
    const bool one_at_server = at_server_ && request.most == 1;
    if (one_at_server && plain_)
        claim_with({request, stage, now}, true, rows);
    if (one_at_server && !rows.empty())
        return;
    claim_with({request, stage, now}, false, rows);
    // Where there is nothing else than keys, the first of the two is not worth asking.
    plain_ = rows.empty() || !rows.back().concurrency_key;
}

void Queue::claim_with(const Asked& asked, bool plain, std::vector<Production>& rows) {
    const auto& [request, stage, now] = asked;
    Statement row = database_.prepare(plain ? plain_claim_statement(stage != nullptr)
                                            : claim_statement(request.most, stage != nullptr));
    row.bind(1, request.queue).bind(5, request.ttl_us).bind(6, request.worker);
    if (now)
        row.bind(2, now->wall.micros).bind(3, now->boot_id).bind(4, now->boot_us);
    else
        row.bind(3, server_boot);
    if (stage != nullptr)
        row.bind(7, *stage);
    const auto read = [&] {
        while (row.step())
            rows.push_back(read_production(row));
    };
    if (at_server_)
        database_.alone(read);
    else
        read();
}

bool Queue::anything_lapsed() {
    const Moment now = clock_();
    Statement row = database_.prepare("SELECT 1 FROM production WHERE " SMOS_LAPSED " LIMIT 1");
    return row.bind(1, now.boot_id).bind(2, now.boot_us).bind(3, now.wall.micros).step();
}

std::int64_t Queue::reap_some(std::string_view actor, Reaped& reaped) {
    const Moment now = clock_();
    std::vector<Taken> taken;
    ledger_.together([&] {
        taken.clear();
        {
            Statement row = database_.prepare(reap_statement);
            row.bind(1, now.boot_id).bind(2, now.boot_us).bind(3, now.wall.micros).bind(4, actor);
            while (row.step())
                taken.push_back({*production_state_of(row.bytes(0)),
                                 row.optional_text(1),
                                 row.text(2),
                                 row.text(3)});
        }
        for (const Taken& one : taken) {
            open_turns(database_, one.key, now.wall);
            if (one.state == ProductionState::quarantined)
                ledger_.abandon(
                    {{}, one.tenant, one.task_id, false, "quarantined", std::string{actor}});
        }
    });
    for (const Taken& one : taken)
        ++(one.state == ProductionState::queued ? reaped.requeued : reaped.quarantined);
    return static_cast<std::int64_t>(taken.size());
}

void Queue::mend() {
    {
        Statement row = database_.prepare(
            "SELECT 1 FROM production WHERE state = 'queued' AND parked = 1 LIMIT 1");
        if (!row.step())
            return;
    }
    const Instant now = clock_().wall;
    std::string after = mended_;
    database_.transaction(own_rows, [&] { mend_turns(database_, after, now); });
    mended_ = after;
}

Reaped Queue::reap(std::string_view actor) {
    Reaped reaped;
    while (anything_lapsed() && reap_some(actor, reaped) > 0) {
    }
    mend();
    return reaped;
}

bool Queue::is_paused(std::string_view name) {
    Statement row = database_.prepare("SELECT 1 FROM switch WHERE name = ?1 AND paused = 1");
    return row.bind(1, name).step();
}

} // namespace smos::store
