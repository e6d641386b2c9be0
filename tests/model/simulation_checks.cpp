// SPDX-License-Identifier: Apache-2.0
// What people and clocks do to the queue, and what has to hold after every step.
#include "tests/model/simulation.hpp"

#include <array>
#include <functional>
#include <tuple>

namespace smos::model {
namespace {

auto parts_of(const Production& row) {
    return std::tie(row.id,
                    row.task_id,
                    row.record,
                    row.state,
                    row.stage,
                    row.verdict,
                    row.priority,
                    row.run_at.micros,
                    row.attempt,
                    row.crashes,
                    row.lease_token,
                    row.lease_until,
                    row.worker,
                    row.review_until,
                    row.state_version,
                    row.last_error,
                    row.concurrency_key,
                    row.dedup_key,
                    row.created_at.micros,
                    row.updated_at.micros);
}

std::string told(const Production& row) {
    return fmt::format("{} #{} {} stage '{}' token {} version {} attempt {} crashes {} run {} by "
                       "{} error '{}'",
                       row.task_id,
                       row.id,
                       name_of(row.state),
                       row.stage,
                       row.lease_token,
                       row.state_version,
                       row.attempt,
                       row.crashes,
                       row.run_at.micros,
                       row.worker.value_or("nobody"),
                       row.last_error.value_or(""));
}

} // namespace

void Simulation::edit() {
    using Verb = std::function<Result<Production>(const store::Edit&)>;
    const std::array<std::pair<const char*, Verb>, 6> verbs{
        {{"approve", [&](const store::Edit& e) { return desk_.approve(e); }},
         {"reject", [&](const store::Edit& e) { return desk_.reject(e); }},
         {"cancel", [&](const store::Edit& e) { return desk_.cancel(e); }},
         {"retry",
          [&](const store::Edit& e) { return desk_.retry(e, store::Doubts::asked_again); }},
         {"pause", [&](const store::Edit& e) { return desk_.pause(e); }},
         {"resume", [&](const store::Edit& e) { return desk_.resume(e); }}}};
    const auto& chosen = verbs[below(verbs.size())];
    const char* name = chosen.first;
    const Verb& verb = chosen.second;
    const std::string task = some_task();
    const auto found = plain_.rows.find(task);
    const std::int64_t version =
        (found == plain_.rows.end() ? 1 : found->second.seen.state_version) - (often() ? 0 : 1);
    act(
        name,
        [&] {
            return code_of(verb({"default", task, version, "ann"}));
        },
        [&] { return plain_.edit(name, task, version, moment_); });
}

void Simulation::purge() {
    constexpr std::array<ProductionState, 5> states{ProductionState::done,
                                                    ProductionState::dead,
                                                    ProductionState::quarantined,
                                                    ProductionState::cancelled,
                                                    ProductionState::done};
    const ProductionState state = states[below(states.size())];
    const Instant before{moment_.wall.micros - static_cast<std::int64_t>(below(20)) * second_us};
    act(
        "purge",
        [&] { return desk_.purge(state, before, "ann"); },
        [&] { return static_cast<std::int64_t>(plain_.purge(state, before).size()); });
}

void Simulation::flip_switch() {
    const char* name = below(3) == 0 ? "queue" : "publish";
    const bool paused = below(8) == 0;
    act(
        "switch",
        [&] {
            desk_.set_switch(name, paused, "ann", "");
            return paused;
        },
        [&] { return plain_.switches[name] = paused; });
}

void Simulation::jump() {
    const std::size_t chance = below(3);
    if (chance == 0) {
        moment_.wall.micros += day_us;
    } else if (chance == 1) {
        moment_.wall.micros -= day_us;
        reap_for_sure(); // what was parked when it was due is looked at again
    } else {             // the machine starts again
        moment_.boot_id = fmt::format("boot {}", step_);
        moment_.boot_us = 0;
        for (Worker& worker : workers_)
            worker.leases.clear();
    }
}

void Simulation::compare() {
    store::ListFilter all;
    const std::vector<Production> rows = desk_.list(all);
    expect(rows.size() == plain_.rows.size(),
           fmt::format("{} rows, not {}", rows.size(), plain_.rows.size()));
    std::map<std::string, std::int64_t> running;
    for (const Production& row : rows) {
        const auto wanted = plain_.rows.find(row.task_id);
        expect(wanted != plain_.rows.end(), row.task_id + " is not in the model");
        if (wanted->second.seen.id == 0) {
            expect(row.id > last_id_, fmt::format("number {} was given before", row.id));
            wanted->second.seen.id = last_id_ = row.id;
        }
        expect(parts_of(row) == parts_of(wanted->second.seen),
               told(row) + "\n  model: " + told(wanted->second.seen));
        std::pair<std::int64_t, std::int64_t>& seen = grown_[row.id];
        expect(seen.first <= row.lease_token && seen.second <= row.state_version,
               row.task_id + ": a token or a version shrank");
        seen = {row.lease_token, row.state_version};
        if (row.state == ProductionState::leased && row.concurrency_key)
            expect(++running[*row.concurrency_key] <= row.concurrency_max,
                   *row.concurrency_key + " runs too often");
    }
    one_holder_each();
}

void Simulation::one_holder_each() {
    std::set<std::int64_t> held;
    for (const Worker& worker : workers_) {
        for (const Lease& lease : worker.leases) {
            if (store::Queue::holds(database_, lease))
                expect(held.insert(lease.production_id).second,
                       fmt::format("production {} has two holders", lease.production_id));
        }
    }
}

void Simulation::audit() {
    store::Statement row = database_.prepare("SELECT count(*) FROM audit");
    expect(row.step() && row.integer(0) == plain_.transitions,
           fmt::format("{} audit rows, not {}", row.integer(0), plain_.transitions));
    row.reset();
    database_.execute("DELETE FROM audit");
    plain_.transitions = 0;
    store::Statement outputs = database_.prepare("SELECT count(*) FROM stage_output");
    expect(outputs.step() && outputs.integer(0) == static_cast<std::int64_t>(plain_.outputs.size()),
           "the number of outputs differs");
}

} // namespace smos::model
