// SPDX-License-Identifier: Apache-2.0
// The queue under one seed: workers that die, stop and come back, clocks that jump, a store that
// fails before and after its commits, people who edit; after every step the store's rows equal the
// model's. A failure prints its seed and step; queue_model --seed N --steps N plays it again.
#include "tests/model/faulty_engine.hpp"
#include "tests/model/plain_queue.hpp"

#include "libsmos/store/engine/sqlite_engine.hpp"
#include "libsmos/store/queue/desk.hpp"
#include "libsmos/store/queue/queue.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <functional>
#include <set>
#include <string>
#include <vector>

namespace smos::model {
namespace {

constexpr std::int64_t second_us = 1'000'000;
constexpr std::int64_t day_us = 86'400 * second_us;
constexpr std::size_t task_count = 16;
constexpr std::size_t worker_count = 5;
constexpr std::size_t audit_every = 4096;

struct Broken {
    std::string what;
};

void expect(bool holds, const std::string& what) {
    if (!holds)
        throw Broken{what};
}

struct Worker {
    std::string name;
    std::vector<Lease> leases; // as far as it knows
    std::size_t stopped_until = 0;
};

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

template <typename T>
std::string code_of(const Result<T>& result) {
    return result ? "" : result.error().code;
}

class Simulation {
  public:
    explicit Simulation(std::uint64_t seed)
        : random_(seed),
          jitter_(seed + 1),
          database_(std::make_unique<FaultyEngine>(
              store::open_sqlite("queue_model.db", store::OpenMode::scratch_copy), armed_)),
          queue_(database_, [this] { return moment_; }),
          desk_(database_, [this] { return moment_; }) {
        for (std::size_t i = 0; i < worker_count; ++i)
            workers_.push_back({fmt::format("worker-{}", i), {}, 0});
    }

    std::size_t faults() const { return faults_; }
    std::size_t done() const { return done_; }

    void step(std::size_t number) {
        step_ = number;
        moment_ = moment_.after(static_cast<std::int64_t>(below(2 * second_us)));
        const std::size_t chance = below(1000);
        if (chance < 130)
            enqueue();
        else if (chance < 700)
            work();
        else if (chance < 760)
            reap();
        else if (chance < 900)
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
        armed_ = Fault::none;
        compare();
        if (number % audit_every == audit_every - 1)
            audit();
    }

  private:
    std::size_t below(std::size_t bound) { return random_.below(bound); }
    bool often() { return below(4) != 0; }
    Worker& some_worker() { return workers_[below(workers_.size())]; }
    std::string some_task() { return fmt::format("t{}", below(task_count)); }

    /// Runs `real`, perhaps with a fault, and `plain` wherever it was applied. Their answers are
    /// equal whenever the real one was heard; whether it was.
    template <typename Real, typename Plain>
    bool act(const char* verb, Real&& real, Plain&& plain) {
        const std::size_t chance = below(60);
        armed_ = chance < 3 ? static_cast<Fault>(chance + 1) : Fault::none;
        const Fault fault = armed_;
        try {
            const auto got = real();
            const auto wanted = plain();
            expect(got == wanted, fmt::format("{} answered '{}', not '{}'", verb, got, wanted));
            return true;
        } catch (const Fatal&) {
            expect(fault != Fault::none, fmt::format("{} failed by itself", verb));
            ++faults_;
        }
        if (fault == Fault::after_commit)
            plain();
        return false;
    }

    void enqueue() {
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

    void work() {
        Worker& worker = some_worker();
        if (worker.stopped_until > step_)
            return;
        if (worker.leases.empty() || below(6) == 0)
            return claim(worker);
        const std::size_t place = below(worker.leases.size());
        if (!under_lease(worker.leases[place]))
            worker.leases.erase(worker.leases.begin() + static_cast<std::ptrdiff_t>(place));
    }

    void claim(Worker& worker) {
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
            expect(
                handed_.insert({lease.production_id, lease.token}).second,
                fmt::format("lease {}:{} was handed out twice", lease.production_id, lease.token));
            worker.leases.push_back(lease);
        }
    }

