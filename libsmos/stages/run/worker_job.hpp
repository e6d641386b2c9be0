// SPDX-License-Identifier: Apache-2.0
// One production in a worker's hands; for worker*.cpp.
#pragma once

#include "libsmos/stages/run/worker.hpp"

#include <deque>

namespace smos::stages {

struct Worker::Running {
    std::size_t stage = 0;
    std::string input;
    StageChild child;
};

/// An answer that is not stored yet: a state that is away has it wait.
struct Worker::Arrived {
    std::size_t stage = 0;
    std::string input;
    StageAnswer answer;
};

struct Worker::Job {
    store::Production production;
    store::Lease lease;
    std::optional<ProductionWalk> walk{};
    std::list<Running> running{};
    std::deque<Arrived> arrived{};
    std::optional<StageAnswer> failure{};   // the first; those beside it are still waited for
    std::function<Result<void>()> ending{}; // the write that gives the lease back
    std::int64_t next_extend_us = 0;
    std::int64_t lapses_us = 0;
    bool closed = false;
};

} // namespace smos::stages
