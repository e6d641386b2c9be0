// SPDX-License-Identifier: Apache-2.0
// The verb close: a month, quarter or year gets its last line.
#pragma once

#include "libsmos/cli/context.hpp"
#include "libsmos/store/ledger/ledger.hpp"

#include <set>
#include <string>

namespace smos::tools {

cli::Command close_command();

/// The chains that got entries.
std::set<std::string> close_period(cli::Context& context, store::Ledger& ledger);

} // namespace smos::tools
