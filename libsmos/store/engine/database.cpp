// SPDX-License-Identifier: Apache-2.0
// The state over either engine: opening, schema, transactions, statements.
#include "libsmos/store/engine/database.hpp"

#include "libsmos/core/fatal.hpp"
#include "libsmos/core/module.hpp"
#include "libsmos/store/engine/engine.hpp"
#include "libsmos/store/engine/sqlite_engine.hpp"

#include <fmt/format.h>

#include <utility>

namespace smos::store {
namespace {

// Beyond every real number, so that programs which do not know it refuse the place as well.
constexpr int unfinished_copy = 1'000'000'000;

/// libpq and what it brings are loaded with the first URL: they cost every start else.
std::unique_ptr<Engine> open_server(const std::string& url, OpenMode mode) {
    using Connect = Engine* (*)(const char*, bool);
    const auto connect =
        reinterpret_cast<Connect>(module_symbol("smos-postgres", "smos_connect_postgres"));
    return std::unique_ptr<Engine>{connect(url.c_str(), mode == OpenMode::scratch_copy)};
}

} // namespace

bool is_server(std::string_view place) {
    return place.starts_with("postgresql://") || place.starts_with("postgres://");
}

ServerReport examine_server(const std::string& url) {
    const auto engine = open_server(url, OpenMode::read_write);
    ServerReport report;
    report.place = engine->place();
    report.software = engine->software();
    report.schema_version = engine->schema_version();
    report.verdict = engine->integrity_check();
    return report;
}

SchemaReport examine_schema(const std::string& place) {
    const auto latest = static_cast<int>(migration_count());
    const auto engine = is_server(place) ? open_server(place, OpenMode::scratch_copy)
                                         : open_sqlite(place, OpenMode::scratch_copy);
    return {engine->place(), engine->schema_version(), latest};
}

Database::Database(const std::string& place, OpenMode mode)
    : engine_(is_server(place) ? open_server(place, mode) : open_sqlite(place, mode)) {
    const int latest = static_cast<int>(migration_count());
    if (is_server(place) && mode == OpenMode::scratch_copy && engine_->schema_version() < latest) {
        throw Fatal(ExitStatus::config,
                    fmt::format("{}: schema {}, to be brought to {} before a dry run can read it",
                                path(),
                                engine_->schema_version(),
                                latest),
                    "run: smos-state migrate");
    }
    migrate();
}

Database::Database(std::unique_ptr<Engine> engine) : engine_(std::move(engine)) { migrate(); }

Database::~Database() { SMOS_EXPECT(!in_transaction_); }

void Database::migrate() {
    const auto latest = static_cast<int>(migration_count());
    int version = engine_->schema_version();
    if (version == unfinished_copy) {
        throw Fatal(ExitStatus::config,
                    path() + ": a copy that was never finished",
                    "copy again into an empty place: remove this file, or on a server drop the "
                    "schema smos");
    }
    if (version > latest) {
        throw Fatal(ExitStatus::config,
                    fmt::format("{}: written by a newer version (schema {}, this program knows {})",
                                path(),
                                version,
                                latest),
                    "upgrade SMOS, or choose another place with --state");
    }
    if (version < 0) {
        throw Fatal(ExitStatus::io_error,
                    fmt::format("{}: damaged: it names schema {}", path(), version),
                    "keep the file for inspection and restore a backup, or choose another with "
                    "--state");
    }
    for (; version < latest; ++version) {
        const Migration& step = migrations()[version];
        SMOS_EXPECT(step.number == version + 1);
        engine_->apply(step);
    }
}

const std::string& Database::path() const { return engine_->place(); }

void Database::execute(const char* sql) { engine_->execute(sql); }

std::int64_t Database::changes() { return engine_->changes(); }

Instant Database::now() { return engine_->now(); }

std::optional<BootTime> Database::boot_time() { return engine_->boot_time(); }

bool Database::commits_alone() const { return engine_->commits_alone(); }

void Database::listen(std::string_view topic) { engine_->listen(topic); }

void Database::ring(std::string_view topic) {
    SMOS_EXPECT(!in_transaction_);
    engine_->ring(topic);
}

int Database::ear() const { return engine_->ear(); }

bool Database::heard() { return engine_->heard(); }

bool Database::gate_is_fair() const { return engine_->is_fair(); }

std::string Database::engine_version() { return sqlite_version(); }

void Database::checkpoint() {
    SMOS_EXPECT(!in_transaction_);
    engine_->checkpoint();
}

void Database::write_copy(const std::string& path) {
    SMOS_EXPECT(!in_transaction_);
    engine_->write_copy(path);
}

void Database::mark_unfinished() {
    SMOS_EXPECT(in_transaction_);
    engine_->set_schema_version(unfinished_copy);
}

void Database::mark_complete() {
    SMOS_EXPECT(in_transaction_);
    engine_->set_schema_version(static_cast<int>(migration_count()));
}

std::int64_t Database::last_number(const std::string& table, const std::string& column) {
    return engine_->last_number(table, column);
}

void Database::go_on_from(const std::string& table,
                          const std::string& column,
                          std::int64_t number) {
    SMOS_EXPECT(in_transaction_);
    engine_->go_on_from(table, column, number);
}

std::string Database::integrity_check() { return engine_->integrity_check(); }

Statement Database::prepare(std::string_view sql) {
    Cursor& cursor = engine_->cursor(sql);
    SMOS_EXPECT(!cursor.in_use);
    return Statement{cursor};
}

Database::Transaction::Transaction(Database& database, std::string_view lock)
    : database_(database) {
    SMOS_EXPECT(!database_.in_transaction_);
    try {
        database_.engine_->begin(lock);
    } catch (...) {
        database_.engine_->roll_back();
        throw;
    }
    database_.in_transaction_ = true;
}

void Database::Transaction::commit() {
    database_.engine_->commit();
    open_ = false;
}

Database::Transaction::~Transaction() {
    if (open_)
        database_.engine_->roll_back();
    database_.in_transaction_ = false;
}

Database::Alone::Alone(Database& database) : database_(database) {
    SMOS_EXPECT(!database_.in_transaction_);
    database_.engine_->begin_alone();
    database_.in_transaction_ = true;
}

Database::Alone::~Alone() {
    database_.engine_->end_alone();
    database_.in_transaction_ = false;
}

Database::Snapshot::Snapshot(Database& database) : database_(database) {
    SMOS_EXPECT(!database_.in_transaction_);
    database_.engine_->begin_snapshot();
    database_.in_transaction_ = true;
}

Database::Snapshot::~Snapshot() {
    database_.engine_->roll_back();
    database_.in_transaction_ = false;
}

Statement::Statement(Cursor& cursor) : cursor_(&cursor) { cursor.in_use = true; }

Statement::Statement(Statement&& other) noexcept : cursor_(std::exchange(other.cursor_, nullptr)) {}

Statement::~Statement() {
    if (cursor_ == nullptr)
        return;
    cursor_->reset();
    cursor_->in_use = false;
}

Statement& Statement::bind(int index, std::int64_t value) {
    cursor_->bind_integer(index, value);
    return *this;
}

Statement& Statement::bind(int index, std::string_view text) {
    if (text.find('\0') != std::string_view::npos) {
        throw Fatal(ExitStatus::bad_input,
                    "a text with the character U+0000, which the state cannot hold",
                    "remove \\u0000 from the record");
    }
    cursor_->bind_text(index, text);
    return *this;
}

Statement& Statement::bind(int index, std::optional<std::int64_t> value) {
    if (value)
        cursor_->bind_integer(index, *value);
    else
        cursor_->bind_null(index);
    return *this;
}

Statement& Statement::bind(int index, const std::optional<std::string>& text) {
    if (text)
        return bind(index, std::string_view{*text});
    cursor_->bind_null(index);
    return *this;
}

Statement& Statement::bind_blob(int index, const void* bytes, std::size_t size) {
    cursor_->bind_bytes(index, {static_cast<const char*>(bytes), size});
    return *this;
}

Statement& Statement::ask() {
    cursor_->ask();
    return *this;
}

bool Statement::step() { return cursor_->step(); }

void Statement::run() { cursor_->run(); }

void Statement::reset() { cursor_->reset(); }

bool Statement::is_null(int column) const { return cursor_->is_null(column); }

std::int64_t Statement::integer(int column) const { return cursor_->integer(column); }

std::optional<std::int64_t> Statement::optional_integer(int column) const {
    if (is_null(column))
        return std::nullopt;
    return integer(column);
}

std::string_view Statement::bytes(int column) const { return cursor_->bytes(column); }

void Statement::read_bytes(int first, std::initializer_list<std::string_view*> columns) const {
    for (std::string_view* column : columns)
        *column = cursor_->bytes(first++);
}

std::string Statement::text(int column) const { return std::string{bytes(column)}; }

std::optional<std::string> Statement::optional_text(int column) const {
    if (is_null(column))
        return std::nullopt;
    return text(column);
}

} // namespace smos::store
