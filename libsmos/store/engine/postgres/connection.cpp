// SPDX-License-Identifier: Apache-2.0
// One connection in libpq's pipeline mode: statements are queued, replies read in their order.
#include "libsmos/store/engine/postgres/connection.hpp"

#include "libsmos/core/clock.hpp"
#include "libsmos/core/fatal.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <poll.h>

namespace smos::store {
namespace {

// Replies of statements that nobody reads are collected now and then: they must not pile up.
constexpr std::size_t long_queue = 1000;

constexpr const char* session = R"sql(
SELECT current_setting('fsync'),
  set_config('search_path', 'smos, pg_temp', false),
  set_config('synchronous_commit', CASE current_setting('synchronous_commit')
    WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, false),
  set_config('default_transaction_isolation', 'read committed', false),
  set_config('statement_timeout', '30s', false),
  set_config('lock_timeout', '30s', false),
  set_config('idle_in_transaction_session_timeout', '60s', false),
  set_config('standard_conforming_strings', 'on', false),
  set_config('bytea_output', 'hex', false)
)sql";

using NotifyHandle = UniqueHandle<PGnotify, &PQfreemem>;

ConnectionHandle connected(const PostgresUrl& url) {
    std::vector<const char*> keywords;
    std::vector<const char*> values;
    for (std::size_t i = 0; i < url.keywords.size(); ++i) {
        keywords.push_back(url.keywords[i].c_str());
        values.push_back(url.values[i].c_str());
    }
    keywords.push_back(nullptr);
    values.push_back(nullptr);
    ConnectionHandle handle{PQconnectdbParams(keywords.data(), values.data(), 0)};
    if (PQstatus(handle.get()) != CONNECTION_OK)
        fail_to_connect(url.place, PQerrorMessage(handle.get()));
    return handle;
}

std::string text_of(const char* text) { return text == nullptr ? std::string{} : text; }

PostgresProblem problem_of(const PGresult* result) {
    return {text_of(PQresultErrorField(result, PG_DIAG_SQLSTATE)),
            text_of(PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY))};
}

bool changed_rows(std::string_view tag) {
    return tag.starts_with("INSERT") || tag.starts_with("UPDATE") || tag.starts_with("DELETE");
}

} // namespace

PostgresConnection::PostgresConnection(const PostgresUrl& url)
    : url_(url),
      handle_(connected(url)) {
    set_up();
    SMOS_EXPECT(PQenterPipelineMode(handle_.get()) == 1);
}

void PostgresConnection::set_up() {
    PGconn* connection = handle_.get();
    PQsetNoticeProcessor(
        connection, [](void*, const char*) {}, nullptr); // it would print to stderr
    if (text_of(PQparameterStatus(connection, "server_encoding")) != "UTF8") {
        throw Fatal(ExitStatus::config,
                    url_.place + ": the database is not in UTF-8 and cannot hold every text",
                    "make another: createdb --encoding=UTF8 --template=template0 NAME");
    }
    const ResultHandle result{PQexec(connection, session)};
    if (PQresultStatus(result.get()) != PGRES_TUPLES_OK)
        fail_to_connect(url_.place, PQerrorMessage(connection));
    if (text_of(PQgetvalue(result.get(), 0, 0)) != "on") {
        throw Fatal(ExitStatus::config,
                    url_.place + ": the server runs with fsync=off and would lose what it said is "
                                 "committed",
                    "set fsync=on in its configuration; money and effects are kept in it");
    }
    if (!url_.only_reads)
        return;
    const ResultHandle limited{PQexec(connection, "SET default_transaction_read_only = on")};
    if (PQresultStatus(limited.get()) != PGRES_COMMAND_OK)
        fail_to_connect(url_.place, PQerrorMessage(connection));
}

void PostgresConnection::refuse(const PostgresProblem& problem) const {
    if (url_.only_reads && problem.sqlstate == "25006") { // read_only_sql_transaction
        throw Fatal(ExitStatus::usage,
                    url_.place +
                        ": this dry run would have to write, and on a server one only reads",
                    "writes that are rolled back would make others wait; dry-run it with --state "
                    "naming a backup (smos-state backup FILE), or leave out --dry-run");
    }
    fail_with(url_.place, problem);
}

