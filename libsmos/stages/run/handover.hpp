// SPDX-License-Identifier: Apache-2.0
// What a worker writes on the boards of a run about the stages that it ran.
#pragma once

#include "libsmos/stages/run/answer.hpp"
#include "libsmos/stages/run/graph.hpp"
#include "libsmos/store/memory/board.hpp"
#include "libsmos/store/memory/moods.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smos::stages {

/// Of a stage that answered with a line: "outcome" on the whiteboard, and "handover" on the edge
/// to each stage that needs it: {status, confidence, state_version, wrote (the members that it
/// changed), output_sha256}.
std::vector<store::BoardNote> notes_of_output(const StageGraph& graph,
                                              std::size_t stage,
                                              const std::string& input,
                                              const std::string& output);

/// Of one that failed or crashed: its "outcome", with the error.
store::BoardNote note_of_failure(const StageAnswer& answer);

/// What the muse thinks after it was planned: the hook of what she will say, or why she does not.
/// Nothing for lines without a plan and a persona.
std::optional<store::MoodChange> thought_of_plan(const std::string& line, const std::string& actor);

} // namespace smos::stages
