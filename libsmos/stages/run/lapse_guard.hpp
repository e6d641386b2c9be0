// SPDX-License-Identifier: Apache-2.0
// Ends children whose lease may have lapsed, also while their worker waits for a silent server.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <sys/types.h>
#include <thread>

namespace smos::stages {

/// A thread that only kills process groups at their time (of the monotonic clock).
class LapseGuard {
  public:
    LapseGuard();
    LapseGuard(const LapseGuard&) = delete;
    LapseGuard& operator=(const LapseGuard&) = delete;
    ~LapseGuard();

    using Hold = std::unique_lock<std::mutex>;
    /// While it is held nothing is killed: for waiting for a child, whose number is free then.
    Hold hold() { return Hold{mutex_}; }

    /// From now on, or at another time than before.
    void watch(pid_t group, std::int64_t at_us);
    void forget(const Hold& hold, pid_t group);

  private:
    void run();

    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<pid_t, std::int64_t> at_us_;
    bool over_ = false;
    std::thread thread_;
};

} // namespace smos::stages
