// SPDX-License-Identifier: Apache-2.0
// Prepared statements of SQLite: bound, stepped, read.
#include "libsmos/store/engine/sqlite_cursor.hpp"

#include "libsmos/core/fatal.hpp"

namespace smos::store {

void SqliteCursor::bind_null(int index) {
    SMOS_EXPECT(sqlite3_bind_null(handle_.get(), index) == SQLITE_OK);
}

void SqliteCursor::bind_integer(int index, std::int64_t value) {
    SMOS_EXPECT(sqlite3_bind_int64(handle_.get(), index, value) == SQLITE_OK);
}

void SqliteCursor::bind_text(int index, std::string_view text) {
    SMOS_EXPECT(
        sqlite3_bind_text(
            handle_.get(), index, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT) ==
        SQLITE_OK);
}

void SqliteCursor::bind_bytes(int index, std::string_view bytes) {
    SMOS_EXPECT(
        sqlite3_bind_blob64(handle_.get(), index, bytes.data(), bytes.size(), SQLITE_TRANSIENT) ==
        SQLITE_OK);
}

bool SqliteCursor::step() {
    const int code = sqlite3_step(handle_.get());
    if (code == SQLITE_ROW)
        return true;
    if (code != SQLITE_DONE) {
        sqlite3_reset(handle_.get()); // what is undone next must not find it running
        fail_(code);
    }
    return false;
}

void SqliteCursor::run() {
    while (step()) {
    }
    sqlite3_reset(handle_.get());
}

void SqliteCursor::reset() {
    sqlite3_reset(handle_.get());
    sqlite3_clear_bindings(handle_.get());
}

bool SqliteCursor::is_null(int column) const {
    return sqlite3_column_type(handle_.get(), column) == SQLITE_NULL;
}

std::int64_t SqliteCursor::integer(int column) const {
    return sqlite3_column_int64(handle_.get(), column);
}

std::string_view SqliteCursor::bytes(int column) const {
    // By its value, which is looked up once. The pointer first: asking for it may convert, and only
    // then is the size right.
    sqlite3_value* value = sqlite3_column_value(handle_.get(), column);
    const void* data = sqlite3_value_blob(value);
    const int size = sqlite3_value_bytes(value);
    return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
}

} // namespace smos::store
