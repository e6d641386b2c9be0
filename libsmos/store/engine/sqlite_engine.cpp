// SPDX-License-Identifier: Apache-2.0
// The embedded engine: opening, transactions and checkpoints of one file.
#include "libsmos/store/engine/sqlite_engine.hpp"

#include "libsmos/core/fatal.hpp"
#include "libsmos/store/engine/gate.hpp"
#include "libsmos/store/engine/sqlite_cursor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

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
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return "check that the file and its folder may be written, or choose another with --state";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return "run again; see who holds it with: fuser -v FILE";
    case SQLITE_NOMEM:
        return "free some memory and run again with the same keys";
    default:
        return "look at the disk with dmesg, then run again with the same keys: what was done is "
               "not done twice";
    }
}

/// SQLite hands out a handle even when opening fails, to be closed all the same.
int open_handle(const std::string& path, int flags, SqliteHandle& handle) {
    sqlite3* opened = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &opened, flags, nullptr);
    handle.reset(opened);
    return code;
}

class SqliteEngine final : public Engine {
  public:
    SqliteEngine(std::string path, OpenMode mode)
        : path_(std::move(path)),
          fail_([this](int code) { fail(code, "the state file failed"); }) {
        prepare_place(path_, mode);
        if (mode == OpenMode::scratch_copy)
            open_scratch_copy();
        else
            open_file();
    }

    SqliteEngine(const SqliteEngine&) = delete;
    SqliteEngine& operator=(const SqliteEngine&) = delete;

    ~SqliteEngine() override {
        cursors_.clear();
        if (!gate_) {
            handle_.reset();
            return;
        }
        try {
            const GatePass pass{*gate_};
            handle_.reset();
        } catch (const Fatal&) {
            // Everything is committed; only copying the log back is left to the next that closes.
            sqlite3_db_config(handle_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
            handle_.reset();
        }
    }

    const std::string& place() const override { return path_; }

    Cursor& cursor(std::string_view sql) override {
        std::unique_ptr<SqliteCursor>& cached = cursors_[sql];
        if (!cached)
            cached = std::make_unique<SqliteCursor>(prepared(sql), fail_);
        return *cached;
    }

    void execute(const char* sql) override {
        const int code = sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr);
        if (code != SQLITE_OK)
            fail(code, "the state file failed");
    }

    std::int64_t changes() override { return sqlite3_changes64(handle_.get()); }

    /// The gate is the one lock of a file, whatever the name.
    void begin(std::string_view) override {
        if (gate_)
            gate_->lock();
        holds_gate_ = bool{gate_};
        cursor("BEGIN IMMEDIATE").run();
    }

    void commit() override {
        cursor("COMMIT").run();
        if (log_pages_ >= checkpoint_pages && gate_)
            copy_log_back();
        leave_gate();
    }

