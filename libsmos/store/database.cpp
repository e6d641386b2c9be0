// SPDX-License-Identifier: Apache-2.0
// The state file: SQLite ends here. Opening, statements, and gated transactions.
#include "libsmos/store/database.hpp"

#include "libsmos/core/fatal.hpp"
#include "libsmos/core/handle.hpp"
#include "libsmos/store/database_state.hpp"
#include "libsmos/store/migrations.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

namespace smos::store {
namespace {

// "SMOS" in ASCII: `file state.db` and we ourselves tell our files from others'.
constexpr int application_id = 0x534d4f53;
// Pages in the log after which a commit copies it back: SQLite's own default.
constexpr int checkpoint_pages = 1000;

ExitStatus status_of_code(int code) {
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ExitStatus::try_again;
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return ExitStatus::cannot_create;
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
        return ExitStatus::bug;
    default:
        return ExitStatus::io_error;
    }
}

std::string hint_of_code(int code) {
    switch (code & 0xff) {
    case SQLITE_FULL:
        return "free some disk space and run again; nothing half-written remains";
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return "keep the file for inspection and restore a backup, or choose another with --state";
    case SQLITE_CONSTRAINT:
        return "a constraint of the ledger refused it; look with: smos-cfo verify";
    default:
        return {};
    }
}

} // namespace

Database::Database(const std::string& path, OpenMode mode) : state_(std::make_unique<State>()) {
    state_->path = path;
    prepare_place(path, mode);
    if (mode == OpenMode::scratch_copy)
        open_scratch_copy();
    else
        open_file();
}

void Database::open_file() {
    state_->gate = std::make_unique<CommitGate>(state_->path);
    const GatePass pass{*state_->gate};
    const int code = sqlite3_open_v2(state_->path.c_str(),
                                     state_->receive(),
                                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
                                     nullptr);
    if (code != SQLITE_OK)
        fail(code, "cannot open");
    configure();
    migrate();
}

