// SPDX-License-Identifier: Apache-2.0
// The authored smos.timeline/1 of a script and its storyboard.
#pragma once

#include "libsmos/records/json.hpp"
#include "libsmos/stages/plan/plan_storyboard.hpp"

#include <string>

namespace smos::stages {

/// One image a scene, one voice a line, a music bed under all of it; times are "auto", for the
/// renderer knows how long a line really takes. Seeds follow from the task's id and `seed`.
records::Json author_timeline(const std::string& task_id,
                              const Draft& draft,
                              const Board& board,
                              const Trend& trend,
                              const muse::Muse& muse,
                              std::uint64_t seed);

/// A positive 31-bit seed from the task, what it is for, and the tool's own seed.
std::int64_t seed_for(const std::string& task_id, const std::string& purpose, std::uint64_t seed);

} // namespace smos::stages
