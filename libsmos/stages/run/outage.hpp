// SPDX-License-Identifier: Apache-2.0
// Living through a state that is away for a while.
#pragma once

#include "libsmos/core/fatal.hpp"
#include "libsmos/core/random.hpp"
#include "libsmos/store/queue/backoff.hpp"

#include <cstdint>

namespace smos::stages {

/// The server restarts, the connection is lost, others hold the file: it passes. A newer schema, a
/// damaged file, a full disk do not pass by waiting.
inline bool passes_by_itself(const Fatal& failure) {
    return failure.status() == ExitStatus::unavailable || failure.status() == ExitStatus::try_again;
}

/// Times by the monotonic clock.
class Outage {
  public:
    bool lasts() const { return failures_ > 0; }
    bool waits(std::int64_t now_us) const { return lasts() && now_us < again_us_; }
    std::int64_t again_us() const { return again_us_; }

    /// Waits with jitter, so that many workers do not all come back at once.
    void failed(std::int64_t now_us, Random& random) {
        constexpr store::Backoff backoff{200, 10'000};
        constexpr std::int64_t least_us = 50'000;
        again_us_ = now_us + least_us + store::backoff_us(backoff, failures_++, random);
    }
    void over() { failures_ = 0; }

  private:
    std::int64_t failures_ = 0;
    std::int64_t again_us_ = 0;
};

} // namespace smos::stages