void PostgresConnection::queue_prepare(const char* name, const char* sql, bool* prepared) {
    *prepared = true;
    sent(PQsendPrepare(handle_.get(), name, sql, 0, nullptr),
         {Kind::preparation, nullptr, prepared});
}

void PostgresConnection::queue(const char* name,
                               const std::vector<Parameter>& parameters,
                               Reply* reply) {
    std::vector<const char*> values;
    std::vector<int> sizes;
    std::vector<int> formats;
    for (const Parameter& parameter : parameters) {
        values.push_back(parameter.value ? parameter.value->c_str() : nullptr);
        sizes.push_back(parameter.value ? static_cast<int>(parameter.value->size()) : 0);
        formats.push_back(parameter.binary ? 1 : 0);
    }
    if (reply != nullptr)
        reply->expected = true;
    sent(PQsendQueryPrepared(handle_.get(),
                             name,
                             static_cast<int>(parameters.size()),
                             values.data(),
                             sizes.data(),
                             formats.data(),
                             0),
         {Kind::statement, reply});
    if (queued_.size() > long_queue) {
        send_everything();
        while (queued_.size() > 1)
            read_one();
        throw_if_failed();
    }
}

void PostgresConnection::queue_sync() { sent(PQpipelineSync(handle_.get()), {Kind::sync}); }

void PostgresConnection::sent(int accepted, Queued queued) {
    if (accepted == 1) {
        queued_.push_back(queued);
        unsent_ = unsent_ || queued.kind != Kind::sync;
        return;
    }
    mark_failed(queued);
    if (PQstatus(handle_.get()) == CONNECTION_BAD)
        lose(PQerrorMessage(handle_.get()));
    throw Fatal(ExitStatus::bug,
                fmt::format("{}: cannot send: {}", url_.place, PQerrorMessage(handle_.get())));
}

void PostgresConnection::forget(Reply& reply) {
    for (Queued& queued : queued_) {
        if (queued.reply == &reply)
            queued.reply = nullptr;
    }
    reply.results.clear();
    reply.expected = false;
}

void PostgresConnection::wait_for(Reply& reply) {
    while (reply.expected && reply.results.empty()) {
        read_one();
        throw_if_failed();
    }
    if (reply.lost)
        fail_as_lost(url_.place, "before this answer came", reply.unknown);
    if (reply.failed)
        throw Fatal(ExitStatus::bug, url_.place + ": a statement after one that failed");
}

void PostgresConnection::wait_for_all() {
    while (!queued_.empty())
        read_one();
    throw_if_failed();
}

void PostgresConnection::roll_back() {
    if (lost_)
        return;
    committing_ = false;
    queue_sync(); // a statement that failed made the server skip everything up to here
    sent(PQsendQueryParams(handle_.get(), "ROLLBACK", 0, nullptr, nullptr, nullptr, nullptr, 0),
         {Kind::statement});
    queue_sync();
    while (!queued_.empty())
        read_one();
    problem_.reset();
}

void PostgresConnection::execute(const char* sql) {
    queue_sync();
    wait_for_all();
    PGconn* connection = handle_.get();
    SMOS_EXPECT(PQexitPipelineMode(connection) == 1);
    const ResultHandle result{PQexec(connection, sql)};
    const ExecStatusType status = PQresultStatus(result.get());
    if (PQstatus(connection) == CONNECTION_BAD)
        lose(PQerrorMessage(connection));
    SMOS_EXPECT(PQenterPipelineMode(connection) == 1);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY)
        refuse(problem_of(result.get()));
}

void PostgresConnection::send_everything() {
    if (!unsent_)
        return;
    unsent_ = false;
    if (PQsendFlushRequest(handle_.get()) != 1 || PQflush(handle_.get()) != 0)
        lose(PQerrorMessage(handle_.get()));
}

void PostgresConnection::read_one() {
    if (queued_.back().kind != Kind::sync)
        send_everything();
    unsent_ = false;
    Queued& front = queued_.front();
    // Rows arrive one by one, so that a walk over a long ledger does not hold all of it.
    if (front.reply != nullptr && !std::exchange(front.started, true))
        PQsetSingleRowMode(handle_.get());
    wait_for_bytes();
    take(ResultHandle{PQgetResult(handle_.get())});
}

