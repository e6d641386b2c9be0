// SPDX-License-Identifier: Apache-2.0
// How long a production waits after a failure.
#pragma once

#include "libsmos/core/random.hpp"

#include <algorithm>
#include <cstdint>

namespace smos::store {

struct Backoff {
    std::int64_t base_ms = 10'000;
    std::int64_t most_ms = 900'000;
};

/// Exponential with full jitter (Brooker, AWS, 2015): even in [0, min(most, base * 2^failures)].
/// `failures` is the number before this one.
inline std::int64_t backoff_us(const Backoff& backoff, std::int64_t failures, Random& random) {
    const int doublings = static_cast<int>(std::clamp<std::int64_t>(failures, 0, 30));
    const std::int64_t ceiling_ms = std::min(backoff.most_ms, backoff.base_ms << doublings);
    return static_cast<std::int64_t>(random.unit() * static_cast<double>(ceiling_ms * 1000));
}

} // namespace smos::store
