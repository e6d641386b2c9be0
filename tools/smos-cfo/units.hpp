// SPDX-License-Identifier: Apache-2.0
// The verb of units that are no money.
#pragma once

#include "libsmos/cli/context.hpp"
#include "libsmos/cli/spec.hpp"
#include "libsmos/store/engine/database.hpp"

namespace smos::tools {

cli::Command units_command();
void move_units(cli::Context& context, store::Database& database);

} // namespace smos::tools
