// SPDX-License-Identifier: Apache-2.0
// The verbs of smos-run.
#pragma once

#include "libsmos/cli/context.hpp"
#include "libsmos/store/queue/desk.hpp"

namespace smos::tools {

void run_queue_verb(cli::Context& context);

void enqueue(cli::Context& context, store::Database& database);
void work(cli::Context& context, store::Database& database);

// Looking.
void show_status(cli::Context& context, store::Database& database);
void show_depth(cli::Context& context, store::Database& database);
void list_productions(cli::Context& context, store::Database& database);
void show_production(cli::Context& context, store::Database& database);
void list_nodes(cli::Context& context, store::Database& database);

// Memory of a run.
void show_board(cli::Context& context, store::Database& database);
void write_note(cli::Context& context, store::Database& database);

// Deciding.
void edit_production(cli::Context& context, store::Database& database);
void pause_or_resume(cli::Context& context, store::Database& database);
void review(cli::Context& context, store::Database& database);
void schedule(cli::Context& context, store::Database& database);
void purge(cli::Context& context, store::Database& database);

/// What --queue and --tenant leave; those that are not given leave all.
store::Scope scope_of(const cli::Context& context);
/// Who decides, for the history.
std::string actor_of(const cli::Context& context);
/// One production as a line.
std::string line_of(const store::Production& production);

} // namespace smos::tools
