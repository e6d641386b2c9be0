// SPDX-License-Identifier: Apache-2.0
// The verbs of smos-cfo that read the journal: anchors, audit, exports, reports.
#pragma once

#include "libsmos/cli/context.hpp"
#include "libsmos/store/engine/database.hpp"
#include "libsmos/store/ledger/ledger.hpp"

#include <vector>

namespace smos::tools {

std::vector<cli::Command> journal_commands();
/// Options of every verb: where anchors go.
std::vector<cli::Option> anchor_options();

void run_journal_verb(cli::Context& context, store::Database& database, store::Ledger& ledger);

void verify(cli::Context& context, store::Database& database);
void export_journal(cli::Context& context, store::Database& database);
void report(cli::Context& context, store::Database& database, store::Ledger& ledger);
void reconcile(cli::Context& context, store::Database& database);
void watch(cli::Context& context, store::Database& database);
void explain(cli::Context& context, store::Database& database, store::Ledger& ledger);

} // namespace smos::tools
