// SPDX-License-Identifier: Apache-2.0
// The verbs of smos-muse.
#pragma once

#include "libsmos/cli/context.hpp"

namespace smos::tools {

/// genesis, and with `surprise` a muse of whom only the seed is given.
void make(cli::Context& context, bool surprise);
void show(cli::Context& context);
void lint(cli::Context& context);
/// Prints how a muse feels, and changes it where an option says so.
void mood(cli::Context& context);

} // namespace smos::tools
