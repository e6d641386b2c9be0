// SPDX-License-Identifier: Apache-2.0
// The verbs that hold money back: limits, the kill switch, and opening again.
#pragma once

#include "libsmos/cli/context.hpp"
#include "libsmos/cli/spec.hpp"
#include "libsmos/store/ledger/ledger.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace smos::tools {

std::vector<cli::Command> limit_commands();

/// Whether one was set, and not only shown.
bool set_limits(cli::Context& context, store::Ledger& ledger);
/// stop, start and reset.
std::optional<store::WalletSwitch> switch_of(std::string_view verb);
void switch_wallet(cli::Context& context, store::Ledger& ledger, store::WalletSwitch what);

} // namespace smos::tools
