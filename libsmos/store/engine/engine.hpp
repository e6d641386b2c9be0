// SPDX-License-Identifier: Apache-2.0
// What a state engine can do; SQLite and PostgreSQL are the two. For libsmos/store/engine only: the
// rest of the house uses Database and Statement.
#pragma once

#include "libsmos/core/clock.hpp"
#include "libsmos/store/engine/database.hpp"
#include "libsmos/store/engine/migrations.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace smos::store {

/// One prepared statement of one connection. Parameters count from 1, columns from 0; parameters
/// that were not bound are null. Failures are Fatal.
class Cursor {
  public:
    virtual ~Cursor() = default;

    virtual void bind_null(int index) = 0;
    virtual void bind_integer(int index, std::int64_t value) = 0;
    virtual void bind_text(int index, std::string_view text) = 0;
    virtual void bind_bytes(int index, std::string_view bytes) = 0;

    /// Sends the statement; its rows are read by step(). What was sent runs in its order.
    virtual void ask() = 0;
    /// Asks where that was not done, and true while there is a row.
    virtual bool step() = 0;
    /// A statement whose rows nobody reads; an engine may keep it until rows of a later one are
    /// wanted, or until the commit.
    virtual void run() = 0;
    /// Ready to be bound again; rows that were not read are dropped.
    virtual void reset() = 0;

    virtual bool is_null(int column) const = 0;
    virtual std::int64_t integer(int column) const = 0;
    /// Valid until the next step.
    virtual std::string_view bytes(int column) const = 0;

    bool in_use = false; // one use at a time: a second would overwrite the parameters of the first
};

/// One connection. Failures are Fatal.
class Engine {
  public:
    virtual ~Engine() = default;

    /// The file, or the URL without its password.
    virtual const std::string& place() const = 0;
    /// Prepared once for each text; `sql` must outlive the engine (a literal). In the words that
    /// both engines understand, with ?1, ?2 … for parameters. An engine that writes row by row, not
    /// one transaction after the other, takes the comments /*for update skip locked*/,
    /// /*for update*/ and /*for share*/ for the clauses that they name.
    virtual Cursor& cursor(std::string_view sql) = 0;
    /// Statements without parameters or results.
    virtual void execute(const char* sql) = 0;
    /// Rows changed by the last statement.
    virtual std::int64_t changes() = 0;

    /// Begins a transaction that writes. Two that name the same lock never run at the same time,
    /// whichever processes and hosts they are on. The empty name locks nothing where writers do not
    /// wait for each other anyway: for statements that guard their rows themselves.
    virtual void begin(std::string_view lock) = 0;
    virtual void commit() = 0;
    /// Undoes what was not committed; also when begin() or commit() threw. Never throws.
    virtual void roll_back() noexcept = 0;
    /// Begins one unchanging view, ended by roll_back().
    virtual void begin_snapshot() = 0;

    /// 0: nothing of ours is there yet. Fatal (78) for what is not ours.
    virtual int schema_version() = 0;
    /// In one transaction together with its number, once, whoever else does the same.
    virtual void apply(const Migration& step) = 0;

    /// The clock that leases and windows go by: the one of this machine, or of the server.
    virtual Instant now() = 0;
    /// The time since boot beside it, of an engine that has one of its own; nothing: the kernel's.
    virtual std::optional<BootTime> boot_time() { return std::nullopt; }

    /// Whether one statement outside of begin() is durable, and not in anybody's way, by itself.
    virtual bool commits_alone() const { return false; }
    /// Around such a statement, where it is so; the second never throws.
    virtual void begin_alone() {}
    virtual void end_alone() noexcept {}
    /// See Database. An engine that can do none of it leaves its callers to look again and again.
    virtual void listen(std::string_view) {}
    virtual void ring(std::string_view) {}
    virtual int ear() const { return -1; }
    virtual bool heard() { return false; }

    virtual void checkpoint() = 0;
    /// "ok", or what is wrong.
    virtual std::string integrity_check() = 0;
    /// A file with everything that is committed, at a path where nothing or an empty file is; an
    /// engine that cannot throws Fatal (64). Others go on writing meanwhile.
    virtual void write_copy(const std::string& path) = 0;
    /// Inside a transaction. Only for marking a copy that is not complete, and taking that away.
    virtual void set_schema_version(int number) = 0;
    /// The highest number that a counting column ever gave, and going on from there; the second
    /// inside a transaction.
    virtual std::int64_t last_number(const std::string& table, const std::string& column) = 0;
    virtual void
    go_on_from(const std::string& table, const std::string& column, std::int64_t number) = 0;
    /// Whether writers are served in the order in which they came.
    virtual bool is_fair() const = 0;
    /// Name and version of the engine that runs: "SQLite 3.40.1".
    virtual std::string software() const = 0;
};

} // namespace smos::store
