// SPDX-License-Identifier: Apache-2.0
// The queue: what a worker writes under its lease.
#include "libsmos/core/fatal.hpp"
#include "libsmos/store/queue/queue.hpp"
#include "libsmos/store/queue/turns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace smos::store {
namespace {

#define SMOS_HELD "id = ?1 AND lease_token = ?2 AND state = 'leased'"
#define SMOS_LEASE_ENDS                                                                            \
    "lease_until_us = NULL, lease_boot = NULL, lease_boot_until_us = NULL, worker = NULL,"         \
    " state_version = state_version + 1, actor = worker"

Error lost_lease(const Lease& lease) {
    return Error{"lost_lease",
                 fmt::format("lease {} of it is no longer ours", lease.token),
                 fmt::format("production {}", lease.production_id),
                 "somebody cancelled it, or it was silent for too long; its worker has to stop"};
}

/// A change of one row under its lease; it returns a row where it found one.
Result<void> changed(const Lease& lease, Statement& row) {
    row.bind(1, lease.production_id).bind(2, lease.token);
    if (!row.step())
        return lost_lease(lease);
    return {};
}

/// The end of a lease, which lets the next of its key have a turn.
Result<void> ended(Database& database, const Lease& lease, Statement row, Instant now) {
    SMOS_CHECK(changed(lease, row));
    const std::optional<std::string> key = row.optional_text(1);
    row.reset();
    open_turns(database, key, now);
    return {};
}

#define SMOS_COMPLETE_SETS                                                                         \
    "UPDATE production SET state = 'done', last_error = NULL, action = "                           \
    "'complete', " SMOS_LEASE_ENDS

constexpr std::string_view complete_one = SMOS_COMPLETE_SETS
    ", record = ?3, updated_us = ?4/*or now*/ WHERE " SMOS_HELD " RETURNING id, concurrency_key";

// Rows of (id, token, record); several in one statement save a journey each.
std::string complete_statement(std::size_t rows) {
    std::string given;
    for (std::size_t i = 0; i < rows; ++i) {
        given += fmt::format("{}(CAST(?{} AS INTEGER), CAST(?{} AS INTEGER), CAST(?{} AS TEXT))",
                             i == 0 ? "" : ", ",
                             3 * i + 1,
                             3 * i + 2,
                             3 * i + 3);
    }
    return "WITH given(production_id, token, record) AS MATERIALIZED (VALUES " + given +
           ") " SMOS_COMPLETE_SETS ", record = given.record, updated_us = ?" +
           fmt::format("{}/*or now*/", 3 * rows + 1) +
           " FROM given WHERE production.id = given.production_id"
           " AND production.lease_token = given.token AND production.state = 'leased'"
           " RETURNING production.id, production.concurrency_key";
}

std::string_view complete_statement_of(std::size_t rows) {
    static const std::string ten = complete_statement(10);
    static const std::string hundred = complete_statement(100);
    return rows == 1 ? complete_one : rows == 10 ? ten : hundred;
}

} // namespace

Result<void> Queue::extend(const Lease& lease, std::int64_t ttl_us) {
    const std::optional<Moment> now = given_now();
    return database_.alone([&]() -> Result<void> {
        Statement row = database_.prepare(
            "UPDATE production SET lease_boot = ?3, lease_boot_until_us = ?4/*or now*/ + ?6,"
            " lease_until_us = ?5/*or now*/ + ?6 WHERE " SMOS_HELD " RETURNING id");
        row.bind(6, ttl_us);
        if (now)
            row.bind(3, now->boot_id).bind(4, now->boot_us).bind(5, now->wall.micros);
        else
            row.bind(3, server_boot);
        SMOS_CHECK(changed(lease, row));
        while (row.step()) { // no other row has that id
        }
        return {};
    });
}

Result<void> Queue::store_output(const Lease& lease, const StageOutput& output) {
    const std::optional<Moment> now = given_now();
    const auto wall_us = now ? std::optional{now->wall.micros} : std::nullopt;
    return database_.transaction(own_rows, [&]() -> Result<void> {
        std::string worker;
        {
            Statement row = database_.prepare(
                "UPDATE production SET record = CASE WHEN ?7 = '' THEN ?3 ELSE record END,"
                " stage = ?4, action = 'output ' || ?5, actor = worker,"
                " updated_us = ?6/*or now*/, since = ?7, state_version = state_version + 1"
                " WHERE " SMOS_HELD " RETURNING id, worker");
            row.bind(3, output.joined.value_or(output.record))
                .bind(4, output.next_stage)
                .bind(5, output.stage)
                .bind(6, wall_us)
                .bind(7, output.since);
            SMOS_CHECK(changed(lease, row));
            worker = row.text(1);
        }
        database_
            .prepare("INSERT INTO stage_output(production_id, stage, input_hash, record,"
                     " lease_token, at_us) VALUES(?1, ?2, ?3, ?4, ?5, ?6/*or now*/)"
                     " ON CONFLICT(production_id, stage, input_hash) DO NOTHING")
            .bind(1, lease.production_id)
            .bind(2, output.stage)
            .bind(3, output.input_hash)
            .bind(4, output.record)
            .bind(5, lease.token)
            .bind(6, wall_us)
            .run();
        put_notes(database_,
                  lease,
                  {worker, output.stage, output.attempt, output.input_hash},
                  output.notes,
                  now ? now->wall : database_.now());
        return {};
    });
}

