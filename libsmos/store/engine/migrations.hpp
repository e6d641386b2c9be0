// SPDX-License-Identifier: Apache-2.0
// The schema of the state file, as numbered steps.
#pragma once

#include <cstddef>

namespace smos::store {

/// One step: applied in one transaction together with its number, so a crash leaves it undone.
struct Migration {
    int number;
    const char* sql;          // tables in SQLite's words; for PostgreSQL the types are translated
    const char* sqlite_sql;   // what only SQLite understands, after it
    const char* postgres_sql; // what only PostgreSQL understands, after it
};

/// In order, numbered from 1 without gaps. A released step never changes.
const Migration* migrations();
std::size_t migration_count();

} // namespace smos::store
