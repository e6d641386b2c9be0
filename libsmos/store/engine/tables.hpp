// SPDX-License-Identifier: Apache-2.0
// What tables a state has, as the migrations make them: for copies and checks of all of it.
#pragma once

#include <string>
#include <vector>

namespace smos::store {

struct Column {
    std::string name;
    bool is_integer = false;
    bool is_blob = false; // neither: text
};

/// A reference of one column to the key of a table.
struct Reference {
    std::string column;
    std::string table;
    std::string key;
};

struct Table {
    std::string name;
    std::vector<Column> columns{};
    std::vector<std::string> key{};      // columns of the primary key, in its order
    std::string counter{};               // the column that counts by itself; empty: none
    std::vector<Reference> references{}; // those to the table itself too
};

/// All of the newest schema, the same on both engines; what is referred to comes before what
/// refers to it.
std::vector<Table> state_tables();

} // namespace smos::store
