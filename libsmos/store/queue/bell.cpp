// SPDX-License-Identifier: Apache-2.0
// The bell of a queue: wakes its workers, not for every production of many.
#include "libsmos/store/queue/bell.hpp"

#include "libsmos/core/clock.hpp"
#include "libsmos/core/fatal.hpp"

#include <algorithm>

namespace smos::store {

std::string bell_of(const std::string& queue) { return "queue " + queue; }

void Bell::ring(const std::string& queue) {
    if (!needed_)
        return;
    Rope& rope = ropes_[queue];
    rope.owed = true;
    if (monotonic_us() >= rope.rest_until_us)
        pull(queue, rope);
}

void Bell::pull(const std::string& queue, Rope& rope) {
    rope.owed = false;
    rope.rest_until_us = monotonic_us() + interval_us;
    try {
        database_.ring(bell_of(queue));
    } catch (const Fatal&) {
        // What there is to do is committed; a state that is gone says so at the next call.
    }
}

std::optional<std::int64_t> Bell::owed_us() const {
    std::optional<std::int64_t> first;
    for (const auto& [queue, rope] : ropes_) {
        if (rope.owed)
            first = std::min(first.value_or(rope.rest_until_us), rope.rest_until_us);
    }
    return first;
}

void Bell::ring_due() {
    for (auto& [queue, rope] : ropes_) {
        if (rope.owed && monotonic_us() >= rope.rest_until_us)
            pull(queue, rope);
    }
}

void Bell::ring_owed() {
    for (auto& [queue, rope] : ropes_) {
        if (rope.owed)
            pull(queue, rope);
    }
}

} // namespace smos::store
