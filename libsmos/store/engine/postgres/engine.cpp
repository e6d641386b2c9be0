// SPDX-License-Identifier: Apache-2.0
// The networked engine: transactions under advisory locks, schema and clock of one server.
#include "libsmos/core/fatal.hpp"
#include "libsmos/core/hash.hpp"
#include "libsmos/store/engine/postgres/cursor.hpp"

#include <fmt/format.h>

#include <map>
#include <memory>
#include <set>
#include <unordered_map>
#include <utility>

namespace smos::store {
namespace {

constexpr std::string_view read_clock =
    "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)";
// CASE, because only it promises an order: the clock is read when the lock is held. The commit that
// ends such a transaction does not wait for the disk: the lock would be held all that time, and one
// flush a turn is all that the clients of one wallet would get.
constexpr std::string_view take_lock =
    "SELECT CASE WHEN pg_advisory_xact_lock(CAST(?1 AS BIGINT)) IS NOT NULL"
    " THEN CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT) END,"
    " set_config('synchronous_commit', 'off', true)";
// Sent behind that commit, a transaction of its own that waits: the log is flushed in its order, so
// all that was committed before is durable with it, on standby servers too. Those who wait at the
// same time share a flush. A message that no table holds is the least that makes a commit wait.
constexpr std::string_view wait_for_disk =
    "SELECT CAST(pg_logical_emit_message(true, 'smos', '') AS TEXT)";

constexpr const char* first_tables = R"sql(
SET LOCAL statement_timeout = 0;
DO $$ BEGIN
  IF to_regnamespace('smos') IS NULL THEN -- made by somebody else, it needs no right to make it
    CREATE SCHEMA smos;
  END IF;
END $$;
CREATE TABLE IF NOT EXISTS smos.smos_meta(
  single BOOLEAN PRIMARY KEY DEFAULT true CHECK(single),
  version BIGINT NOT NULL);
INSERT INTO smos.smos_meta(version) VALUES(0) ON CONFLICT DO NOTHING;
)sql";

// What a cheap look finds; checksums tell of pages that a disk changed.
constexpr std::string_view unhealthy =
    "SELECT 'index ' || c.relname || ' is not valid; rebuild it with REINDEX'"
    " FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
    " JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE n.nspname = 'smos' AND NOT (i.indisvalid AND i.indisready)"
    " UNION ALL SELECT 'constraint ' || conname || ' was never checked; VALIDATE it'"
    " FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace"
    " WHERE n.nspname = 'smos' AND NOT convalidated"
    " UNION ALL SELECT 'trigger ' || tgname || ' is disabled; enable it'"
    " FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
    " JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE n.nspname = 'smos' AND tgenabled = 'D' AND NOT tgisinternal"
    " UNION ALL SELECT 'the server runs with full_page_writes=off: a crash may tear pages'"
    " WHERE current_setting('full_page_writes') <> 'on'"
    " ORDER BY 1";

// The first 8 bytes of a hash: advisory locks are numbers, and others may use small ones.
std::int64_t number_of_lock(std::string_view name) {
    const Digest digest = sha256("smos-lock-v1 " + std::string{name});
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < 8; ++i)
        number = number << 8 | digest[i];
    return static_cast<std::int64_t>(number);
}

// Topics hold what users write; names of channels are short.
std::string channel_of(std::string_view topic) {
    return "smos_" + sha256_hex("smos-bell-v1 " + std::string{topic}).substr(0, 32);
}

class PostgresEngine final : public Engine {
  public:
    PostgresEngine(const char* url, bool only_reads) : url_(parse_postgres_url(url)) {
        url_.only_reads = only_reads;
        session_.connection = [this]() -> PostgresConnection& { return connection(); };
        connection();
    }

    const std::string& place() const override { return url_.place; }

    Cursor& cursor(std::string_view sql) override {
        std::unique_ptr<PostgresCursor>& cached = cursors_[sql];
        if (!cached)
            cached = std::make_unique<PostgresCursor>(
                session_, fmt::format("smos{}", cursors_.size()), sql);
        return *cached;
    }

    void execute(const char* sql) override { connection().execute(sql); }

    std::int64_t changes() override {
        connection().wait_for_all();
        return connection().changes();
    }

