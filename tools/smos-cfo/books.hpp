// SPDX-License-Identifier: Apache-2.0
// The verbs of smos-cfo that are no filters.
#pragma once

#include "libsmos/cli/context.hpp"
#include "libsmos/store/ledger/ledger.hpp"

#include <optional>

namespace smos::tools {

/// The entry, when one was booked.
std::optional<records::EntryRef> fund(cli::Context& context, store::Ledger& ledger);
void show_balance(cli::Context& context, store::Ledger& ledger);

} // namespace smos::tools