    /// One write under a lease; false when the worker is through with it.
    bool under_lease(const Lease& lease) {
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

    template <typename Real, typename Plain>
    bool lease_kept(const char* verb, Real&& real, Plain&& plain) {
        std::string code;
        const bool heard = act(
            verb, [&] { return code = real(); }, std::forward<Plain>(plain));
        return !heard || code.empty(); // not heard: it tries something again
    }

    bool store_output(const Lease& lease) {
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

    bool same_output(const Lease& lease, const store::StageOutput& output) {
        const auto stored = queue_.output_of(lease.production_id, output.stage, output.input_hash);
        const auto wanted =
            plain_.outputs.find({lease.production_id, output.stage, output.input_hash});
        expect(bool{stored} == (wanted != plain_.outputs.end()) &&
                   (!stored || *stored == wanted->second),
               "an output differs");
        return true;
    }

    bool complete(const Lease& lease) {
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

    bool fail(const Lease& lease) {
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
                return code = crashed
                                  ? code_of(queue_.crash(lease, "signal 9", backoff, jitter_))
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

    bool release(const Lease& lease) {
        const std::optional<Instant> later =
            below(2) == 0 ? std::nullopt
                          : std::optional<Instant>{Instant{moment_.wall.micros + 9 * second_us}};
        return !act(
            "release",
            [&] { return code_of(queue_.release(lease, later)); },
            [&] { return plain_.release(lease, later, moment_); });
    }

    bool enter_review(const Lease& lease) {
        const std::string record = fmt::format("{{\"shown\":{}}}", step_);
        const Instant until = moment_.after(60 * second_us).wall;
        return !act(
            "enter_review",
            [&] { return code_of(queue_.enter_review(lease, record, "publish", until)); },
            [&] { return plain_.enter_review(lease, record, "publish", until, moment_); });
    }

    void reap() {
        const auto text = [](const store::Reaped& reaped) {
            return fmt::format("{} {}", reaped.requeued, reaped.quarantined);
        };
        act(
            "reap",
            [&] { return text(queue_.reap("reaper")); },
            [&] { return text(plain_.reap(moment_)); });
    }

    void edit() {
        using Verb = std::function<Result<Production>(const store::Edit&)>;
        const std::array<std::pair<const char*, Verb>, 6> verbs{
            {{"approve", [&](const store::Edit& e) { return desk_.approve(e); }},
             {"reject", [&](const store::Edit& e) { return desk_.reject(e); }},
             {"cancel", [&](const store::Edit& e) { return desk_.cancel(e); }},
             {"retry", [&](const store::Edit& e) { return desk_.retry(e); }},
             {"pause", [&](const store::Edit& e) { return desk_.pause(e); }},
             {"resume", [&](const store::Edit& e) { return desk_.resume(e); }}}};
        const auto& [name, verb] = verbs[below(verbs.size())];
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

    void purge() {
        constexpr std::array<ProductionState, 5> states{ProductionState::done,
                                                        ProductionState::dead,
                                                        ProductionState::quarantined,
                                                        ProductionState::cancelled,
                                                        ProductionState::done};
        const ProductionState state = states[below(states.size())];
        const Instant before{moment_.wall.micros -
                             static_cast<std::int64_t>(below(20)) * second_us};
        act(
            "purge",
            [&] { return desk_.purge(state, before, "ann"); },
            [&] { return static_cast<std::int64_t>(plain_.purge(state, before).size()); });
    }

    void flip_switch() {
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

    void jump() {
        const std::size_t chance = below(3);
        if (chance == 0) {
            moment_.wall.micros += day_us;
        } else if (chance == 1) {
            moment_.wall.micros -= day_us;
        } else { // the machine starts again
            moment_.boot_id = fmt::format("boot {}", step_);
            moment_.boot_us = 0;
            for (Worker& worker : workers_)
                worker.leases.clear();
        }
    }

    void compare() {
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

    void one_holder_each() {
        std::set<std::int64_t> held;
        for (const Worker& worker : workers_) {
            for (const Lease& lease : worker.leases) {
                if (store::Queue::holds(database_, lease))
                    expect(held.insert(lease.production_id).second,
                           fmt::format("production {} has two holders", lease.production_id));
            }
        }
    }

    /// One row for each transition since the last time; they go, so that a long run stays small.
    void audit() {
        store::Statement row = database_.prepare("SELECT count(*) FROM audit");
        expect(row.step() && row.integer(0) == plain_.transitions,
               fmt::format("{} audit rows, not {}", row.integer(0), plain_.transitions));
        row.reset();
        database_.execute("DELETE FROM audit");
        plain_.transitions = 0;
        store::Statement outputs = database_.prepare("SELECT count(*) FROM stage_output");
        expect(outputs.step() &&
                   outputs.integer(0) == static_cast<std::int64_t>(plain_.outputs.size()),
               "the number of outputs differs");
    }

    static constexpr std::int64_t ttl_us = 60 * second_us;
    static constexpr store::Backoff backoff{1'000, 20'000};

    Random random_;
    Random jitter_;
    Fault armed_ = Fault::none;
    store::Database database_;
    Moment moment_{from_date(2026, 3, 1), 1000 * second_us, "boot 0"};
    store::Queue queue_;
    store::QueueDesk desk_;
    PlainQueue plain_;
    std::vector<Worker> workers_;
    std::set<std::pair<std::int64_t, std::int64_t>> handed_;
    std::set<std::int64_t> completed_;
    std::map<std::int64_t, std::pair<std::int64_t, std::int64_t>> grown_; // token, version
    std::int64_t last_id_ = 0;
    std::size_t step_ = 0;
    std::size_t faults_ = 0;
    std::size_t done_ = 0;
};

bool run(std::uint64_t seed, std::size_t steps) {
    Simulation simulation{seed};
    std::size_t number = 0;
    try {
        for (; number < steps; ++number)
            simulation.step(number);
    } catch (const Broken& broken) {
        fmt::print(stderr,
                   "seed {} step {}: {}\nreplay: queue_model --seed {} --steps {}\n",
                   seed,
                   number,
                   broken.what,
                   seed,
                   number + 1);
        return false;
    }
    fmt::print("seed {}: {} steps, {} faults, {} done\n",
               seed,
               steps,
               simulation.faults(),
               simulation.done());
    return simulation.faults() > 0 && simulation.done() > 0;
}

} // namespace
} // namespace smos::model

int main(int argc, char** argv) {
    std::uint64_t seed = 1;
    std::uint64_t seeds = 1;
    std::size_t steps = 1'000'000;
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string_view name = argv[i];
        const std::uint64_t value = std::strtoull(argv[i + 1], nullptr, 10);
        if (name == "--seed")
            seed = value;
        else if (name == "--seeds")
            seeds = value;
        else if (name == "--steps")
            steps = value;
        else
            return 64;
    }
    bool good = true;
    for (std::uint64_t i = 0; i < seeds; ++i)
        good = smos::model::run(seed + i, steps) && good;
    return good ? 0 : 1;
}
