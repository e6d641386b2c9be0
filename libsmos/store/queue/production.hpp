// SPDX-License-Identifier: Apache-2.0
// A production as a row: where it stands, who holds it, how often it failed.
#pragma once

#include "libsmos/core/clock.hpp"
#include "libsmos/core/result.hpp"
#include "libsmos/records/record.hpp"
#include "libsmos/store/engine/database.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace smos::store {

/// The lock of transactions whose statements guard their rows themselves: none.
inline constexpr std::string_view own_rows{};

enum class ProductionState {
    queued, // ready from run_at on
    leased, // a worker has it
    review, // a person decides
    paused, // held back by a person
    done,
    dead,        // failed max_attempts times, or in a way that no retry mends
    quarantined, // took its worker down max_crashes times
    cancelled,
};

std::string_view name_of(ProductionState state);
std::optional<ProductionState> production_state_of(std::string_view name);

struct Production {
    std::int64_t id = 0; // order of arrival
    std::string tenant;
    std::string task_id; // one row for each (tenant, task_id)
    std::string queue;
    std::string record; // the line as far as it has come
    ProductionState state = ProductionState::queued;
    std::string stage;   // what runs next; empty: the first
    std::string since{}; // while stages run side by side: where `record` stands; else empty
    std::optional<std::string> verdict{}; // of the last review: approved, rejected
    std::int64_t priority = 0;            // lower runs first
    Instant run_at{};
    std::int64_t attempt = 0; // failures so far
    std::int64_t max_attempts = 5;
    std::int64_t crashes = 0; // workers lost so far
    std::int64_t max_crashes = 3;
    std::int64_t lease_token = 0; // grows with every lease and every loss of one
    std::optional<Instant> lease_until{};
    std::optional<std::string> worker{};
    std::optional<Instant> review_until{};
    std::int64_t state_version = 0; // +1 by every change
    std::optional<std::string> last_error{};
    std::optional<std::string> concurrency_key{};
    std::int64_t concurrency_max = 1; // this many of the key run at once
    std::optional<std::string> dedup_key{};
    Instant created_at{};
    Instant updated_at{};
};

/// What is put into the queue.
struct NewProduction {
    std::string tenant = "default";
    std::string task_id;
    std::string record;
    std::string queue = "default";
    std::string stage{};
    std::int64_t priority = 0;
    std::optional<Instant> run_at{}; // nothing: now
    std::int64_t max_attempts = 5;
    std::int64_t max_crashes = 3;
    std::optional<std::string> concurrency_key{};
    std::int64_t concurrency_max = 1;
    /// Another live production of the queue with the same key is the same production.
    std::optional<std::string> dedup_key{};
};

struct Enqueued {
    std::int64_t id = 0;
    std::string task_id; // of the row that stands: another's where a dedup key was taken
    bool created = false;
    ProductionState state = ProductionState::queued;
};

/// Of a line: tenant and task from its envelope. Error `no_task_id`.
Result<NewProduction> new_production(const records::Record& record);

// The columns that read_production() reads, in its order.
#define SMOS_PRODUCTION_COLUMNS                                                                    \
    "id, tenant, task_id, queue, record, state, stage, verdict, priority, run_at_us, attempt,"     \
    " max_attempts, crashes, max_crashes, lease_token, lease_until_us, worker, review_until_us,"   \
    " state_version, last_error, concurrency_key, concurrency_max, dedup_key, created_us,"         \
    " updated_us, since"
Production read_production(const Statement& row);

std::optional<Production>
find_production(Database& database, std::string_view tenant, std::string_view task_id);

/// For rooms that enqueue inside a transaction of their own; see Queue::enqueue().
Enqueued put_production(Database& database,
                        const NewProduction& production,
                        std::string_view actor,
                        Instant now);

} // namespace smos::store
