// SPDX-License-Identifier: Apache-2.0
// From the inputs of smos-scout to its stage.
#pragma once

#include "libsmos/cli/context.hpp"
#include "libsmos/stages/scout/scout.hpp"

namespace smos::tools {

/// Reads all inputs into `scout` and finishes it, also when interrupted; an input that cannot be
/// opened is told and sets the exit status, and the next one is read.
void scout_inputs(cli::Context& context, stages::Scout& scout);

} // namespace smos::tools
