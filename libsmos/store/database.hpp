// SPDX-License-Identifier: Apache-2.0
// The state file: SQLite ends here. Opening, statements, and gated transactions.
#pragma once

#include "libsmos/core/result.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

struct sqlite3_stmt;

namespace smos::store {

class Database;

/// A prepared statement in use. Parameters count from 1, columns from 0. Going out of scope gives
/// it back to the database, ready for the next use. Failures of SQLite are Fatal.
class Statement {
  public:
    Statement(Statement&& other) noexcept;
    Statement& operator=(Statement&&) = delete;
    ~Statement();

    Statement& bind(int index, std::int64_t value);
    Statement& bind(int index, std::string_view text);
    Statement& bind(int index, const char* text) { return bind(index, std::string_view{text}); }
    Statement& bind(int index, const std::string& text) {
        return bind(index, std::string_view{text});
    }
    Statement& bind(int index, std::optional<std::int64_t> value);
    Statement& bind(int index, const std::optional<std::string>& text);
    Statement& bind_blob(int index, const void* bytes, std::size_t size);

    /// True while there is a row.
    bool step();
    /// Steps to the end and makes the statement ready to be bound again.
    void run();
    void reset();

    bool is_null(int column) const;
    std::int64_t integer(int column) const;
    std::optional<std::int64_t> optional_integer(int column) const;
    std::string text(int column) const;
    std::optional<std::string> optional_text(int column) const;
    /// Valid until the next step.
    std::string_view bytes(int column) const;

  private:
    friend class Database;
    Statement(Database& database, sqlite3_stmt* handle);

    Database* database_;
    sqlite3_stmt* handle_;
};

enum class OpenMode {
    /// Creates the file (0600, its directory 0700) and brings its schema up to date.
    read_write,
    /// For --dry-run: works on a copy in memory and leaves the file as it is, or missing.
    scratch_copy,
};

/// One connection to the state file: WAL, synchronous=FULL, foreign keys, no memory mapping. Every
/// write transaction, checkpoint, open and close passes the commit gate. Not for use by several
/// threads, nor in a child after fork.
class Database {
  public:
    /// Fatal when the file is on a network file system, was written by a newer version, or is not
    /// ours (78), cannot be created (73), cannot be read (74), or stays busy (75).
    explicit Database(const std::string& path, OpenMode mode = OpenMode::read_write);
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;
    ~Database();

    const std::string& path() const;
    /// `sql` must outlive the database (a literal); prepared once.
    Statement prepare(std::string_view sql);
    /// Statements without parameters or results.
    void execute(const char* sql);
    /// Rows changed by the last statement.
    std::int64_t changes() const;

    /// Runs `work` in one gated, durable transaction: BEGIN IMMEDIATE … COMMIT. Rolled back when
    /// it throws or returns a failed Result.
    template <typename Work>
    auto transaction(Work&& work) -> std::invoke_result_t<Work> {
        Transaction running{*this};
        if constexpr (std::is_void_v<std::invoke_result_t<Work>>) {
            work();
            running.commit();
        } else {
            auto outcome = work();
            if (!failed(outcome))
                running.commit();
            return outcome;
        }
    }

    /// Runs `work` over one unchanging view; it must not write.
    template <typename Work>
    auto snapshot(Work&& work) -> std::invoke_result_t<Work> {
        Snapshot running{*this};
        return work();
    }

    /// Copies the log back into the file now, behind the gate.
    void checkpoint();
    /// "ok", or what SQLite found.
    std::string integrity_check();
    /// False where no semaphore is to be had and file locks alone serialise writers.
    bool gate_is_fair() const;

    /// The version of the linked SQLite.
    static std::string engine_version();

  private:
    friend class Statement;
    struct State;

    class Transaction {
      public:
        explicit Transaction(Database& database);
        Transaction(const Transaction&) = delete;
        Transaction& operator=(const Transaction&) = delete;
        ~Transaction();
        void commit();

      private:
        Database& database_;
        bool open_ = false;
    };

    class Snapshot {
      public:
        explicit Snapshot(Database& database);
        Snapshot(const Snapshot&) = delete;
        Snapshot& operator=(const Snapshot&) = delete;
        ~Snapshot();

      private:
        Database& database_;
    };

    template <typename T>
    static bool failed(const Result<T>& outcome) {
        return !outcome;
    }
    template <typename T>
    static bool failed(const T&) {
        return false;
    }

    void open_file();
    void open_scratch_copy();
    void configure();
    void migrate();
    [[noreturn]] void fail(int code, std::string_view doing) const;

    std::unique_ptr<State> state_;
};

} // namespace smos::store