std::optional<std::string>
Queue::output_of(std::int64_t production_id, std::string_view stage, std::string_view input_hash) {
    Statement row = database_.prepare("SELECT record FROM stage_output"
                                      " WHERE production_id = ?1 AND stage = ?2"
                                      " AND input_hash = ?3");
    row.bind(1, production_id).bind(2, stage).bind(3, input_hash);
    return row.step() ? std::optional<std::string>{row.text(0)} : std::nullopt;
}

Result<void> Queue::complete(const Lease& lease, std::string_view record) {
    if (!complete_many({{lease, std::string{record}}}).empty())
        return lost_lease(lease);
    return {};
}

void Queue::complete_chunk(const Completion* first,
                           std::size_t count,
                           std::size_t size,
                           std::vector<std::int64_t>& kept,
                           std::set<std::string>& keys) {
    Statement row = database_.prepare(complete_statement_of(size));
    for (std::size_t i = 0; i < size; ++i) {
        const int index = static_cast<int>(3 * i);
        // What is left of a short chunk stays null and meets no row.
        if (i >= count)
            break;
        row.bind(index + 1, first[i].lease.production_id);
        row.bind(index + 2, first[i].lease.token);
        row.bind(index + 3, first[i].record);
    }
    if (const auto now = given_now())
        row.bind(static_cast<int>(3 * size + 1), now->wall.micros);
    while (row.step()) {
        kept.push_back(row.integer(0));
        if (auto key = row.optional_text(1))
            keys.insert(*std::move(key));
    }
}

std::vector<std::int64_t> Queue::complete_many(const std::vector<Completion>& completions) {
    constexpr std::size_t most = 100;
    std::vector<std::int64_t> kept;
    std::set<std::string> keys;
    const auto complete_all = [&] {
        for (std::size_t done = 0; done < completions.size();) {
            const std::size_t left = completions.size() - done;
            const std::size_t size = left == 1 ? 1 : left <= 10 ? 10 : most;
            const std::size_t count = std::min(left, size);
            complete_chunk(&completions[done], count, size, kept, keys);
            done += count;
        }
        if (!at_server_)
            end_turns(keys, true);
    };
    if (completions.size() <= most)
        database_.alone(complete_all);
    else
        database_.transaction(own_rows, complete_all);
    if (at_server_)
        end_turns(keys, true);
    std::sort(kept.begin(), kept.end());
    std::vector<std::int64_t> lost;
    for (const Completion& completion : completions) {
        const std::int64_t id = completion.lease.production_id;
        if (!std::binary_search(kept.begin(), kept.end(), id))
            lost.push_back(id);
    }
    return lost;
}

Result<Failure> Queue::count_failure(const Lease& lease,
                                     std::string_view error,
                                     bool crashed,
                                     bool retryable,
                                     const Backoff& backoff,
                                     Random& random) {
    const Instant now = clock_().wall;
    Result<Failure> counted = Failure{};
    ledger_.together(
        [&] { counted = count_now(lease, error, crashed, retryable, backoff, random, now); });
    return counted;
}

