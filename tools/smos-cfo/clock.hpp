// SPDX-License-Identifier: Apache-2.0
// The verb clock-rebase: somebody vouches for a wall clock that jumped.
#pragma once

#include "libsmos/cli/context.hpp"
#include "libsmos/store/ledger/ledger.hpp"

#include <string>
#include <vector>

namespace smos::tools {

cli::Command clock_command();

/// The chains that got an entry.
std::vector<std::string> rebase_clock(cli::Context& context, store::Ledger& ledger);

} // namespace smos::tools
