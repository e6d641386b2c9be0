// SPDX-License-Identifier: Apache-2.0
// Ends children whose lease may have lapsed, also while their worker waits for a silent server.
#include "libsmos/stages/run/lapse_guard.hpp"

#include "libsmos/core/clock.hpp"
#include "libsmos/core/result.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>

namespace smos::stages {

LapseGuard::LapseGuard() {
    // Signals are for the worker, which they have to wake.
    sigset_t all{};
    sigset_t before{};
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_BLOCK, &all, &before);
    thread_ = std::thread{[this] { run(); }};
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

LapseGuard::~LapseGuard() {
    {
        const Hold held = hold();
        over_ = true;
    }
    changed_.notify_one();
    thread_.join();
}

void LapseGuard::watch(pid_t group, std::int64_t at_us) {
    {
        const Hold held = hold();
        at_us_[group] = at_us;
    }
    changed_.notify_one();
}

void LapseGuard::forget(const Hold& held, pid_t group) {
    SMOS_EXPECT(held.owns_lock());
    at_us_.erase(group);
}

void LapseGuard::run() {
    Hold held = hold();
    while (!over_) {
        std::int64_t next_us = monotonic_us() + 3'600'000'000;
        for (auto one = at_us_.begin(); one != at_us_.end();) {
            if (one->second <= monotonic_us()) {
                ::kill(-one->first, SIGKILL);
                one = at_us_.erase(one);
            } else {
                next_us = std::min(next_us, one->second);
                ++one;
            }
        }
        changed_.wait_for(held, std::chrono::microseconds{next_us - monotonic_us()});
    }
}

} // namespace smos::stages