Result<Failure> Queue::count_now(const Lease& lease,
                                 std::string_view error,
                                 bool crashed,
                                 bool retryable,
                                 const Backoff& backoff,
                                 Random& random,
                                 Instant now) {
    std::int64_t attempt = 0;
    std::int64_t crashes = 0;
    std::string tenant;
    std::string task_id;
    Failure failure;
    {
        Statement row = database_.prepare(
            "SELECT attempt, max_attempts, crashes, max_crashes, tenant, task_id FROM production"
            " WHERE " SMOS_HELD " /*for update*/");
        SMOS_CHECK(changed(lease, row));
        const std::int64_t before = row.integer(crashed ? 2 : 0);
        attempt = row.integer(0) + (crashed ? 0 : 1);
        crashes = row.integer(2) + (crashed ? 1 : 0);
        tenant = row.text(4);
        task_id = row.text(5);
        failure.run_at = Instant{now.micros + backoff_us(backoff, before, random)};
        if (crashes >= row.integer(3))
            failure.state = ProductionState::quarantined;
        else if (attempt >= row.integer(1) || !retryable)
            failure.state = ProductionState::dead;
    }
    if (failure.state != ProductionState::queued)
        failure.run_at = now;
    Statement row = database_.prepare(
        "UPDATE production SET state = ?3, attempt = ?4, crashes = ?5, run_at_us = ?6,"
        " last_error = ?7, action = ?8, updated_us = ?9, " SMOS_LEASE_ENDS " WHERE " SMOS_HELD
        " RETURNING id, concurrency_key");
    row.bind(3, name_of(failure.state))
        .bind(4, attempt)
        .bind(5, crashes)
        .bind(6, failure.run_at.micros)
        .bind(7, error)
        .bind(8, crashed ? "crash" : "fail")
        .bind(9, now.micros);
    SMOS_CHECK(ended(database_, lease, std::move(row), now));
    if (failure.state != ProductionState::queued)
        ledger_.abandon(
            {{}, tenant, task_id, false, std::string{name_of(failure.state)}, "smos-run"});
    return failure;
}

Result<Failure>
Queue::fail(const Lease& lease, const Error& error, const Backoff& backoff, Random& random) {
    const std::string text = error.code + ": " + error.text();
    return count_failure(lease, text, false, error.retryable, backoff, random);
}

Result<Failure>
Queue::crash(const Lease& lease, std::string_view what, const Backoff& backoff, Random& random) {
    return count_failure(lease, what, true, true, backoff, random);
}

Result<void> Queue::release(const Lease& lease, std::optional<Instant> run_at) {
    const Instant now = clock_().wall;
    const std::optional<std::int64_t> micros =
        run_at ? std::optional<std::int64_t>{run_at->micros} : std::nullopt;
    return database_.transaction(own_rows, [&]() -> Result<void> {
        Statement row = database_.prepare(
            "UPDATE production SET state = 'queued', run_at_us = coalesce(?3, run_at_us),"
            " action = 'release', updated_us = ?4, " SMOS_LEASE_ENDS " WHERE " SMOS_HELD
            " RETURNING id, concurrency_key");
        row.bind(3, micros).bind(4, now.micros);
        return ended(database_, lease, std::move(row), now);
    });
}

Result<void> Queue::hand_over(const Lease& lease, std::string_view stage) {
    const Instant now = clock_().wall;
    return database_.transaction(own_rows, [&]() -> Result<void> {
        Statement row = database_.prepare(
            "UPDATE production SET state = 'queued', stage = ?3, action = 'hand over',"
            " updated_us = ?4, " SMOS_LEASE_ENDS " WHERE " SMOS_HELD
            " RETURNING id, concurrency_key");
        row.bind(3, stage).bind(4, now.micros);
        return ended(database_, lease, std::move(row), now);
    });
}

void Queue::release_unknown(std::string_view worker, const std::vector<Lease>& known) {
    std::vector<Lease> held;
    {
        Statement row = database_.prepare("SELECT id, lease_token FROM production"
                                          " WHERE state = 'leased' AND worker = ?1");
        row.bind(1, worker);
        while (row.step())
            held.push_back({row.integer(0), row.integer(1)});
    }
    for (const Lease& lease : held) {
        const bool ours = std::any_of(known.begin(), known.end(), [&](const Lease& one) {
            return one.production_id == lease.production_id;
        });
        if (!ours)
            static_cast<void>(release(lease)); // lost meanwhile: it is somebody else's
    }
}

Result<void> Queue::enter_review(const Lease& lease,
                                 std::string_view record,
                                 std::string_view next_stage,
                                 Instant until) {
    const Instant now = clock_().wall;
    return database_.transaction(own_rows, [&]() -> Result<void> {
        Statement row = database_.prepare(
            "UPDATE production SET state = 'review', record = ?3, stage = ?4, verdict = NULL,"
            " review_until_us = ?5, action = 'enter_review', updated_us = ?6, " SMOS_LEASE_ENDS
            " WHERE " SMOS_HELD " RETURNING id, concurrency_key");
        row.bind(3, record).bind(4, next_stage).bind(5, until.micros).bind(6, now.micros);
        return ended(database_, lease, std::move(row), now);
    });
}

bool Queue::holds(Database& database, const Lease& lease) {
    Statement row = database.prepare("SELECT 1 FROM production WHERE " SMOS_HELD " /*for share*/");
    return row.bind(1, lease.production_id).bind(2, lease.token).step();
}

} // namespace smos::store