void PostgresConnection::wait_for_bytes() {
    const std::int64_t end_us = monotonic_us() + std::int64_t{patience_ms_} * 1000;
    while (PQisBusy(handle_.get()) == 1) {
        pollfd socket{PQsocket(handle_.get()), POLLIN, 0};
        const std::int64_t left_ms = (end_us - monotonic_us()) / 1000;
        if (left_ms <= 0)
            lose("the server is silent");
        const int ready = ::poll(&socket, 1, static_cast<int>(left_ms));
        if (ready < 0 && errno != EINTR)
            lose(std::strerror(errno));
        if (ready > 0 && PQconsumeInput(handle_.get()) != 1) {
            // The server's last words may have been read: they say more than "connection closed".
            if (PQisBusy(handle_.get()) == 0)
                return;
            lose(PQerrorMessage(handle_.get()));
        }
    }
}

bool PostgresConnection::hung_up() {
    pollfd socket{PQsocket(handle_.get()), POLLIN, 0};
    while (::poll(&socket, 1, 0) > 0) { // its farewell comes first, the end behind it
        if (PQconsumeInput(handle_.get()) != 1 || (socket.revents & (POLLHUP | POLLERR)) != 0)
            return true;
    }
    return false;
}

bool PostgresConnection::heard() {
    lost_ = lost_ || hung_up();
    return NotifyHandle{PQnotifies(handle_.get())} != nullptr;
}

void PostgresConnection::take(ResultHandle result) {
    Queued& front = queued_.front();
    if (!result) {
        if (PQstatus(handle_.get()) == CONNECTION_BAD || front.kind == Kind::sync)
            lose(PQerrorMessage(handle_.get()));
        end_front();
        return;
    }
    switch (PQresultStatus(result.get())) {
    case PGRES_PIPELINE_SYNC:
        SMOS_EXPECT(front.kind == Kind::sync);
        end_front();
        return;
    case PGRES_SINGLE_TUPLE:
    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:
        if (committing_ && std::string_view{PQcmdStatus(result.get())} == "ROLLBACK")
            problem_ = PostgresProblem{"25P02", "a statement of the transaction had failed"};
        if (changed_rows(PQcmdStatus(result.get())))
            std::from_chars(PQcmdTuples(result.get()),
                            PQcmdTuples(result.get()) + std::strlen(PQcmdTuples(result.get())),
                            changes_);
        if (front.reply != nullptr && PQntuples(result.get()) > 0)
            front.reply->results.push_back(std::move(result));
        return;
    case PGRES_PIPELINE_ABORTED:
        mark_failed(front);
        return;
    default:
        mark_failed(front);
        note_problem(result.get());
        // Its end, at once: what is queued behind a failure before its end makes libpq skip that.
        while (ResultHandle{PQgetResult(handle_.get())}) {
        }
        end_front();
    }
}

void PostgresConnection::mark_failed(Queued& queued) {
    if (queued.reply != nullptr)
        queued.reply->failed = true;
    if (queued.prepared != nullptr)
        *queued.prepared = false;
}

void PostgresConnection::end_front() {
    if (queued_.front().reply != nullptr)
        queued_.front().reply->expected = false;
    queued_.pop_front();
}

void PostgresConnection::note_problem(const PGresult* result) {
    PostgresProblem problem = problem_of(result);
    if (ends_connection(problem) || PQstatus(handle_.get()) == CONNECTION_BAD)
        lose(problem.message.empty() ? PQresultErrorMessage(result) : problem.message);
    if (!problem_)
        problem_ = std::move(problem);
}

void PostgresConnection::throw_if_failed() {
    if (!problem_)
        return;
    if (queued_.empty() || queued_.back().kind != Kind::sync)
        queue_sync();
    while (!queued_.empty())
        read_one();
    refuse(*std::exchange(problem_, std::nullopt));
}

void PostgresConnection::lose(const std::string& message) {
    lost_ = true;
    // What failed before the commit was reached is certain: the commit was skipped.
    const bool unknown = std::exchange(committing_, false) && !problem_;
    for (Queued& queued : queued_) {
        mark_failed(queued);
        if (queued.reply == nullptr)
            continue;
        queued.reply->expected = false;
        queued.reply->lost = true;
        queued.reply->unknown = unknown;
    }
    queued_.clear();
    problem_.reset();
    fail_as_lost(url_.place, message, unknown);
}

} // namespace smos::store