    void roll_back() noexcept override {
        if (sqlite3_get_autocommit(handle_.get()) == 0)
            sqlite3_exec(handle_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
        leave_gate();
    }

    void begin_snapshot() override { cursor("BEGIN DEFERRED").run(); }

    int schema_version() override {
        // In this order: others may make the tables between the two, together with the id.
        const std::int64_t tables = number_of("SELECT count(*) FROM sqlite_schema");
        const std::int64_t owner = number_of("PRAGMA application_id");
        if (owner != application_id && tables > 0) {
            throw Fatal(ExitStatus::config,
                        fmt::format("{}: a database, but not a state file of SMOS", path_),
                        "choose another place with --state");
        }
        return static_cast<int>(number_of("PRAGMA user_version"));
    }

    void apply(const Migration& step) override {
        begin({});
        try {
            if (schema_version() < step.number) { // nobody else did meanwhile
                execute(step.sql);
                execute(step.sqlite_sql);
                execute(fmt::format("PRAGMA application_id={}; PRAGMA user_version={};",
                                    application_id,
                                    step.number)
                            .c_str());
            }
            commit();
        } catch (...) {
            roll_back();
            throw;
        }
    }

    Instant now() override { return system_now(); }

    void listen(std::string_view) override {
        if (gate_ && !ear_)
            ear_ = watch_commits(path_);
    }
    int ear() const override { return ear_.get(); }
    bool heard() override { return drain_watch(ear_.get()); }

    void checkpoint() override {
        if (!gate_)
            return;
        const GatePass pass{*gate_};
        copy_log_back();
    }

    std::string integrity_check() override {
        Cursor& check = cursor("PRAGMA integrity_check");
        std::string found;
        while (check.step())
            found += (found.empty() ? "" : "\n") + std::string{check.bytes(0)};
        check.reset();
        return found;
    }

    void write_copy(const std::string& path) override {
        // Reads one snapshot, so it needs no pass; the log stays as long as it runs.
        Cursor& copy = cursor("VACUUM INTO ?1");
        copy.bind_text(1, path);
        copy.run();
    }

    void set_schema_version(int number) override {
        execute(fmt::format("PRAGMA user_version={}", number).c_str());
    }

    /// Only AUTOINCREMENT remembers numbers whose rows are gone.
    std::int64_t last_number(const std::string& table, const std::string& column) override {
        Cursor& kept = cursor("SELECT seq FROM sqlite_sequence WHERE name = ?1");
        kept.bind_text(1, table);
        const std::int64_t ever = kept.step() ? kept.integer(0) : 0;
        kept.reset();
        const StatementHandle highest =
            prepared(fmt::format("SELECT coalesce(max({}), 0) FROM {}", column, table));
        if (sqlite3_step(highest.get()) != SQLITE_ROW)
            fail(sqlite3_extended_errcode(handle_.get()), "cannot read");
        return std::max<std::int64_t>(ever, sqlite3_column_int64(highest.get(), 0));
    }

    void go_on_from(const std::string& table, const std::string&, std::int64_t number) override {
        Cursor& kept = cursor("UPDATE sqlite_sequence SET seq = ?2 WHERE name = ?1 AND seq < ?2");
        kept.bind_text(1, table);
        kept.bind_integer(2, number);
        kept.run();
        Cursor& first = cursor("INSERT INTO sqlite_sequence(name, seq) SELECT ?1, ?2"
                               " WHERE EXISTS(SELECT 1 FROM sqlite_schema WHERE name = ?1"
                               " AND type = 'table' AND instr(sql, 'AUTOINCREMENT') > 0)"
                               " AND NOT EXISTS(SELECT 1 FROM sqlite_sequence WHERE name = ?1)");
        first.bind_text(1, table);
        first.bind_integer(2, number);
        first.run();
    }

    bool is_fair() const override { return gate_ && gate_->fair(); }

    std::string software() const override { return "SQLite " + sqlite_version(); }

  private:
    void open_file() {
        gate_ = std::make_unique<CommitGate>(path_);
        const GatePass pass{*gate_};
        const int code = open_handle(path_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, handle_);
        if (code != SQLITE_OK)
            fail(code, "cannot open");
        configure();
    }

    void open_scratch_copy() {
        constexpr int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
        if (open_handle(":memory:", flags, handle_) != SQLITE_OK)
            fail(SQLITE_NOMEM, "cannot open a copy in memory");
        if (file_exists(path_)) {
            CommitGate gate{path_};
            const GatePass pass{gate};
            SqliteHandle source;
            const int code = open_handle(path_, SQLITE_OPEN_READWRITE, source);
            if (code != SQLITE_OK)
                fail(code, "cannot open");
            sqlite3_db_config(source.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
            copy_from(source.get());
        }
        configure();
    }

    void copy_from(sqlite3* source) {
        sqlite3_backup* copy = sqlite3_backup_init(handle_.get(), "main", source, "main");
        if (copy == nullptr)
            fail(sqlite3_errcode(handle_.get()), "cannot copy");
        const int step = sqlite3_backup_step(copy, -1);
        sqlite3_backup_finish(copy);
        if (step != SQLITE_DONE)
            fail(step, "cannot copy");
    }

    void configure() {
        sqlite3* handle = handle_.get();
        sqlite3_extended_result_codes(handle, 1);
        sqlite3_busy_timeout(handle, static_cast<int>(CommitGate::default_wait_ms));
        sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
        sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
        // Replaces SQLite's own automatic checkpoint, which would run outside our order.
        sqlite3_wal_hook(
            handle,
            [](void* engine, sqlite3*, const char*, int pages) {
                static_cast<SqliteEngine*>(engine)->log_pages_ = pages;
                return SQLITE_OK;
            },
            this);
        execute("PRAGMA mmap_size=0; PRAGMA foreign_keys=ON; PRAGMA synchronous=FULL;"
                "PRAGMA journal_mode=WAL; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-2048;");
    }

    StatementHandle prepared(std::string_view sql) {
        sqlite3_stmt* made = nullptr;
        const int code = sqlite3_prepare_v3(handle_.get(),
                                            sql.data(),
                                            static_cast<int>(sql.size()),
                                            SQLITE_PREPARE_PERSISTENT,
                                            &made,
                                            nullptr);
        StatementHandle handle{made};
        if (code != SQLITE_OK)
            fail(code, "cannot prepare a statement");
        return handle;
    }

    std::int64_t number_of(std::string_view sql) {
        Cursor& asked = cursor(sql);
        const std::int64_t number = asked.step() ? asked.integer(0) : 0;
        asked.reset();
        return number;
    }

    void leave_gate() noexcept {
        if (std::exchange(holds_gate_, false))
            gate_->unlock();
    }

    void copy_log_back() {
        // Passive: readers are never waited for; what they still need stays in the log.
        sqlite3_wal_checkpoint_v2(
            handle_.get(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
        log_pages_ = 0;
    }

    [[noreturn]] void fail(int code, std::string_view doing) const {
        sqlite3* handle = handle_.get();
        const char* said = handle != nullptr && sqlite3_extended_errcode(handle) == code
                               ? sqlite3_errmsg(handle)
                               : sqlite3_errstr(code);
        throw Fatal(status_of_code(code),
                    fmt::format("{}: {}: {}", path_, doing, said),
                    hint_of_code(code));
    }

    std::string path_;
    std::function<void(int)> fail_;
    std::unique_ptr<CommitGate> gate_; // none for a copy in memory
    SqliteHandle handle_;
    UniqueFd ear_;
    std::unordered_map<std::string_view, std::unique_ptr<SqliteCursor>> cursors_;
    bool holds_gate_ = false;
    int log_pages_ = 0; // of the write-ahead log after the last commit
};

} // namespace

std::unique_ptr<Engine> open_sqlite(const std::string& path, OpenMode mode) {
    return std::make_unique<SqliteEngine>(path, mode);
}

bool fold_log(const std::string& path) {
    SqliteHandle handle;
    return open_handle(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, handle) == SQLITE_OK &&
           sqlite3_wal_checkpoint_v2(
               handle.get(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr) == SQLITE_OK;
}

std::string sqlite_version() { return sqlite3_libversion(); }

} // namespace smos::store
