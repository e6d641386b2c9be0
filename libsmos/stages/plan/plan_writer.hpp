// SPDX-License-Identifier: Apache-2.0
// The built-in writer local/grammar-1: a script from a trend's facts and a muse's voice, offline.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/muse/muse.hpp"
#include "libsmos/records/plan.hpp"
#include "libsmos/stages/plan/plan_trend.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace smos::stages {

/// Silence between two spoken lines, and before the first and after the last one together: what the
/// renderer's pacing comes to.
inline constexpr std::int64_t line_pause_ms = 270;
inline constexpr std::int64_t lead_and_tail_ms = 1200;

struct Draft {
    records::Script script; ///< lines has everything that is spoken, hook and closing line included
    std::vector<records::Candidate> candidates; ///< the best drafts, the chosen one first
    std::vector<std::int64_t> line_ms;          ///< estimated speech of each line
    std::int64_t duration_ms = 0;               ///< of the video, pauses, lead and tail included
    std::string structure;
    std::string manner; ///< of muse::registers()
    std::string angle;
};

/// Writes many drafts of one structure, keeps the one that fits the time and cites most. Cites only
/// what the trend holds. "nothing_to_say" when it holds nothing speakable, "do_not_say" when the
/// muse may not say any of it, "length" when no draft fits the time asked for.
Result<Draft> write_script(const Trend& trend, const muse::Muse& muse, std::uint64_t seed);

/// The two manners that the moral graph speaks in, strongest first; a muse's own registers go
/// first.
std::vector<std::string> manners_of(const muse::Muse& muse);

} // namespace smos::stages
