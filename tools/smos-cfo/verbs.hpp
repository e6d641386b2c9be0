// SPDX-License-Identifier: Apache-2.0
// From a verb of smos-cfo to its stage or its page of the books.
#pragma once

#include "libsmos/cli/context.hpp"

namespace smos::tools {

/// Opens the state file when the first line or verb needs it.
void run_verb(cli::Context& context);

} // namespace smos::tools
