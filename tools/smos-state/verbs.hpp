// SPDX-License-Identifier: Apache-2.0
// The verbs of smos-state.
#pragma once

#include "libsmos/cli/context.hpp"

#include <string>

namespace smos::tools {

void run_state_verb(cli::Context& context);

// Keeping.
void migrate(cli::Context& context);
void back_up(cli::Context& context);
void restore(cli::Context& context);
void copy(cli::Context& context);

// Looking and clearing.
void verify(cli::Context& context);
void prune(cli::Context& context);
void tail(cli::Context& context);

/// Fatal (66) where no state is yet: looking at one does not make one.
void want_state(const std::string& place);

} // namespace smos::tools
