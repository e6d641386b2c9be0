// SPDX-License-Identifier: Apache-2.0
// One connection in libpq's pipeline mode: statements are queued, replies read in their order.
#pragma once

#include "libsmos/core/handle.hpp"
#include "libsmos/store/engine/postgres/errors.hpp"
#include "libsmos/store/engine/postgres/url.hpp"

#include <libpq-fe.h>

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace smos::store {

using ConnectionHandle = UniqueHandle<PGconn, &PQfinish>;
using ResultHandle = UniqueHandle<PGresult, &PQclear>;

/// The rows that came for one statement and were not read yet.
struct Reply {
    std::deque<ResultHandle> results; // none of them empty
    bool expected = false;            // more may come
    bool failed = false;              // it never ran, or not to its end
    bool lost = false;                // with its connection, while somebody else waited
    bool unknown = false;             // whether what it was part of was committed before
};

/// What is bound to $1, $2 …; a missing value is null.
struct Parameter {
    std::optional<std::string> value{};
    bool binary = false;
};

class PostgresConnection {
  public:
    /// Fatal (69) when it cannot be made, 78 for a server that would lose what it acknowledged or
    /// cannot hold every text.
    explicit PostgresConnection(const PostgresUrl& url);
    PostgresConnection(const PostgresConnection&) = delete;
    PostgresConnection& operator=(const PostgresConnection&) = delete;

    /// Queues a preparation; `*prepared` becomes false when it fails.
    void queue_prepare(const char* name, const char* sql, bool* prepared);
    /// Queues a prepared statement; `reply` collects its rows, which nobody reads when it is null.
    void queue(const char* name, const std::vector<Parameter>& parameters, Reply* reply);
    /// Ends what an error skips, and the transaction of statements outside of one.
    void queue_sync();
    /// Nobody will read these rows.
    void forget(Reply& reply);

    /// Reads until there are rows or no more will come. Fatal for the first failure on the way.
    void wait_for(Reply& reply);
    /// Reads everything that was queued. Fatal for the first failure.
    void wait_for_all();
    /// Ends the transaction, whatever state it is in; what was queued and not sent is undone too.
    void roll_back();
    /// Several statements at once, after everything that was queued.
    void execute(const char* sql);

    /// Rows that the last INSERT, UPDATE or DELETE changed, of those whose replies were read.
    std::int64_t changes() const { return changes_; }
    bool lost() const { return lost_; }
    bool idle() const { return queued_.empty(); }
    /// Whether the server closed an idle connection; does not wait.
    bool hung_up();
    /// Whether a notification came; does not wait. When idle; notes when the connection is lost.
    bool heard();
    /// From here on a lost connection leaves the outcome unknown.
    void set_committing(bool committing) { committing_ = committing; }
    /// How long a silent server is waited for.
    void set_patience_ms(int patience_ms) { patience_ms_ = patience_ms; }
    PGconn* handle() const { return handle_.get(); }

    static constexpr int usual_patience_ms = 35'000; // beyond the server's own timeouts

  private:
    enum class Kind { preparation, statement, sync };
    struct Queued {
        Kind kind;
        Reply* reply = nullptr;   // of a statement
        bool* prepared = nullptr; // of a preparation
        bool started = false;     // its reply is being read
    };

    void set_up();
    [[noreturn]] void refuse(const PostgresProblem& problem) const;
    void sent(int accepted, Queued queued);
    void send_everything();
    void read_one();
    void wait_for_bytes();
    void take(ResultHandle result);
    void mark_failed(Queued& queued);
    void end_front();
    void note_problem(const PGresult* result);
    void throw_if_failed();
    [[noreturn]] void lose(const std::string& message);

    const PostgresUrl& url_;
    ConnectionHandle handle_;
    std::deque<Queued> queued_;
    std::optional<PostgresProblem> problem_; // the first of this pipeline
    std::int64_t changes_ = 0;
    int patience_ms_ = usual_patience_ms;
    bool unsent_ = false;
    bool committing_ = false;
    bool lost_ = false;
};

} // namespace smos::store
