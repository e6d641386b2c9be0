// SPDX-License-Identifier: Apache-2.0
// The state: statements and gated transactions over one of the two engines.
#pragma once

#include "libsmos/core/clock.hpp"
#include "libsmos/core/result.hpp"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace smos::store {

class Cursor;
class Database;
class Engine;

/// A clock that nobody sets.
struct BootTime {
    std::string boot_id;
    std::int64_t us = 0;
};

/// A prepared statement in use. Parameters count from 1, columns from 0. Going out of scope gives
/// it back to the database, ready for the next use. Failures of the engine are Fatal.
class Statement {
  public:
    Statement(Statement&& other) noexcept;
    Statement& operator=(Statement&&) = delete;
    ~Statement();

    Statement& bind(int index, std::int64_t value);
    /// Fatal (65) for text with U+0000, which PostgreSQL cannot hold.
    Statement& bind(int index, std::string_view text);
    Statement& bind(int index, const char* text) { return bind(index, std::string_view{text}); }
    Statement& bind(int index, const std::string& text) {
        return bind(index, std::string_view{text});
    }
    Statement& bind(int index, std::optional<std::int64_t> value);
    Statement& bind(int index, const std::optional<std::string>& text);
    Statement& bind_blob(int index, const void* bytes, std::size_t size);

    /// Sends a statement whose rows are read later: several that were asked before the first
    /// step() take one journey to a server.
    Statement& ask();
    /// True while there is a row.
    bool step();
    /// Steps to the end and makes the statement ready to be bound again. A server may learn of it
    /// only with the next rows that are wanted, or with the commit.
    void run();
    void reset();

    bool is_null(int column) const;
    std::int64_t integer(int column) const;
    std::optional<std::int64_t> optional_integer(int column) const;
    std::string text(int column) const;
    std::optional<std::string> optional_text(int column) const;
    /// Valid until the next step.
    std::string_view bytes(int column) const;
    /// Of several columns, from `first` on.
    void read_bytes(int first, std::initializer_list<std::string_view*> columns) const;

  private:
    friend class Database;
    explicit Statement(Cursor& cursor);

    Cursor* cursor_;
};

enum class OpenMode {
    /// Creates the file (0600, its directory 0700) and brings its schema up to date.
    read_write,
    /// For --dry-run: works on a copy in memory and leaves the file as it is, or missing. On a
    /// server every transaction is read-only, and what writes is Fatal (64): a copy is not made,
    /// and writes that are rolled back at the end would make others wait until then.
    scratch_copy,
};

/// One connection to the state. A path is a SQLite file: WAL, synchronous=FULL, foreign keys, no
/// memory mapping; every write transaction, checkpoint, open and close passes the commit gate. A
/// URL (postgresql://…) is a PostgreSQL database. Both take the same statements and give the same
/// results. Not for use by several threads, nor in a child after fork.
class Database {
  public:
    /// Fatal when the file is on a network or layered file system, was written by a newer version,
    /// or is not ours (78), cannot be created (73), cannot be read (74), stays busy (75), or the
    /// server cannot be reached (69).
    explicit Database(const std::string& place, OpenMode mode = OpenMode::read_write);
    /// Over an engine that is open: for harnesses that put faults before it.
    explicit Database(std::unique_ptr<Engine> engine);
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;
    ~Database();

    /// The file, or the URL without its password.
    const std::string& path() const;
    /// `sql` must outlive the database (a literal); prepared once.
    Statement prepare(std::string_view sql);
    /// Statements without parameters or results.
    void execute(const char* sql);
    /// Rows changed by the last statement.
    std::int64_t changes();
    /// The clock that leases and windows go by: this machine's, or the server's.
    Instant now();
    /// The time since boot beside it, where the engine has one of its own: in harnesses.
    std::optional<BootTime> boot_time();

    /// Runs `work` in one durable transaction. Two with the same `lock` never run at the same time
    /// (in a SQLite file no two do at all), so a check made in one holds until its end. Rolled back
    /// when `work` throws or returns a failed Result.
    template <typename Work>
    auto transaction(std::string_view lock, Work&& work) -> std::invoke_result_t<Work> {
        Transaction running{*this, lock};
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

    /// Runs `work`, which makes one statement and reads all its rows, in a durable transaction that
    /// locks nothing else: a server needs one journey for it.
    template <typename Work>
    auto alone(Work&& work) -> std::invoke_result_t<Work> {
        if (!commits_alone())
            return transaction({}, std::forward<Work>(work));
        const Alone running{*this};
        return work();
    }

    bool in_transaction() const { return in_transaction_; }

    /// From here on heard() tells of rings for this topic by others; in a file, of every commit.
    void listen(std::string_view topic);
    /// Wakes those who listen. Outside of transactions and after what there is to see was
    /// committed; nothing to do in a file, where the commit itself is heard. Two that ring at the
    /// same time may be heard as one.
    void ring(std::string_view topic);
    /// A descriptor that poll(2) finds readable when it may be worth calling heard(); -1 while
    /// there is none, and another one after a connection was made anew: ask before each poll.
    int ear() const;
    /// Whether somebody rang since the last call, or may have: after a connection was lost and
    /// after one was made anew too. Never waits; rings can be lost, so look every second all the
    /// same.
    bool heard();

    /// Runs `work` over one unchanging view; it must not write.
    template <typename Work>
    auto snapshot(Work&& work) -> std::invoke_result_t<Work> {
        Snapshot running{*this};
        return work();
    }

    /// Copies the log back into the file now, behind the gate; nothing to do on a server.
    void checkpoint();
    /// "ok", or what the engine found.
    std::string integrity_check();
    /// A file with everything that is committed, at a path where nothing is; others go on writing
    /// meanwhile. Fatal (64) for a server, whose tables are copied one by one (store/upkeep/copy).
    void write_copy(const std::string& path);
    /// For copies only, inside a transaction: until it is marked complete every tool refuses the
    /// state (78).
    void mark_unfinished();
    void mark_complete();
    /// The highest number that a counting column ever gave, and going on from there (inside a
    /// transaction).
    std::int64_t last_number(const std::string& table, const std::string& column);
    void go_on_from(const std::string& table, const std::string& column, std::int64_t number);
    /// False where no semaphore is to be had and file locks alone serialise writers.
    bool gate_is_fair() const;

    /// The version of the linked SQLite.
    static std::string engine_version();

  private:
    class Transaction {
      public:
        Transaction(Database& database, std::string_view lock);
        Transaction(const Transaction&) = delete;
        Transaction& operator=(const Transaction&) = delete;
        ~Transaction();
        void commit();

      private:
        Database& database_;
        bool open_ = true;
    };

    class Alone {
      public:
        explicit Alone(Database& database);
        Alone(const Alone&) = delete;
        Alone& operator=(const Alone&) = delete;
        ~Alone();

      private:
        Database& database_;
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

    bool commits_alone() const;
    void migrate();

    std::unique_ptr<Engine> engine_;
    bool in_transaction_ = false;
};

/// Whether `place` names a server and not a file.
bool is_server(std::string_view place);

struct ServerReport {
    std::string place; // without the password
    std::string software;
    int schema_version = 0; // 0: nothing of ours yet
    std::string verdict;    // "ok", or what is wrong
};

/// Looks at a server and changes nothing. Fatal as for opening.
ServerReport examine_server(const std::string& url);

/// The schema of a place, and what this program would bring it to. Changes nothing.
struct SchemaReport {
    std::string place;
    int version = 0; // 0: nothing of ours yet
    int latest = 0;
};
SchemaReport examine_schema(const std::string& place);

} // namespace smos::store
