// SPDX-License-Identifier: Apache-2.0
// The verbs that hold money back: limits, the kill switch, and opening again.
#pragma once

#include "libsmos/cli/context.hpp"
#include "libsmos/cli/spec.hpp"
#include "libsmos/store/ledger/ledger.hpp"

#include <vector>

namespace smos::tools {

std::vector<cli::Command> limit_commands();

void set_limits(cli::Context& context, store::Ledger& ledger);
/// stop, start and reset.
void switch_wallet(cli::Context& context, store::Ledger& ledger, store::WalletSwitch what);

} // namespace smos::tools
