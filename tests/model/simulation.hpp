// SPDX-License-Identifier: Apache-2.0
// One seed's world around the queue: workers that die, stop and come back, clocks that jump, a
// store that fails before and after its commits, people who edit.
#pragma once

#include "tests/model/faulty_engine.hpp"
#include "tests/model/plain_queue.hpp"

#include "libsmos/store/queue/desk.hpp"
#include "libsmos/store/queue/queue.hpp"

#include <fmt/format.h>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace smos::model {

inline constexpr std::int64_t second_us = 1'000'000;
inline constexpr std::int64_t day_us = 86'400 * second_us;
inline constexpr std::size_t task_count = 16;
inline constexpr std::size_t worker_count = 5;
inline constexpr std::size_t audit_every = 4096;

struct Broken {
    std::string what;
};

inline void expect(bool holds, const std::string& what) {
    if (!holds)
        throw Broken{what};
}

struct Worker {
    std::string name;
    std::vector<Lease> leases; // as far as it knows
    std::size_t stopped_until = 0;
};

template <typename T>
std::string code_of(const Result<T>& result) {
    return result ? "" : result.error().code;
}

class Simulation {
  public:
    explicit Simulation(std::uint64_t seed);

    std::size_t faults() const { return faults_; }
    std::size_t done() const { return done_; }

    void step(std::size_t number);

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
        armed_.fault = chance < 3 ? static_cast<Fault>(chance + 1) : Fault::none;
        const Fault fault = armed_.fault;
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

    void enqueue();

    void work();

    void claim(Worker& worker);

    /// One write under a lease; false when the worker is through with it.
    bool under_lease(const Lease& lease);

    template <typename Real, typename Plain>
    bool lease_kept(const char* verb, Real&& real, Plain&& plain) {
        std::string code;
        const bool heard = act(
            verb, [&] { return code = real(); }, std::forward<Plain>(plain));
        return !heard || code.empty(); // not heard: it tries something again
    }

    bool store_output(const Lease& lease);

    bool same_output(const Lease& lease, const store::StageOutput& output);

    bool complete(const Lease& lease);

    bool fail(const Lease& lease);

    bool release(const Lease& lease);

    bool enter_review(const Lease& lease);

    bool reap();
    void reap_for_sure();

    void edit();

    void purge();

    void flip_switch();

    void jump();

    void compare();

    void one_holder_each();

    /// One row for each transition since the last time; they go, so that a long run stays small.
    void audit();

    static constexpr std::int64_t ttl_us = 60 * second_us;
    static constexpr store::Backoff backoff{1'000, 20'000};

    Random random_;
    Random jitter_;
    Armed armed_;
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

} // namespace smos::model
