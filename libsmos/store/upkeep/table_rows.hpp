// SPDX-License-Identifier: Apache-2.0
// Rows of any table in pages, as values that either engine takes.
#pragma once

#include "libsmos/store/engine/database.hpp"
#include "libsmos/store/engine/tables.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace smos::store {

/// A value of a column; nothing is null.
struct Field {
    std::optional<std::int64_t> integer{};
    std::optional<std::string> bytes{}; // of text and blobs
};
using Row = std::vector<Field>;

/// The statements of one table; has to outlive the databases that it is used with.
class TableRows {
  public:
    static constexpr int page_rows = 500;

    explicit TableRows(Table table);

    const Table& table() const { return table_; }
    const std::string& name() const { return table_.name; }

    std::int64_t count(Database& database) const;
    bool is_empty(Database& database) const;
    /// The first page, or the one behind `last`; in the order of the key.
    std::vector<Row> page(Database& database, const Row* last) const;
    /// References to the table itself are left null: see link().
    void insert(Database& database, const Row& row) const;
    /// What insert() left out.
    void link(Database& database, const Row& row) const;
    bool refers_to_itself() const { return !own_reference_.empty(); }

    /// Where a column stands in a row.
    std::size_t place_of(const std::string& column) const;

  private:
    void bind(Statement& statement, int index, std::size_t column, const Field& field) const;

    Table table_;
    std::string own_reference_;
    std::string count_;
    std::string any_;
    std::string first_page_;
    std::string next_page_;
    std::string insert_;
    std::string link_;
};

} // namespace smos::store