void Database::open_scratch_copy() {
    if (sqlite3_open(":memory:", state_->receive()) != SQLITE_OK)
        fail(SQLITE_NOMEM, "cannot open a copy in memory");
    if (file_exists(state_->path)) {
        CommitGate gate{state_->path};
        const GatePass pass{gate};
        SqliteHandle source;
        sqlite3* opened = nullptr;
        const int code =
            sqlite3_open_v2(state_->path.c_str(), &opened, SQLITE_OPEN_READWRITE, nullptr);
        source.reset(opened);
        if (code != SQLITE_OK)
            fail(code, "cannot open");
        sqlite3_db_config(source.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
        sqlite3_backup* copy =
            sqlite3_backup_init(state_->handle.get(), "main", source.get(), "main");
        if (copy == nullptr)
            fail(sqlite3_errcode(state_->handle.get()), "cannot copy");
        const int step = sqlite3_backup_step(copy, -1);
        sqlite3_backup_finish(copy);
        if (step != SQLITE_DONE)
            fail(step, "cannot copy");
    }
    configure();
    migrate();
}

void Database::configure() {
    sqlite3* handle = state_->handle.get();
    sqlite3_extended_result_codes(handle, 1);
    sqlite3_busy_timeout(handle, static_cast<int>(CommitGate::default_wait_ms));
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    // Replaces SQLite's own automatic checkpoint, which would run outside our order.
    sqlite3_wal_hook(
        handle,
        [](void* state, sqlite3*, const char*, int pages) {
            static_cast<State*>(state)->log_pages = pages;
            return SQLITE_OK;
        },
        state_.get());
    execute("PRAGMA mmap_size=0; PRAGMA foreign_keys=ON; PRAGMA synchronous=FULL;"
            "PRAGMA journal_mode=WAL; PRAGMA temp_store=MEMORY;");
}

void Database::migrate() {
    const auto number_of = [this](std::string_view pragma) {
        Statement asked = prepare(pragma);
        return asked.step() ? asked.integer(0) : 0;
    };
    const std::int64_t owner = number_of("PRAGMA application_id");
    std::int64_t version = number_of("PRAGMA user_version");
    const std::int64_t tables = number_of("SELECT count(*) FROM sqlite_schema");
    if (owner != application_id && tables > 0) {
        throw Fatal(ExitStatus::config,
                    fmt::format("{}: a database, but not a state file of SMOS", state_->path),
                    "choose another place with --state");
    }
    const auto latest = static_cast<std::int64_t>(migration_count());
    if (version > latest) {
        throw Fatal(ExitStatus::config,
                    fmt::format("{}: written by a newer version (schema {}, this program knows {})",
                                state_->path,
                                version,
                                latest),
                    "upgrade SMOS, or choose another place with --state");
    }
    for (; version < latest; ++version) {
        const Migration& step = migrations()[version];
        SMOS_EXPECT(step.number == version + 1);
        // The caller holds the gate already; a crash anywhere leaves the step undone as a whole.
        execute("BEGIN IMMEDIATE");
        execute(step.sql);
        execute(fmt::format("PRAGMA application_id={}; PRAGMA user_version={}; COMMIT",
                            application_id,
                            step.number)
                    .c_str());
    }
}

Database::~Database() {
    SMOS_EXPECT(!state_->in_transaction);
    state_->statements.clear();
    if (!state_->gate) {
        state_->handle.reset();
        return;
    }
    try {
        const GatePass pass{*state_->gate};
        state_->handle.reset();
    } catch (const Fatal&) {
        // Everything is committed; only copying the log back is left to the next one that closes.
        sqlite3_db_config(state_->handle.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
        state_->handle.reset();
    }
}

const std::string& Database::path() const { return state_->path; }

void Database::execute(const char* sql) {
    const int code = sqlite3_exec(state_->handle.get(), sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK)
        fail(code, "the state file failed");
}

std::int64_t Database::changes() const { return sqlite3_changes64(state_->handle.get()); }

bool Database::gate_is_fair() const { return state_->gate && state_->gate->fair(); }

std::string Database::engine_version() { return sqlite3_libversion(); }

void Database::checkpoint() {
    SMOS_EXPECT(!state_->in_transaction);
    if (!state_->gate)
        return;
    const GatePass pass{*state_->gate};
    state_->copy_log_back();
}

std::string Database::integrity_check() {
    Statement check = prepare("PRAGMA integrity_check");
    std::string found;
    while (check.step())
        found += (found.empty() ? "" : "\n") + check.text(0);
    return found;
}

void Database::fail(int code, std::string_view doing) const {
    sqlite3* handle = state_->handle.get();
    const char* said = handle != nullptr && sqlite3_extended_errcode(handle) == code
                           ? sqlite3_errmsg(handle)
                           : sqlite3_errstr(code);
    throw Fatal(status_of_code(code),
                fmt::format("{}: {}: {}", state_->path, doing, said),
                hint_of_code(code));
}

void Database::State::copy_log_back() {
    // Passive: readers are never waited for; what they still need stays in the log.
    sqlite3_wal_checkpoint_v2(handle.get(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    log_pages = 0;
}

Database::Transaction::Transaction(Database& database) : database_(database) {
    State& state = *database_.state_;
    SMOS_EXPECT(!state.in_transaction);
    if (state.gate)
        state.gate->lock();
    try {
        database_.prepare("BEGIN IMMEDIATE").run();
    } catch (...) {
        if (state.gate)
            state.gate->unlock();
        throw;
    }
    open_ = state.in_transaction = true;
}

void Database::Transaction::commit() {
    database_.prepare("COMMIT").run();
    open_ = false;
    State& state = *database_.state_;
    if (state.log_pages >= checkpoint_pages && state.gate)
        state.copy_log_back();
}

Database::Transaction::~Transaction() {
    State& state = *database_.state_;
    if (open_ && sqlite3_get_autocommit(state.handle.get()) == 0)
        sqlite3_exec(state.handle.get(), "ROLLBACK", nullptr, nullptr, nullptr);
    state.in_transaction = false;
    if (state.gate)
        state.gate->unlock();
}

Database::Snapshot::Snapshot(Database& database) : database_(database) {
    SMOS_EXPECT(!database_.state_->in_transaction);
    database_.prepare("BEGIN DEFERRED").run();
    database_.state_->in_transaction = true;
}

Database::Snapshot::~Snapshot() {
    sqlite3_exec(database_.state_->handle.get(), "ROLLBACK", nullptr, nullptr, nullptr);
    database_.state_->in_transaction = false;
}

} // namespace smos::store
