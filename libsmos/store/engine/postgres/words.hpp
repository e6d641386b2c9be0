// SPDX-License-Identifier: Apache-2.0
// The house's SQL in PostgreSQL's words.
#pragma once

#include <string>
#include <string_view>

namespace smos::store {

struct PostgresStatement {
    std::string sql;
    int parameters = 0; // the highest number
};

/// A statement: ?N becomes $N, INTEGER BIGINT, CAST(text AS BLOB) its bytes in UTF-8, and a comment
/// /*for update skip locked*/ (or another that begins with "for ") the clause that it names;
/// ?N/*or now*/ is the server's clock when the statement arrived, where null is bound.
PostgresStatement postgres_statement(std::string_view sql);

/// Tables: the types above, TEXT ordered by its bytes, INTEGER PRIMARY KEY counting by itself;
/// STRICT, WITHOUT ROWID and AUTOINCREMENT are left out (no number is ever given twice).
std::string postgres_schema(std::string_view sql);

} // namespace smos::store
