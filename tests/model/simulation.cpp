// SPDX-License-Identifier: Apache-2.0
// What callers and workers do to the queue.
#include "tests/model/simulation.hpp"

#include "libsmos/store/engine/sqlite_engine.hpp"

namespace smos::model {

Simulation::Simulation(std::uint64_t seed)
    : random_(seed),
      jitter_(seed + 1),
      database_(std::make_unique<FaultyEngine>(
          store::open_sqlite("queue_model.db", store::OpenMode::scratch_copy), armed_)),
      queue_(database_, [this] { return moment_; }),
      desk_(database_, [this] { return moment_; }) {
    for (std::size_t i = 0; i < worker_count; ++i)
        workers_.push_back({fmt::format("worker-{}", i), {}, 0});
}

void Simulation::step(std::size_t number) {
    step_ = number;
    moment_ = moment_.after(static_cast<std::int64_t>(below(2 * second_us)));
    const std::size_t chance = below(1000);
    if (chance < 150)
        enqueue();
    else if (chance < 700)
        work();
    else if (chance < 740)
        reap();
    else if (chance < 840)
        edit();
    else if (chance < 930)
        purge();
    else if (chance < 950)
        flip_switch();
    else if (chance < 970)
        some_worker().leases.clear(); // killed
    else if (chance < 980)
        some_worker().stopped_until = number + below(200);
    else if (chance < 994)
        moment_ = moment_.after(static_cast<std::int64_t>(below(120 * second_us)));
    else
        jump();
    armed_.fault = Fault::none;
    compare();
    if (number % audit_every == audit_every - 1)
        audit();
}

void Simulation::enqueue() {
    NewProduction made;
    made.task_id = some_task();
    made.record = fmt::format("{{\"task_id\":\"{}\",\"born\":{}}}", made.task_id, step_);
    made.priority = static_cast<std::int64_t>(below(3)) - 1;
    made.stage = below(5) == 0 ? "publish" : "";
    if (below(4) == 0)
        made.run_at =
            Instant{moment_.wall.micros + static_cast<std::int64_t>(below(30)) * second_us};
    if (below(2) == 0) {
        made.concurrency_key = below(2) == 0 ? "ava" : "bob";
        made.concurrency_max = made.concurrency_key == "ava" ? 1 : 2;
    }
    if (below(3) == 0)
        made.dedup_key = fmt::format("trend-{}", below(4));
    act(
        "enqueue",
        [&] { return queue_.enqueue({made}, "caller").at(0).created; },
        [&] { return plain_.enqueue(made, moment_.wall); });
}

void Simulation::work() {
    Worker& worker = some_worker();
    if (worker.stopped_until > step_)
        return;
    if (worker.leases.empty() || below(6) == 0)
        return claim(worker);
    const std::size_t place = below(worker.leases.size());
    if (!under_lease(worker.leases[place]))
        worker.leases.erase(worker.leases.begin() + static_cast<std::ptrdiff_t>(place));
}

void Simulation::claim(Worker& worker) {
    const int most = below(3) == 0 ? 10 : 1;
    std::vector<Lease> leases;
    const bool heard = act(
        "claim",
        [&] {
            std::string tasks;
            for (const Production& one : queue_.claim({"default", most, worker.name, ttl_us})) {
                leases.push_back({one.id, one.lease_token});
                tasks += one.task_id + " ";
            }
            return tasks;
        },
        [&] {
            std::string tasks;
            for (const std::string& task : plain_.claim(most, worker.name, moment_, ttl_us))
                tasks += task + " ";
            return tasks;
        });
    if (!heard)
        return;
    for (const Lease& lease : leases) {
        expect(handed_.insert({lease.production_id, lease.token}).second,
               fmt::format("lease {}:{} was handed out twice", lease.production_id, lease.token));
        worker.leases.push_back(lease);
    }
}

bool Simulation::under_lease(const Lease& lease) {
    const std::size_t chance = below(100);
    if (chance < 25)
        return lease_kept(
            "extend",
            [&] { return code_of(queue_.extend(lease, ttl_us)); },
            [&] { return plain_.extend(lease, moment_.after(ttl_us)); });
    if (chance < 55)
        return store_output(lease);
    if (chance < 75)
        return complete(lease);
    if (chance < 85)
        return fail(lease);
    if (chance < 92)
        return release(lease);
    return enter_review(lease);
}

bool Simulation::store_output(const Lease& lease) {
    const store::StageOutput output{below(2) == 0 ? "plan" : "render",
                                    fmt::format("h{}", below(3)),
                                    fmt::format("{{\"made\":{}}}", step_),
                                    below(3) == 0 ? "publish" : "render"};
    return lease_kept(
               "store_output",
               [&] { return code_of(queue_.store_output(lease, output)); },
               [&] { return plain_.store_output(lease, output, moment_); }) &&
           same_output(lease, output);
}

bool Simulation::same_output(const Lease& lease, const store::StageOutput& output) {
    const auto stored = queue_.output_of(lease.production_id, output.stage, output.input_hash);
    const auto wanted = plain_.outputs.find({lease.production_id, output.stage, output.input_hash});
    expect(bool{stored} == (wanted != plain_.outputs.end()) &&
               (!stored || *stored == wanted->second),
           "an output differs");
    return true;
}

bool Simulation::complete(const Lease& lease) {
    const std::string record = fmt::format("{{\"done\":{}}}", step_);
    std::string code;
    const bool heard = act(
        "complete",
        [&] { return code = code_of(queue_.complete(lease, record)); },
        [&] { return plain_.complete(lease, record, moment_); });
    if (heard && code.empty()) {
        ++done_;
        expect(completed_.insert(lease.production_id).second,
               fmt::format("production {} was done twice", lease.production_id));
    }
    return !heard;
}

bool Simulation::fail(const Lease& lease) {
    const bool crashed = below(3) == 0;
    const bool retryable = often();
    Random before = jitter_;
    const PlainRow* row = plain_.held(lease);
    const std::int64_t failures =
        row == nullptr ? 0 : (crashed ? row->seen.crashes : row->seen.attempt);
    const std::int64_t delay_us = store::backoff_us(backoff, failures, before);
    std::string code;
    const bool heard = act(
        crashed ? "crash" : "fail",
        [&] {
            return code = crashed ? code_of(queue_.crash(lease, "signal 9", backoff, jitter_))
                                  : code_of(queue_.fail(lease,
                                                        {"late", "no answer", {}, {}, retryable},
                                                        backoff,
                                                        jitter_));
        },
        [&] {
            return plain_.fail(lease,
                               crashed ? "signal 9" : "late: no answer",
                               crashed,
                               crashed || retryable,
                               delay_us,
                               moment_);
        });
    return !heard;
}

bool Simulation::release(const Lease& lease) {
    const std::optional<Instant> later =
        below(2) == 0 ? std::nullopt
                      : std::optional<Instant>{Instant{moment_.wall.micros + 9 * second_us}};
    return !act(
        "release",
        [&] { return code_of(queue_.release(lease, later)); },
        [&] { return plain_.release(lease, later, moment_); });
}

bool Simulation::enter_review(const Lease& lease) {
    const std::string record = fmt::format("{{\"shown\":{}}}", step_);
    const Instant until = moment_.after(60 * second_us).wall;
    return !act(
        "enter_review",
        [&] { return code_of(queue_.enter_review(lease, record, "publish", until)); },
        [&] { return plain_.enter_review(lease, record, "publish", until, moment_); });
}

bool Simulation::reap() {
    const auto text = [](const store::Reaped& reaped) {
        return fmt::format("{} {}", reaped.requeued, reaped.quarantined);
    };
    return act(
        "reap",
        [&] { return text(queue_.reap("reaper")); },
        [&] { return text(plain_.reap(moment_)); });
}

void Simulation::reap_for_sure() {
    while (!reap()) {
    }
}

} // namespace smos::model
