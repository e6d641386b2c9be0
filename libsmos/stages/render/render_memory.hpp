// SPDX-License-Identifier: Apache-2.0
// How much memory a render takes, known before it starts, and how many workers fit.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/records/timeline/timeline.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace smos::stages {

struct MemoryWish {
    std::string preset = "veryfast"; // of x264, where the timeline does not say it yet
    int workers = 0;                 // of all outputs; 0: one for each processor, at most 8
    std::int64_t limit_bytes = 0;    // 0: what the machine has left; then nothing is refused
};

/// Upper bounds, from measurements of the resident size.
struct MemoryPlan {
    std::int64_t base_bytes = 0;   // libraries, canvases, sound, one still being decoded
    std::int64_t worker_bytes = 0; // one of each output
    std::size_t picture_bytes = 0; // of stills that may be kept
    int workers = 1;               // of each output
    std::int64_t limit_bytes = 0;  // 0: none

    std::int64_t total_bytes() const {
        return base_bytes + static_cast<std::int64_t>(picture_bytes) + worker_bytes * workers;
    }
};

/// Fewer workers and then fewer kept stills than usual, where the limit says so. `files` has paths
/// of the assets that are there already; what is not there counts as a still of 1.5 times the
/// canvas. Error too_little_memory says what one worker needs.
Result<MemoryPlan> plan_memory(const records::Timeline& timeline,
                               const std::map<std::string, std::string>& files,
                               const MemoryWish& wish);

} // namespace smos::stages
