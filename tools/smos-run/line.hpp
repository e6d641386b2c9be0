// SPDX-License-Identifier: Apache-2.0
// The line of stages that the configuration draws, and the programs of a worker.
#pragma once

#include "libsmos/cli/context.hpp"
#include "libsmos/stages/run/answer.hpp"
#include "libsmos/stages/run/graph.hpp"
#include "libsmos/store/ledger/ledger.hpp"

#include <map>
#include <string>
#include <vector>

namespace smos::tools {

struct ConfiguredLine {
    stages::StageGraph graph;
    std::map<std::string, std::vector<std::string>> commands; // of stages that are not ours
};

/// run.line of the trusted configuration, or the six stages one after the other. Fatal (78) with
/// the stage that is wrong.
ConfiguredLine configured_line(const cli::Context& context);

/// Those of --stages, or of all. Fatal (64) for stages that the line does not have, 69 where a
/// program is missing.
std::vector<stages::StageProgram> programs_of(cli::Context& context, const ConfiguredLine& line);

/// --limit STAGE=N. Fatal (64).
std::map<std::string, std::size_t> limits_of(cli::Context& context, const ConfiguredLine& line);

/// The limits of root wallets as smos-cfo has them, from the same keys of the configuration.
store::Policy configured_policy(const cli::Context& context);

} // namespace smos::tools
