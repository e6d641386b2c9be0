// SPDX-License-Identifier: Apache-2.0
// Prepared statements: bound, stepped, read, and given back.
#include "libsmos/core/fatal.hpp"
#include "libsmos/store/database_state.hpp"

#include <sqlite3.h>

namespace smos::store {

Statement Database::prepare(std::string_view sql) {
    StatementHandle& cached = state_->statements[sql];
    if (!cached) {
        sqlite3_stmt* prepared = nullptr;
        const int code = sqlite3_prepare_v3(state_->handle.get(),
                                            sql.data(),
                                            static_cast<int>(sql.size()),
                                            SQLITE_PREPARE_PERSISTENT,
                                            &prepared,
                                            nullptr);
        cached.reset(prepared);
        if (code != SQLITE_OK)
            fail(code, "cannot prepare a statement");
    }
    // One use at a time: a second would overwrite the parameters of the first.
    SMOS_EXPECT(sqlite3_stmt_busy(cached.get()) == 0);
    return Statement{*this, cached.get()};
}

Statement::Statement(Database& database, sqlite3_stmt* handle)
    : database_(&database),
      handle_(handle) {}

Statement::Statement(Statement&& other) noexcept
    : database_(other.database_),
      handle_(std::exchange(other.handle_, nullptr)) {}

Statement::~Statement() {
    if (handle_ != nullptr) {
        sqlite3_reset(handle_);
        sqlite3_clear_bindings(handle_);
    }
}

Statement& Statement::bind(int index, std::int64_t value) {
    SMOS_EXPECT(sqlite3_bind_int64(handle_, index, value) == SQLITE_OK);
    return *this;
}

Statement& Statement::bind(int index, std::string_view text) {
    SMOS_EXPECT(sqlite3_bind_text(
                    handle_, index, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT) ==
                SQLITE_OK);
    return *this;
}

Statement& Statement::bind(int index, std::optional<std::int64_t> value) {
    if (value)
        return bind(index, *value);
    SMOS_EXPECT(sqlite3_bind_null(handle_, index) == SQLITE_OK);
    return *this;
}

Statement& Statement::bind(int index, const std::optional<std::string>& text) {
    if (text)
        return bind(index, std::string_view{*text});
    SMOS_EXPECT(sqlite3_bind_null(handle_, index) == SQLITE_OK);
    return *this;
}

Statement& Statement::bind_blob(int index, const void* bytes, std::size_t size) {
    SMOS_EXPECT(sqlite3_bind_blob64(handle_, index, bytes, size, SQLITE_TRANSIENT) == SQLITE_OK);
    return *this;
}

bool Statement::step() {
    const int code = sqlite3_step(handle_);
    if (code == SQLITE_ROW)
        return true;
    if (code == SQLITE_DONE)
        return false;
    database_->fail(code, "the state file failed");
}

void Statement::run() {
    while (step()) {
    }
    reset();
}

void Statement::reset() { sqlite3_reset(handle_); }

bool Statement::is_null(int column) const {
    return sqlite3_column_type(handle_, column) == SQLITE_NULL;
}

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(handle_, column); }

std::optional<std::int64_t> Statement::optional_integer(int column) const {
    if (is_null(column))
        return std::nullopt;
    return integer(column);
}

std::string_view Statement::bytes(int column) const {
    // The pointer first: asking for it may convert, and only then is the size right.
    const void* data = sqlite3_column_blob(handle_, column);
    const int size = sqlite3_column_bytes(handle_, column);
    return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
}

std::string Statement::text(int column) const { return std::string{bytes(column)}; }

std::optional<std::string> Statement::optional_text(int column) const {
    if (is_null(column))
        return std::nullopt;
    return text(column);
}

} // namespace smos::store
