// SPDX-License-Identifier: Apache-2.0
// A worker: leases productions and runs their stages as children, several at a time.
#pragma once

#include "libsmos/core/handle.hpp"
#include "libsmos/core/random.hpp"
#include "libsmos/stages/run/line.hpp"
#include "libsmos/store/queue/desk.hpp"
#include "libsmos/store/queue/nodes.hpp"
#include "libsmos/store/queue/queue.hpp"
#include "libsmos/store/queue/schedules.hpp"

#include <functional>
#include <list>
#include <optional>
#include <string>
#include <string_view>

namespace smos::stages {

struct WorkOptions {
    std::string queue = "default";
    std::string name; // of this worker, the same as no other's
    std::string hostname;
    std::string version;
    std::size_t concurrency = 1;
    bool drain = false; // ends when nothing is left to do now
    std::int64_t ttl_us = 60'000'000;
    std::int64_t review_timeout_us = 0; // 0: a review waits for ever
    bool approve_overdue = false;       // the verdict at the end of that time
    std::int64_t backlog_most = 50;     // reviews that may wait before publishing pauses
    store::Backoff backoff{};
    std::uint64_t seed = 0;
};

/// What is said while it works, for a log; and whether a signal asks it to end.
struct WorkerEars {
    std::function<void(std::string_view)> info;
    std::function<void(const Error&)> error;
    std::function<bool()> stopping;
};

/// Single-threaded: children do the work. Leases are extended every third of their time; a child
/// whose lease was lost is killed with its group at once. When it is to stop, children get SIGTERM,
/// what they still answer is stored, and the productions are given back without counting.
class Worker {
  public:
    Worker(store::Database& database, StageLine line, WorkOptions options, WorkerEars ears);
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    void run();

    std::int64_t finished() const { return finished_; }

  private:
    struct Job;

    void tick();
    void beat();
    void decide_overdue();
    bool take_more();
    void wait_a_while();
    void begin_stage(Job& job);
    void go_on(Job& job, const StageAnswer& answer);
    void enqueue_children(const Job& job, const std::vector<std::string>& lines);
    void arrive(Job& job, const std::string& record);
    void keep_lease(Job& job);
    void stop_jobs();
    /// The end of a job, when the store agrees.
    void close(Job& job, const Result<void>& written);
    void count_failure(Job& job, const StageAnswer& answer);

    store::Queue queue_;
    store::QueueDesk desk_;
    store::Nodes nodes_;
    store::Schedules schedules_;
    StageLine line_;
    WorkOptions options_;
    WorkerEars ears_;
    Random random_;
    std::list<Job> jobs_;
    UniqueFd wake_; // inotify of a state file; polling is the truth
    std::int64_t next_tick_us_ = 0;
    std::int64_t next_beat_us_ = 0;
    std::int64_t started_us_ = 0;
    std::int64_t stop_us_ = 0; // when it was told to stop
    std::int64_t finished_ = 0;
    bool look_ = true; // there may be something to claim
};

} // namespace smos::stages
