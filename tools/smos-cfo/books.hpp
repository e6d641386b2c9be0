// SPDX-License-Identifier: Apache-2.0
// The verbs of smos-cfo that are no filters.
#pragma once

#include "libsmos/cli/context.hpp"
#include "libsmos/cli/spec.hpp"
#include "libsmos/store/ledger/ledger.hpp"

#include <string>

namespace smos::tools {

/// Who runs this, as far as the system knows.
std::string operator_name();
cli::Positional wallet_argument();

/// Whether anything was booked.
bool fund(cli::Context& context, store::Ledger& ledger);
/// One wallet with its limits. Fatal (66) where there is none.
void show_limits(cli::Context& context, store::Ledger& ledger, const std::string& wallet);
void show_balance(cli::Context& context, store::Ledger& ledger);

} // namespace smos::tools
