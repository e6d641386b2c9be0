// SPDX-License-Identifier: Apache-2.0
// Where closed groups of pictures begin: at shot cuts, then at caption groups, from each shot's own
// start, so that an edit in one shot moves no group of another.
#pragma once

#include <cstdint>
#include <vector>

namespace smos::media {

/// Frames. 4 <= shortest <= wanted <= longest, 3 * shortest <= 2 * longest + 1 (every length from
/// 2 * shortest up can then be cut into groups within the limits), longest <= 600.
struct GopLimits {
    int shortest = 45;
    int wanted = 50;
    int longest = 80;
};

/// No group has one frame, unless the film has: each group starts with an IDR picture whose
/// idr_pic_id is 0, which may not meet in two pictures behind each other (ITU-T H.264, 7.4.3).
constexpr int shortest_gop = 2;

/// The lengths of the groups of a film of `frames` (0 gives none), in order; their sum is `frames`.
///
/// `cuts` are the first frames of shots, in any order; what is outside (0, frames) is ignored.
/// The frames of a transition show both shots. Give its first frame as the cut: the transition then
/// belongs to the groups of the shot that comes in, an edit of that shot touches nothing before
/// them, and an edit of the shot that leaves touches its own groups and one more.
///
/// No group crosses a cut, except that a shot of one frame joins the next shot (the last one joins
/// the one before). A shot of at most `longest` frames is one group. One that is longer, yet too
/// short for two groups of `shortest`, has two of about half its length, none under 40 % of it: the
/// group that an edit waits for stays short. A longer one has groups within the limits. Inside a
/// shot, groups begin at `group_starts` (first frames of caption groups, in any order) where one is
/// in reach, looking one group ahead, and else `wanted` frames after each other.
std::vector<int> plan_gops(std::vector<std::int64_t> cuts,
                           std::vector<std::int64_t> group_starts,
                           std::int64_t frames,
                           const GopLimits& limits = {});

} // namespace smos::media
