// SPDX-License-Identifier: Apache-2.0
// Leases that fence money, productions that die and give it back.
#include "tests/model/ledger_simulation.hpp"

namespace smos::model {
namespace {

constexpr std::int64_t ttl_us = 300'000'000;

} // namespace

/// What died in the model's queue gives its money back in the same commit.
template <typename Work>
static auto with_money(PlainQueue& queue, PlainLedger& ledger, Work&& work) {
    std::map<std::string, ProductionState> before;
    for (const auto& [task, row] : queue.rows)
        before[task] = row.seen.state;
    const auto outcome = work();
    for (const auto& [task, row] : queue.rows) {
        const ProductionState state = row.seen.state;
        const bool died = state == ProductionState::dead || state == ProductionState::cancelled ||
                          state == ProductionState::quarantined;
        if (died && before[task] != state)
            ledger.abandon(task, std::string{name_of(state)});
    }
    return outcome;
}

void LedgerSimulation::enqueue() {
    NewProduction made;
    made.task_id = some_task();
    made.record = "{}";
    made.max_attempts = 2;
    made.max_crashes = 2;
    act(
        "enqueue",
        [&] { return queue_.enqueue({made}, "ann").at(0).created ? "new" : "known"; },
        [&] { return queue_model_.enqueue(made, clocks_.wall) ? "new" : "known"; });
    for (auto& [task, row] : queue_model_.rows)
        if (row.seen.id == 0)
            row.seen.id = store::find_production(database_, tenant, task)->id;
}

void LedgerSimulation::claim() {
    Client& client = some_client();
    std::optional<Lease> lease;
    act(
        "claim",
        [&]() -> Answer {
            lease.reset();
            std::string tasks;
            for (const Production& one : queue_.claim({"default", 1, "worker", ttl_us})) {
                lease = Lease{one.id, one.lease_token};
                tasks += one.task_id;
            }
            return tasks;
        },
        [&]() -> Answer {
            const Moment now{clocks_.wall, clocks_.boot.us, clocks_.boot.boot_id};
            std::string tasks;
            for (const std::string& task : queue_model_.claim(1, "worker", now, ttl_us))
                tasks += task;
            return tasks;
        });
    if (lease || one_in(2))
        client.lease = lease;
    client.ledger->work_under(client.lease);
}

void LedgerSimulation::reap() {
    act(
        "reap",
        [&] {
            const store::Reaped reaped = queue_.reap("reaper");
            return fmt::format("{} {}", reaped.requeued, reaped.quarantined);
        },
        [&] {
            return with_money(queue_model_, plain_, [&] {
                const store::Reaped reaped =
                    queue_model_.reap({clocks_.wall, clocks_.boot.us, clocks_.boot.boot_id});
                return fmt::format("{} {}", reaped.requeued, reaped.quarantined);
            });
        });
}

/// A stage fails, or its worker does; or all of it is done.
void LedgerSimulation::give_up() {
    Client& client = some_client();
    if (!client.lease)
        return;
    const Lease lease = *client.lease;
    const bool done = one_in(3);
    const bool crashed = !done && one_in(2);
    const bool retryable = one_in(2);
    constexpr store::Backoff backoff{0, 0};
    const Moment now{clocks_.wall, clocks_.boot.us, clocks_.boot.boot_id};
    act(
        done ? "complete" : "give_up",
        [&]() -> Answer {
            if (done) {
                const auto ended = queue_.complete(lease, "{}");
                return ended ? "" : ended.error().code;
            }
            const auto failed =
                crashed ? queue_.crash(lease, "signal 9", backoff, jitter_)
                        : queue_.fail(
                              lease, {"late", "no answer", {}, {}, retryable}, backoff, jitter_);
            return failed ? "" : failed.error().code;
        },
        [&]() -> Answer {
            if (done)
                return queue_model_.complete(lease, "{}", now);
            return with_money(queue_model_, plain_, [&] {
                return queue_model_.fail(lease,
                                         crashed ? "signal 9" : "late: no answer",
                                         crashed,
                                         crashed || retryable,
                                         0,
                                         now);
            });
        });
}

/// Or asks for a dead one again.
void LedgerSimulation::cancel() {
    const std::string task = some_task();
    const char* verb = one_in(3) ? "cancel" : "retry";
    const auto found = queue_model_.rows.find(task);
    const std::int64_t version =
        found == queue_model_.rows.end() ? 1 : found->second.seen.state_version;
    const store::Edit edit{tenant, task, version, "ann"};
    const auto doubts = one_in(2) ? store::Doubts::refused : store::Doubts::asked_again;
    const auto has_ended = [&](const std::string& one) {
        const auto row = queue_model_.rows.find(one);
        return row != queue_model_.rows.end() &&
               (row->second.seen.state == store::ProductionState::dead ||
                row->second.seen.state == store::ProductionState::quarantined ||
                row->second.seen.state == store::ProductionState::cancelled);
    };
    act(
        verb,
        [&]() -> Answer {
            const auto edited = verb[0] == 'c' ? desk_.cancel(edit) : desk_.retry(edit, doubts);
            return edited ? "" : edited.error().code;
        },
        [&]() -> Answer {
            if (verb[0] == 'r' && doubts == store::Doubts::refused && has_ended(task) &&
                plain_.is_in_doubt(task))
                return "in_doubt";
            const Moment now{clocks_.wall, clocks_.boot.us, clocks_.boot.boot_id};
            return with_money(
                queue_model_, plain_, [&] { return queue_model_.edit(verb, task, version, now); });
        });
}

} // namespace smos::model
