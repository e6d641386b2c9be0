// SPDX-License-Identifier: Apache-2.0
// Other programs of the family: found beside this one or on PATH, and run as a pipeline.
#pragma once

#include "libsmos/core/result.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace smos::cli {

/// The path of an executable: in this program's own directory, else on PATH.
std::optional<std::string> find_program(const std::string& name);
/// The executables called smos-*, in the same places, sorted by name, each name once.
std::vector<std::string> family_on_path();

using Arguments = std::vector<std::string>; // argv; the first is a path

struct PipelineEnd {
    std::string output;        // of the last program
    std::vector<int> statuses; // of each; 128 + n for one that signal n ended
};

struct PipelineLimits {
    std::size_t output_bytes = std::size_t{64} << 20;
    int timeout_ms = -1;       // -1 waits for ever; at the end of it all get SIGTERM
    bool quiet_stderr = false; // their stderr goes to /dev/null, else to ours
};

/// Runs the programs with pipes in between, feeds `input` to the first and collects what the last
/// writes. SIGINT and SIGTERM reach all of them; their ends are always waited for.
Result<PipelineEnd> run_pipeline(const std::vector<Arguments>& programs,
                                 const std::string& input,
                                 const PipelineLimits& limits = {});

} // namespace smos::cli
