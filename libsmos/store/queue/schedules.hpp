// SPDX-License-Identifier: Apache-2.0
// Productions that begin by the clock.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/store/engine/database.hpp"
#include "libsmos/store/queue/production.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smos::store {

struct Schedule {
    std::string name;
    std::string queue = "default";
    std::string cron; // see Cron; UTC
    std::string tenant = "default";
    std::string record; // a JSON object: the line that is enqueued, its task_id apart
    Instant next_at{};
    std::optional<Instant> last_at{};
    std::int64_t state_version = 0; // +1 by every change and every firing
};

/// Every call is one durable transaction.
class Schedules {
  public:
    explicit Schedules(Database& database);
    Schedules(Database& database, std::function<Instant()> clock);

    /// Makes it, or changes it where its version is the one that was seen (0: there was none).
    /// Errors: `bad_schedule`, `never`, `conflict`, or what is wrong with the record.
    Result<Schedule> set(const Schedule& schedule);
    /// Errors: `no_such_schedule`, `conflict`.
    Result<void> remove(std::string_view name, std::int64_t state_version);
    std::vector<Schedule> list();
    /// Enqueues what is due, each once however often it was missed, and sets its next time in the
    /// same transaction. The task is named after the schedule and the time that was due.
    std::vector<Enqueued> fire(std::string_view actor);

  private:
    std::vector<Schedule> due(Instant now);
    Enqueued fire_one(Schedule& schedule, std::string_view actor, Instant now);

    Database& database_;
    std::function<Instant()> clock_;
};

} // namespace smos::store
