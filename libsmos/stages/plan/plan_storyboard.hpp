// SPDX-License-Identifier: Apache-2.0
// Pictures for a script: which lines share a shot, what is seen, how the camera moves.
#pragma once

#include "libsmos/muse/muse.hpp"
#include "libsmos/records/plan.hpp"
#include "libsmos/stages/plan/plan_trend.hpp"
#include "libsmos/stages/plan/plan_writer.hpp"

#include <cstdint>
#include <vector>

namespace smos::stages {

/// A pattern interrupt falls on every multiple of this while the video runs.
inline constexpr std::int64_t interrupt_every_ms = 8000;

struct Board {
    records::Storyboard storyboard; ///< three to six scenes; durations add up to the draft's
    records::Attention attention;
    std::vector<bool> shows_persona; ///< one a scene
};

/// `persona_on_screen`: the images can show the muse and she has face anchors, so the first and the
/// last scene do.
Board draw_board(const Draft& draft,
                 const Trend& trend,
                 const muse::Muse& muse,
                 bool persona_on_screen,
                 std::uint64_t seed);

} // namespace smos::stages
