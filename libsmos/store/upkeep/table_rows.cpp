// SPDX-License-Identifier: Apache-2.0
// Rows of any table in pages, as values that either engine takes.
#include "libsmos/store/upkeep/table_rows.hpp"

#include "libsmos/core/fatal.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace smos::store {
namespace {

std::string parameters(std::size_t count) {
    std::string made;
    for (std::size_t i = 1; i <= count; ++i)
        made += fmt::format("{}?{}", i > 1 ? ", " : "", i);
    return made;
}

} // namespace

TableRows::TableRows(Table table) : table_(std::move(table)) {
    std::vector<std::string> columns;
    for (const Column& column : table_.columns)
        columns.push_back(column.name);
    for (const Reference& reference : table_.references) {
        if (reference.table == table_.name)
            own_reference_ = reference.column;
    }
    SMOS_EXPECT(!table_.key.empty());
    const std::string key = fmt::format("{}", fmt::join(table_.key, ", "));
    const std::string select =
        fmt::format("SELECT {} FROM {}", fmt::join(columns, ", "), table_.name);
    const std::string order = fmt::format(" ORDER BY {} LIMIT {}", key, page_rows);
    count_ = fmt::format("SELECT count(*) FROM {}", table_.name);
    any_ = fmt::format("SELECT 1 FROM {} LIMIT 1", table_.name);
    first_page_ = select + order;
    next_page_ =
        fmt::format("{} WHERE ({}) > ({}){}", select, key, parameters(table_.key.size()), order);
    insert_ = fmt::format("INSERT INTO {}({}) VALUES({})",
                          table_.name,
                          fmt::join(columns, ", "),
                          parameters(columns.size()));
    if (refers_to_itself() && table_.key.size() == 1)
        link_ =
            fmt::format("UPDATE {} SET {} = ?1 WHERE {} = ?2", table_.name, own_reference_, key);
}

std::size_t TableRows::place_of(const std::string& column) const {
    for (std::size_t i = 0; i < table_.columns.size(); ++i) {
        if (table_.columns[i].name == column)
            return i;
    }
    SMOS_EXPECT(false);
    return 0;
}

std::int64_t TableRows::count(Database& database) const {
    Statement row = database.prepare(count_);
    return row.step() ? row.integer(0) : 0;
}

bool TableRows::is_empty(Database& database) const { return !database.prepare(any_).step(); }

void TableRows::bind(Statement& statement,
                     int index,
                     std::size_t column,
                     const Field& field) const {
    const Column& shape = table_.columns[column];
    if (shape.is_integer)
        statement.bind(index, field.integer);
    else if (shape.is_blob && field.bytes)
        statement.bind_blob(index, field.bytes->data(), field.bytes->size());
    else
        statement.bind(index, field.bytes);
}

std::vector<Row> TableRows::page(Database& database, const Row* last) const {
    Statement statement = database.prepare(last == nullptr ? first_page_ : next_page_);
    for (std::size_t i = 0; last != nullptr && i < table_.key.size(); ++i) {
        const std::size_t column = place_of(table_.key[i]);
        bind(statement, static_cast<int>(i) + 1, column, (*last)[column]);
    }
    std::vector<Row> rows;
    while (statement.step()) {
        Row& row = rows.emplace_back(table_.columns.size());
        for (std::size_t i = 0; i < row.size(); ++i) {
            const int column = static_cast<int>(i);
            if (table_.columns[i].is_integer)
                row[i].integer = statement.optional_integer(column);
            else
                row[i].bytes = statement.optional_text(column);
        }
    }
    return rows;
}

void TableRows::insert(Database& database, const Row& row) const {
    Statement statement = database.prepare(insert_);
    for (std::size_t i = 0; i < row.size(); ++i) {
        const bool later = table_.columns[i].name == own_reference_;
        bind(statement, static_cast<int>(i) + 1, i, later ? Field{} : row[i]);
    }
    statement.run();
}

void TableRows::link(Database& database, const Row& row) const {
    const std::size_t reference = place_of(own_reference_);
    if (!row[reference].integer && !row[reference].bytes)
        return;
    SMOS_EXPECT(!link_.empty());
    const std::size_t key = place_of(table_.key.front());
    Statement statement = database.prepare(link_);
    bind(statement, 1, reference, row[reference]);
    bind(statement, 2, key, row[key]);
    statement.run();
}

} // namespace smos::store
