// SPDX-License-Identifier: Apache-2.0
// A production as a row: where it stands, who holds it, how often it failed.
#include "libsmos/store/queue/production.hpp"

#include "libsmos/core/fatal.hpp"
#include "libsmos/store/queue/turns.hpp"

#include <array>

namespace smos::store {
namespace {

constexpr std::array<std::string_view, 8> production_state_names{
    "queued", "leased", "review", "paused", "done", "dead", "quarantined", "cancelled"};

std::optional<Instant> production_instant(const Statement& row, int column) {
    const auto micros = row.optional_integer(column);
    return micros ? std::optional<Instant>{Instant{*micros}} : std::nullopt;
}

ProductionState read_state(const Statement& row, int column) {
    const auto state = production_state_of(row.bytes(column));
    SMOS_EXPECT(bool{state});
    return *state;
}

/// The row that an equal task or an equal dedup key found in place.
std::optional<Enqueued> standing(Database& database, const NewProduction& production) {
    const auto found = [](const Statement& row) {
        return Enqueued{row.integer(0), row.text(1), false, *production_state_of(row.bytes(2))};
    };
    {
        Statement row = database.prepare("SELECT id, task_id, state FROM production"
                                         " WHERE tenant = ?1 AND task_id = ?2");
        if (row.bind(1, production.tenant).bind(2, production.task_id).step())
            return found(row);
    }
    Statement row = database.prepare(
        "SELECT id, task_id, state FROM production WHERE queue = ?1 AND dedup_key = ?2"
        " AND dedup_key IS NOT NULL AND state NOT IN ('dead', 'cancelled')");
    if (row.bind(1, production.queue).bind(2, production.dedup_key).step())
        return found(row);
    return std::nullopt;
}

} // namespace

std::string_view name_of(ProductionState state) {
    return production_state_names[static_cast<std::size_t>(state)];
}

std::optional<ProductionState> production_state_of(std::string_view name) {
    for (std::size_t i = 0; i < production_state_names.size(); ++i) {
        if (production_state_names[i] == name)
            return static_cast<ProductionState>(i);
    }
    return std::nullopt;
}

Result<NewProduction> new_production(const records::Record& record) {
    NewProduction made;
    made.task_id = record.task_id();
    if (made.task_id.empty())
        return Error{"no_task_id",
                     "the line names no production",
                     "task_id",
                     "smos-scout and smos produce make lines that do"};
    made.tenant = record.tenant_id();
    made.record = record.str();
    return made;
}

Production read_production(const Statement& row) {
    Production found;
    found.id = row.integer(0);
    found.tenant = row.text(1);
    found.task_id = row.text(2);
    found.queue = row.text(3);
    found.record = row.text(4);
    found.state = read_state(row, 5);
    found.stage = row.text(6);
    found.verdict = row.optional_text(7);
    found.priority = row.integer(8);
    found.run_at = Instant{row.integer(9)};
    found.attempt = row.integer(10);
    found.max_attempts = row.integer(11);
    found.crashes = row.integer(12);
    found.max_crashes = row.integer(13);
    found.lease_token = row.integer(14);
    found.lease_until = production_instant(row, 15);
    found.worker = row.optional_text(16);
    found.review_until = production_instant(row, 17);
    found.state_version = row.integer(18);
    found.last_error = row.optional_text(19);
    found.concurrency_key = row.optional_text(20);
    found.concurrency_max = row.integer(21);
    found.dedup_key = row.optional_text(22);
    found.created_at = Instant{row.integer(23)};
    found.updated_at = Instant{row.integer(24)};
    found.since = row.text(25);
    return found;
}

std::optional<Production>
find_production(Database& database, std::string_view tenant, std::string_view task_id) {
    Statement row = database.prepare("SELECT " SMOS_PRODUCTION_COLUMNS " FROM production"
                                     " WHERE tenant = ?1 AND task_id = ?2");
    row.bind(1, tenant).bind(2, task_id);
    return row.step() ? std::optional<Production>{read_production(row)} : std::nullopt;
}

Enqueued put_production(Database& database,
                        const NewProduction& production,
                        std::string_view actor,
                        Instant now) {
    std::optional<std::int64_t> id;
    {
        Statement made = database.prepare(
            "INSERT INTO production(tenant, task_id, queue, record, stage, priority, run_at_us,"
            " max_attempts, max_crashes, concurrency_key, concurrency_max, dedup_key, actor,"
            " created_us, updated_us, parked) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11,"
            " ?12, ?13, ?14, ?14, ?15) ON CONFLICT DO NOTHING RETURNING id");
        const bool waits = production.concurrency_key && production.run_at.value_or(now) <= now;
        made.bind(1, production.tenant)
            .bind(2, production.task_id)
            .bind(3, production.queue)
            .bind(4, production.record)
            .bind(5, production.stage)
            .bind(6, production.priority)
            .bind(7, production.run_at.value_or(now).micros)
            .bind(8, production.max_attempts)
            .bind(9, production.max_crashes)
            .bind(10, production.concurrency_key)
            .bind(11, production.concurrency_max)
            .bind(12, production.dedup_key)
            .bind(13, actor)
            .bind(14, now.micros)
            .bind(15, std::int64_t{waits ? 1 : 0});
        if (made.step())
            id = made.integer(0);
    }
    if (id) {
        open_turns(database, production.concurrency_key, now);
        return {*id, production.task_id, true, ProductionState::queued};
    }
    const auto known = standing(database, production);
    if (!known) {
        throw Fatal(ExitStatus::try_again,
                    production.task_id + ": was taken out of the queue while it was put in",
                    "enqueue it again");
    }
    return *known;
}

} // namespace smos::store
