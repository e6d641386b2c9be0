// SPDX-License-Identifier: Apache-2.0
// A worker: what every worker does for all, once a second.
#include "libsmos/records/json_value.hpp"
#include "libsmos/records/record.hpp"
#include "libsmos/stages/run/worker_job.hpp"

#include <fmt/format.h>

namespace smos::stages {
namespace {

constexpr std::int64_t tick_interval_us = 1'000'000;
constexpr std::int64_t ask_wallet_again_us = 60 * tick_interval_us;

} // namespace

void Worker::tick() {
    const std::int64_t now_us = monotonic_us();
    if (now_us < next_tick_us_)
        return;
    look_ = true;
    const store::Reaped reaped = queue_.reap(options_.name);
    if (reaped.quarantined > 0)
        ears_.info(fmt::format("{} productions took too many workers down: quarantined",
                               reaped.quarantined));
    for (const store::Enqueued& fired : schedules_.fire(options_.name))
        ears_.info(fmt::format("{}: enqueued by its schedule", fired.task_id));
    decide_overdue();
    desk_.watch_backlog(options_.backlog_most);
    if (now_us >= next_beat_us_)
        beat();
    next_tick_us_ =
        now_us + tick_interval_us; // all of it again where the state went away in between
}

void Worker::beat() {
    const store::Depth depth = desk_.depth(options_.queue);
    records::Json stages = records::Json::array();
    for (const auto& [stage, program] : programs_)
        stages.push_back(program.name);
    const records::Json record{
        {"node_id", options_.name},
        {"hostname", options_.hostname},
        {"version", options_.version},
        {"status", "online"},
        {"stages", std::move(stages)},
        {"capacity",
         {{"workers", options_.concurrency},
          {"available_slots", options_.concurrency - std::min(options_.concurrency, in_use())}}},
        {"queue_depth",
         {{"ready", depth.ready}, {"waiting", depth.waiting}, {"leased", depth.leased}}},
        {"last_heartbeat", format_rfc3339(queue_.now().wall)},
        {"uptime_seconds", (monotonic_us() - started_us_) / tick_interval_us}};
    nodes_.beat(options_.name, options_.hostname, records::dump(record));
    next_beat_us_ = monotonic_us() + store::Nodes::interval_us;
}

void Worker::decide_overdue() {
    for (const store::Production& late : desk_.overdue_reviews()) {
        const auto asked = asked_again_us_.find(late.id);
        if (asked != asked_again_us_.end() && monotonic_us() < asked->second)
            continue;
        asked_again_us_.erase(late.id);
        const store::Edit edit{late.tenant, late.task_id, late.state_version, "review-timeout"};
        auto record = records::Record::parse(late.record);
        std::optional<std::string> decided;
        if (record) {
            record->set_text("status", options_.approve_overdue ? "approved" : "rejected");
            decided = record->str();
        }
        const auto result =
            options_.approve_overdue ? desk_.approve(edit, decided) : desk_.reject(edit, decided);
        if (result)
            continue;
        ears_.error(result.error());
        asked_again_us_[late.id] = monotonic_us() + ask_wallet_again_us;
    }
}

} // namespace smos::stages
