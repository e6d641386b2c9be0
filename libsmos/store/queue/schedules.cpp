// SPDX-License-Identifier: Apache-2.0
// Productions that begin by the clock.
#include "libsmos/store/queue/schedules.hpp"

#include "libsmos/core/fatal.hpp"
#include "libsmos/core/hash.hpp"
#include "libsmos/store/queue/cron.hpp"

#include <fmt/format.h>

namespace smos::store {
namespace {

Schedule read_schedule(const Statement& row) {
    Schedule found;
    found.name = row.text(0);
    found.queue = row.text(1);
    found.cron = row.text(2);
    found.tenant = row.text(3);
    found.record = row.text(4);
    found.next_at = Instant{row.integer(5)};
    if (const auto last_us = row.optional_integer(6))
        found.last_at = Instant{*last_us};
    found.state_version = row.integer(7);
    return found;
}

Error schedule_conflict(std::string_view name) {
    return {"conflict",
            "somebody changed it meanwhile",
            std::string{name},
            "look at it again and decide anew",
            true};
}

} // namespace

Schedules::Schedules(Database& database)
    : Schedules(database, [&database] { return database.now(); }) {}

Schedules::Schedules(Database& database, std::function<Instant()> clock)
    : database_(database),
      clock_(std::move(clock)) {}

Result<Schedule> Schedules::set(const Schedule& given) {
    Schedule schedule = given;
    SMOS_TRY(const Cron cron, Cron::parse(schedule.cron));
    SMOS_CHECK(records::Record::parse(schedule.record));
    SMOS_TRY(schedule.next_at, cron.next(clock_()));
    return database_.transaction("queue schedules", [&]() -> Result<Schedule> {
        Statement row = database_.prepare(
            given.state_version == 0
                ? "INSERT INTO schedule(name, queue, cron, tenant, record, next_us)"
                  " VALUES(?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT(name) DO NOTHING"
                  " RETURNING state_version"
                : "UPDATE schedule SET queue = ?2, cron = ?3, tenant = ?4, record = ?5,"
                  " next_us = ?6, state_version = state_version + 1"
                  " WHERE name = ?1 AND state_version = ?7 RETURNING state_version");
        row.bind(1, schedule.name)
            .bind(2, schedule.queue)
            .bind(3, schedule.cron)
            .bind(4, schedule.tenant)
            .bind(5, schedule.record)
            .bind(6, schedule.next_at.micros);
        if (given.state_version != 0)
            row.bind(7, given.state_version);
        if (!row.step())
            return schedule_conflict(schedule.name);
        schedule.state_version = row.integer(0);
        return schedule;
    });
}

Result<void> Schedules::remove(std::string_view name, std::int64_t state_version) {
    return database_.transaction("queue schedules", [&]() -> Result<void> {
        {
            Statement row = database_.prepare("DELETE FROM schedule WHERE name = ?1"
                                              " AND state_version = ?2 RETURNING name");
            if (row.bind(1, name).bind(2, state_version).step())
                return {};
        }
        Statement row = database_.prepare("SELECT 1 FROM schedule WHERE name = ?1");
        if (row.bind(1, name).step())
            return schedule_conflict(name);
        return Error{"no_such_schedule", "no schedule of that name", std::string{name}};
    });
}

std::vector<Schedule> Schedules::list() {
    std::vector<Schedule> found;
    Statement row = database_.prepare("SELECT name, queue, cron, tenant, record, next_us, last_us,"
                                      " state_version FROM schedule ORDER BY name");
    while (row.step())
        found.push_back(read_schedule(row));
    return found;
}

std::vector<Schedule> Schedules::due(Instant now) {
    std::vector<Schedule> found;
    Statement row = database_.prepare(
        "SELECT name, queue, cron, tenant, record, next_us, last_us, state_version FROM schedule"
        " WHERE next_us <= ?1 ORDER BY next_us, name LIMIT 100");
    row.bind(1, now.micros);
    while (row.step())
        found.push_back(read_schedule(row));
    return found;
}

Enqueued Schedules::fire_one(Schedule& schedule, std::string_view actor, Instant now) {
    records::Record record =
        or_fatal(records::Record::parse(schedule.record), ExitStatus::io_error);
    NewProduction made;
    made.tenant = schedule.tenant;
    made.queue = schedule.queue;
    made.task_id =
        name_uuid({"schedule", schedule.tenant, schedule.name, format_rfc3339(schedule.next_at)});
    record.set_text("task_id", made.task_id);
    record.set_text("tenant_id", made.tenant);
    made.record = record.str();
    const Cron cron = or_fatal(Cron::parse(schedule.cron), ExitStatus::io_error);
    const Instant next = or_fatal(cron.next(now), ExitStatus::io_error);
    database_
        .prepare("UPDATE schedule SET last_us = next_us, next_us = ?2,"
                 " state_version = state_version + 1 WHERE name = ?1")
        .bind(1, schedule.name)
        .bind(2, next.micros)
        .run();
    return put_production(database_, made, actor, now);
}

std::vector<Enqueued> Schedules::fire(std::string_view actor) {
    const Instant now = clock_();
    return database_.transaction("queue schedules", [&] {
        std::vector<Enqueued> fired;
        for (Schedule& schedule : due(now))
            fired.push_back(fire_one(schedule, actor, now));
        return fired;
    });
}

} // namespace smos::store
