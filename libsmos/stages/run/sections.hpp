// SPDX-License-Identifier: Apache-2.0
// Joining what stages that ran side by side wrote into their lines.
#pragma once

#include "libsmos/stages/run/graph.hpp"

#include <map>
#include <string>
#include <vector>

namespace smos::stages {

struct StageMade {
    std::string input;
    std::string output;
};

using MadeByStage = std::map<std::size_t, StageMade>;

/// The line behind the stages `wanted`, whose order does not matter: `base` with the members that
/// each changed, in the order of the graph. Of several statuses the gravest counts, errors add up,
/// so do the steps of state_version. Where one stage comes behind all the others its own line is
/// taken as it is. Errors: section_conflict, naming two stages that do not wait for each other and
/// wrote one member differently; lost_section.
Result<std::string> join_sections(const StageGraph& graph,
                                  const std::string& base,
                                  const MadeByStage& made,
                                  const std::vector<std::size_t>& wanted);

} // namespace smos::stages
