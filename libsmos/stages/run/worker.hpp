// SPDX-License-Identifier: Apache-2.0
// A worker: leases productions and runs their stages as children, several at a time.
#pragma once

#include "libsmos/core/random.hpp"
#include "libsmos/stages/run/answer.hpp"
#include "libsmos/stages/run/lapse_guard.hpp"
#include "libsmos/stages/run/outage.hpp"
#include "libsmos/stages/run/walk.hpp"
#include "libsmos/store/memory/board.hpp"
#include "libsmos/store/memory/moods.hpp"
#include "libsmos/store/queue/desk.hpp"
#include "libsmos/store/queue/nodes.hpp"
#include "libsmos/store/queue/queue.hpp"
#include "libsmos/store/queue/schedules.hpp"

#include <functional>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace smos::stages {

struct WorkOptions {
    std::string queue = "default";
    std::string name; // of this worker, the same as no other's
    std::string hostname;
    std::string version;
    std::size_t concurrency = 1;                 // stages at once
    std::map<std::string, std::size_t> limits{}; // of one stage at once
    bool drain = false;                          // ends when nothing is left to do now
    std::int64_t ttl_us = 60'000'000;
    std::int64_t review_timeout_us = 0; // 0: a review waits for ever
    bool approve_overdue = false;       // the verdict at the end of that time
    std::int64_t backlog_most = 50;     // reviews that may wait before publishing pauses
    store::Backoff backoff{};
    store::Policy policy{};
    std::uint64_t seed = 0;
};

/// What is said while it works, for a log; and whether a signal asks it to end.
struct WorkerEars {
    std::function<void(std::string_view)> info;
    std::function<void(const Error&)> error;
    std::function<bool()> stopping;
    int stop_fd = -1; // readable from when `stopping` may be true
};

/// Single-threaded: children do the work. It takes what waits for a stage that it has a program
/// for, goes on with it as far as its programs go, and hands the rest over. Leases are extended
/// every third of their time; a child whose lease was lost, or may have been, is killed with its
/// group at once. When it is to stop, children get SIGTERM, what they still answer is stored, and
/// the productions are given back without counting.
///
/// It looks for work every second, and as soon as the state's bell rings.
///
/// A state that is away for a while does not end it: what children answer meanwhile is stored when
/// it is back. Fatal for what does not pass by waiting.
class Worker {
  public:
    /// `programs` of the stages of `graph` that it does.
    Worker(store::Database& database,
           StageGraph graph,
           std::vector<StageProgram> programs,
           WorkOptions options,
           WorkerEars ears);
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    void run();

    std::int64_t finished() const { return finished_; }

  private:
    struct Running;
    struct Arrived;
    struct Job;

    void with_state(const std::function<void()>& work);
    void serve();
    void wait_a_while();
    void collect_ends();
    void stop_jobs();
    void drop_lapsed();
    bool has_ended() const;

    void tick();
    void beat();
    void decide_overdue();

    std::vector<std::string> wanted_stages() const;
    std::size_t running_of(std::size_t stage) const;
    std::size_t in_use() const;
    bool has_room_for(std::size_t stage) const;
    bool take_more();
    void keep_lease(Job& job);
    void guard(const Job& job);

    void step(Job& job);
    void store_arrivals(Job& job);
    void take_answer(Job& job, const Arrived& arrived);
    void note_failure(const Job& job, const Arrived& arrived);
    void remember_thoughts(const Arrived& arrived);
    /// `known`: stored before, by whoever made its notes.
    void take_output(
        Job& job, std::size_t stage, const std::string& input, std::string output, bool known);
    void go_to(Job& job, const ProductionWalk::Joined& joined);
    void start_stages(Job& job);
    /// False when an output was found in the state: look again.
    bool start_ready(Job& job, const ProductionWalk::Ready& ready);
    void start_child(Job& job, const ProductionWalk::Ready& ready);
    void choose_end(Job& job);
    void enqueue_children(const Job& job, const Arrived& arrived);
    Result<void> count_failure(const Job& job, const StageAnswer& answer);
    /// The end of a job, when the store agrees.
    void close(Job& job, const Result<void>& written);

    store::Database& database_;
    store::Queue queue_;
    store::QueueDesk desk_;
    store::Nodes nodes_;
    store::Board board_;
    store::Moods moods_;
    store::Schedules schedules_;
    StageGraph graph_;
    std::map<std::size_t, StageProgram> programs_;
    WorkOptions options_;
    WorkerEars ears_;
    Random random_;
    Outage outage_;
    LapseGuard guard_;
    std::list<Job> jobs_;
    std::map<std::int64_t, std::int64_t> asked_again_us_; // reviews that the wallet refused
    std::int64_t next_tick_us_ = 0;
    std::int64_t next_beat_us_ = 0;
    std::int64_t started_us_ = 0;
    std::int64_t stop_us_ = 0; // when it was told to stop
    std::int64_t finished_ = 0;
    bool look_ = true; // there may be something to claim
};

} // namespace smos::stages
