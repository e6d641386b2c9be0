// SPDX-License-Identifier: Apache-2.0
// The tables of the state, read back from an empty one in memory.
#include "libsmos/core/fatal.hpp"
#include "libsmos/store/engine/migrations.hpp"
#include "libsmos/store/engine/sqlite_cursor.hpp"
#include "libsmos/store/engine/tables.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace smos::store {
namespace {

class EmptyState {
  public:
    EmptyState() {
        sqlite3* opened = nullptr;
        const int code = sqlite3_open(":memory:", &opened);
        handle_.reset(opened);
        SMOS_EXPECT(code == SQLITE_OK);
        for (std::size_t i = 0; i < migration_count(); ++i) {
            execute(migrations()[i].sql);
            execute(migrations()[i].sqlite_sql);
        }
    }

    /// The rows of a statement with one text parameter, as text; null is empty.
    std::vector<std::array<std::string, 3>> rows(const char* sql, const std::string& parameter) {
        sqlite3_stmt* made = nullptr;
        SMOS_EXPECT(sqlite3_prepare_v2(handle_.get(), sql, -1, &made, nullptr) == SQLITE_OK);
        const StatementHandle statement{made};
        sqlite3_bind_text(made, 1, parameter.c_str(), -1, SQLITE_TRANSIENT);
        std::vector<std::array<std::string, 3>> found;
        while (sqlite3_step(made) == SQLITE_ROW) {
            auto& row = found.emplace_back();
            for (int i = 0; i < 3; ++i) {
                const unsigned char* text = sqlite3_column_text(made, i);
                if (text != nullptr)
                    row[static_cast<std::size_t>(i)] = reinterpret_cast<const char*>(text);
            }
        }
        return found;
    }

  private:
    void execute(const char* sql) {
        SMOS_EXPECT(sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr) == SQLITE_OK);
    }

    SqliteHandle handle_;
};

Table table_of(EmptyState& state, const std::string& name) {
    Table table{name};
    std::map<int, std::string> key;
    std::string integer_key;
    for (const auto& [column, type, place] :
         state.rows("SELECT name, type, pk FROM pragma_table_info(?1)", name)) {
        table.columns.push_back({column, type == "INTEGER", type == "BLOB"});
        if (place != "0")
            key[std::stoi(place)] = column;
        if (place != "0" && type == "INTEGER")
            integer_key = column;
    }
    for (const auto& [place, column] : key)
        table.key.push_back(column);
    if (table.key.size() == 1)
        table.counter = integer_key;
    for (const auto& [column, other, other_key] :
         state.rows("SELECT \"from\", \"table\", \"to\" FROM pragma_foreign_key_list(?1)", name))
        table.references.push_back({column, other, other_key});
    return table;
}

bool all_before(const Table& table, const std::vector<Table>& done) {
    return std::all_of(
        table.references.begin(), table.references.end(), [&](const Reference& reference) {
            return reference.table == table.name ||
                   std::any_of(done.begin(), done.end(), [&](const Table& other) {
                       return other.name == reference.table;
                   });
        });
}

} // namespace

std::vector<Table> state_tables() {
    EmptyState state;
    std::vector<Table> waiting;
    for (const auto& row : state.rows("SELECT name FROM sqlite_schema WHERE type = 'table'"
                                      " AND name NOT LIKE 'sqlite_%' AND ?1 = '' ORDER BY name",
                                      {}))
        waiting.push_back(table_of(state, row[0]));
    std::vector<Table> done;
    while (!waiting.empty()) {
        const auto next = std::find_if(waiting.begin(), waiting.end(), [&](const Table& table) {
            return all_before(table, done);
        });
        SMOS_EXPECT(next != waiting.end());
        done.push_back(std::move(*next));
        waiting.erase(next);
    }
    for (Table& table : done) {
        for (Reference& reference : table.references) {
            if (!reference.key.empty())
                continue; // "REFERENCES t" without a column is t's key
            const auto other = std::find_if(done.begin(), done.end(), [&](const Table& one) {
                return one.name == reference.table;
            });
            SMOS_EXPECT(other != done.end() && other->key.size() == 1);
            reference.key = other->key.front();
        }
    }
    return done;
}

} // namespace smos::store