    void begin(std::string_view lock) override {
        drop_dead_connection();
        session_.in_transaction = true;
        cursor(url_.only_reads ? "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY"
                               : "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE")
            .run();
        clock_.reset();
        locked_ = !lock.empty() && !url_.only_reads; // nobody waits for a dry run
        clock_asked_ = &cursor(locked_ ? take_lock : read_clock);
        if (locked_)
            clock_asked_->bind_integer(1, number_of_lock(lock));
        clock_asked_->ask();
    }

    void commit() override {
        PostgresConnection& live = connection();
        live.set_committing(true);
        cursor("COMMIT").run();
        live.queue_sync();
        if (locked_) {
            cursor(wait_for_disk).run();
            live.queue_sync();
        }
        live.wait_for_all();
        live.set_committing(false);
        end_transaction();
    }

    void roll_back() noexcept override {
        try {
            if (connection_)
                connection_->roll_back();
        } catch (...) {
            session_.live = nullptr;
            connection_.reset(); // a server whose client is gone rolls back by itself
        }
        end_transaction();
    }

    void begin_snapshot() override {
        drop_dead_connection();
        connection().set_patience_ms(long_patience_ms);
        session_.in_transaction = true;
        cursor("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").run();
        cursor("SET LOCAL statement_timeout = 0").run(); // a walk over everything takes its time
    }

