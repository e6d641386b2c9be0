// SPDX-License-Identifier: Apache-2.0
// The commit gate of a state file: one writer at a time, first come first served.
#pragma once

#include "libsmos/core/handle.hpp"

#include <cstdint>
#include <string>

namespace smos::store {

/// SQLite up to 3.51.2 can lose a WAL reset when two connections write or checkpoint at once, and
/// its busy handler starves writers. So commit, checkpoint, open and close of one file pass this
/// gate: a System V semaphore (the kernel serves waiters in order and undoes a dead holder's hold)
/// gives fairness on one host, an flock on `<file>.lock` behind it gives safety across containers.
/// Where semaphores are not to be had, flock alone does.
class CommitGate {
  public:
    /// Creates `<database_path>.lock` (0600) when missing; it is never removed. Throws Fatal.
    explicit CommitGate(const std::string& database_path);
    CommitGate(const CommitGate&) = delete;
    CommitGate& operator=(const CommitGate&) = delete;
    ~CommitGate();

    /// Waits at most `wait_ms`, then throws Fatal(try_again). Not recursive.
    void lock(std::int64_t wait_ms = default_wait_ms);
    void unlock();
    /// False where flock alone serialises.
    bool fair() const { return semaphore_ >= 0; }

    static constexpr std::int64_t default_wait_ms = 30'000;

  private:
    void attach(std::int64_t deadline_us);
    bool take_semaphore(std::int64_t deadline_us);
    bool take_file_lock(std::int64_t deadline_us);
    [[noreturn]] void busy() const;

    std::string path_;
    UniqueFd file_;
    int key_ = 0;
    int semaphore_ = -1;
    bool holds_semaphore_ = false;
};

/// Holds the gate for a scope.
class GatePass {
  public:
    explicit GatePass(CommitGate& gate) : gate_(gate) { gate_.lock(); }
    GatePass(const GatePass&) = delete;
    GatePass& operator=(const GatePass&) = delete;
    ~GatePass() { gate_.unlock(); }

  private:
    CommitGate& gate_;
};

/// Nobody of ours has the file open, and whoever opens it meanwhile waits until this goes.
class SolePresence {
  public:
    /// Fatal (75) where somebody has it open.
    explicit SolePresence(const std::string& database_path);

  private:
    UniqueFd file_;
};

} // namespace smos::store
