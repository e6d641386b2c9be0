// SPDX-License-Identifier: Apache-2.0
// One sandboxed child process: started, fed, bounded, and reaped.
#pragma once

#include "libsmos/core/result.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace smos::providers {

struct ProcessRequest {
    std::vector<std::string> command;     // absolute program first
    std::vector<std::string> environment; // NAME=value
    std::string directory;
    std::string input; // its stdin
    std::int64_t timeout_ms = 60'000;
    std::int64_t memory_mb = 4096;
    bool network = false;
};

struct ProcessOutcome {
    std::string output;    // stdout, at most 1 MiB
    std::string complaint; // the end of stderr, at most 4 KiB
    int exit_status = 0;
    int signal = 0; // that ended it, 0 for none
    bool timed_out = false;
    bool output_too_long = false;
    bool network_isolated = false;
};

/// Runs to the end or kills the whole process group. An Error (exec_not_started) means that the
/// program never ran.
Result<ProcessOutcome> run_process(const ProcessRequest& request);

} // namespace smos::providers