    int schema_version() override {
        // One statement, one snapshot: others may make the tables just now.
        const std::int64_t found =
            number_of("SELECT coalesce(max(CASE c.relname WHEN 'smos_meta' THEN 2 ELSE 1 END), 0)"
                      " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                      " WHERE n.nspname = 'smos'");
        if (found == 2)
            return static_cast<int>(number_of("SELECT version FROM smos.smos_meta"));
        if (found == 1) {
            throw Fatal(ExitStatus::config,
                        url_.place + ": its schema smos holds something, but not a state of SMOS",
                        "name another database with --state");
        }
        return 0;
    }

    void apply(const Migration& step) override {
        begin("schema");
        try {
            if (schema_version() < step.number) { // nobody else did meanwhile
                connection().set_patience_ms(long_patience_ms);
                execute(first_tables);
                execute(postgres_schema(step.sql).c_str());
                execute(step.postgres_sql);
                Cursor& number = cursor("UPDATE smos.smos_meta SET version = ?1");
                number.bind_integer(1, step.number);
                number.run();
            }
            commit();
        } catch (...) {
            roll_back();
            throw;
        }
    }

    Instant now() override {
        if (clock_asked_ == nullptr)
            return Instant{number_of(read_clock)};
        if (!clock_) {
            SMOS_EXPECT(clock_asked_->step());
            clock_ = Instant{clock_asked_->integer(0)};
            clock_asked_->reset();
        }
        return *clock_;
    }

    bool commits_alone() const override { return true; }
    void begin_alone() override {
        drop_dead_connection();
        connection_->set_committing(true);
    }
    void end_alone() noexcept override {
        if (connection_)
            connection_->set_committing(false);
    }

    void listen(std::string_view topic) override {
        channels_.insert(channel_of(topic));
        connection().execute(listening().c_str());
    }

    /// Everything that notifies waits for one lock of the whole server. Who finds another about to
    /// ring the same bell leaves it at that: what it would tell of is committed already.
    void ring(std::string_view topic) override {
        drop_dead_connection();
        Cursor& bell = cursor("SELECT pg_notify(?1, '') WHERE pg_try_advisory_xact_lock("
                              "CAST(?2 AS INTEGER))");
        bell.bind_text(1, channel_of(topic));
        bell.bind_integer(2, number_of_lock("ring " + std::string{topic}));
        bell.run();
        bell.reset();
    }

    int ear() const override {
        const bool hears = !channels_.empty() && connection_ && !connection_->lost();
        return hears ? PQsocket(connection_->handle()) : -1;
    }

    bool heard() override {
        if (!connection_ || session_.in_transaction)
            return false;
        bool rung = std::exchange(may_have_missed_, false);
        if (connection_->lost())
            return rung;
        try {
            connection_->wait_for_all(); // the end of replies that somebody read halfway
            while (connection_->heard())
                rung = true;
        } catch (const Fatal&) {
            rung = true; // whoever looks is told why
        }
        return rung || connection_->lost();
    }

    void checkpoint() override {}

    std::string integrity_check() override {
        Cursor& check = cursor(unhealthy);
        std::string found;
        while (check.step())
            found += (found.empty() ? "" : "\n") + std::string{check.bytes(0)};
        check.reset();
        return found.empty() ? "ok" : found;
    }

    void write_copy(const std::string&) override {
        throw Fatal(ExitStatus::usage, url_.place + ": a server's files are not copied from here");
    }

    void set_schema_version(int number) override {
        Cursor& version = cursor("UPDATE smos.smos_meta SET version = ?1");
        version.bind_integer(1, number);
        version.run();
    }

    std::int64_t last_number(const std::string& table, const std::string& column) override {
        Cursor& counter = cursor("SELECT coalesce(pg_sequence_last_value(CAST("
                                 "pg_get_serial_sequence('smos.' || CAST(?1 AS TEXT),"
                                 " CAST(?2 AS TEXT)) AS regclass)), 0)");
        counter.bind_text(1, table);
        counter.bind_text(2, column);
        const std::int64_t number = counter.step() ? counter.integer(0) : 0;
        counter.reset();
        return number;
    }

    void
    go_on_from(const std::string& table, const std::string& column, std::int64_t number) override {
        Cursor& counter = cursor("SELECT setval(CAST(pg_get_serial_sequence("
                                 "'smos.' || CAST(?1 AS TEXT), CAST(?2 AS TEXT)) AS regclass),"
                                 " CAST(?3 AS INTEGER))");
        counter.bind_text(1, table);
        counter.bind_text(2, column);
        counter.bind_integer(3, number);
        counter.step();
        counter.reset();
    }

    bool is_fair() const override { return false; }

    std::string software() const override {
        const int client = PQlibVersion();
        return fmt::format("PostgreSQL {} through libpq {}.{}",
                           PQparameterStatus(connection_->handle(), "server_version"),
                           client / 10'000,
                           client % 10'000);
    }

  private:
    static constexpr int long_patience_ms = 600'000;

    /// Made anew where the last one was lost, but never in the middle of a transaction.
    PostgresConnection& connection() {
        if (connection_ && (!connection_->lost() || session_.in_transaction))
            return *connection_;
        connection_ = std::make_unique<PostgresConnection>(url_);
        session_.live = connection_.get();
        ++session_.generation;
        if (!channels_.empty()) {
            connection_->execute(listening().c_str());
            may_have_missed_ = true;
        }
        return *connection_;
    }

    /// A server that was restarted since the last transaction costs nobody a failure.
    void drop_dead_connection() {
        if (connection_ && connection_->idle() && !connection_->lost() && connection_->hung_up()) {
            session_.live = nullptr;
            connection_.reset();
        }
        connection();
    }

    std::string listening() const {
        std::string sql;
        for (const std::string& channel : channels_)
            sql += "LISTEN " + channel + ";";
        return sql;
    }

    std::int64_t number_of(std::string_view sql) {
        Cursor& asked = cursor(sql);
        const std::int64_t number = asked.step() ? asked.integer(0) : 0;
        asked.reset();
        return number;
    }

    void end_transaction() noexcept {
        session_.in_transaction = false;
        clock_asked_ = nullptr;
        if (connection_)
            connection_->set_patience_ms(PostgresConnection::usual_patience_ms);
    }

    PostgresUrl url_;
    PostgresSession session_;
    std::unique_ptr<PostgresConnection> connection_;
    std::unordered_map<std::string_view, std::unique_ptr<PostgresCursor>> cursors_;
    std::optional<Instant> clock_;  // of the transaction, once it was read
    Cursor* clock_asked_ = nullptr; // by begin(): the lock's holder reads it
    bool locked_ = false;           // the transaction has a lock that others wait for
    std::set<std::string> channels_;
    bool may_have_missed_ = false; // a connection was made anew
};

} // namespace
} // namespace smos::store

extern "C" __attribute__((visibility("default"))) smos::store::Engine*
smos_connect_postgres(const char* url, bool only_reads) {
    return std::make_unique<smos::store::PostgresEngine>(url, only_reads).release();
}
