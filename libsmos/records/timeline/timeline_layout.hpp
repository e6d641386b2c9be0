// SPDX-License-Identifier: Apache-2.0
// Where the parts of a timeline lie, and what cannot lie so.
#pragma once

#include "libsmos/records/timeline/timeline_check.hpp"

namespace smos::records {

/// Times that are known already: overlaps, cuts, handles, overruns, lengths, reading speed. With
/// `resolved` every time has to be known.
void check_layout(const Timeline& timeline, bool resolved, std::vector<TimelineProblem>& problems);

/// Frames of the source that `frames` of the timeline take, rounded up.
std::int64_t source_frames(const Rational& speed, std::int64_t frames);

} // namespace smos::records
