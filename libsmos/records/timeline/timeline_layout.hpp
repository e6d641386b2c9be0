// SPDX-License-Identifier: Apache-2.0
// Where the parts of a timeline lie, and what cannot lie so.
#pragma once

#include "libsmos/records/timeline/timeline_check.hpp"

namespace smos::records {

/// Times that are known already: overlaps, cuts, handles, overruns, lengths, reading speed. With
/// `resolved` every time has to be known.
void check_layout(const Timeline& timeline, bool resolved, std::vector<TimelineProblem>& problems);

/// JSON pointer of the item with number `item` of a video track, whose pointer is `track_at`: its
/// list holds the transitions too.
std::string item_pointer(const TimelineTrack& track, const std::string& track_at, std::size_t item);

/// Frames of the source that `frames` of the timeline take, rounded up.
std::int64_t source_frames(const Rational& speed, std::int64_t frames);

/// How many frames of the timeline `frames` of the source last, rounded down; speed above 0.
std::int64_t shown_frames(const Rational& speed, std::int64_t frames);

} // namespace smos::records
