// SPDX-License-Identifier: Apache-2.0
// Prepared statements of PostgreSQL: bound, queued, their rows read.
#include "libsmos/store/engine/postgres/cursor.hpp"

#include "libsmos/core/fatal.hpp"

#include <fmt/format.h>

#include <charconv>

namespace smos::store {
namespace {

constexpr unsigned oid_of_bytes = 17; // bytea, fixed in pg_type.dat

unsigned value_of_digit(char digit) {
    return static_cast<unsigned>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

// "\x" and two lower-case digits for each byte.
void decode_bytes(std::string_view text, std::string& bytes) {
    bytes.clear();
    for (std::size_t i = 2; i + 1 < text.size(); i += 2)
        bytes += static_cast<char>(value_of_digit(text[i]) * 16 + value_of_digit(text[i + 1]));
}

} // namespace

PostgresCursor::PostgresCursor(PostgresSession& session, std::string name, std::string_view sql)
    : session_(session),
      name_(std::move(name)),
      statement_(postgres_statement(sql)),
      parameters_(static_cast<std::size_t>(statement_.parameters)) {}

Parameter& PostgresCursor::parameter(int index) {
    SMOS_EXPECT(index >= 1 && index <= statement_.parameters);
    return parameters_[static_cast<std::size_t>(index - 1)];
}

void PostgresCursor::bind_integer(int index, std::int64_t value) {
    parameter(index) = {fmt::format("{}", value), false};
}

void PostgresCursor::bind_text(int index, std::string_view text) {
    parameter(index) = {std::string{text}, false};
}

void PostgresCursor::bind_bytes(int index, std::string_view bytes) {
    parameter(index) = {std::string{bytes}, true};
}

PostgresConnection& PostgresCursor::prepared_connection() {
    PostgresConnection& connection = session_.connection();
    if (!prepared_ || generation_ != session_.generation) {
        generation_ = session_.generation;
        connection.queue_prepare(name_.c_str(), statement_.sql.c_str(), &prepared_);
    }
    return connection;
}

void PostgresCursor::ask() {
    drop_rows();
    PostgresConnection& connection = prepared_connection();
    try {
        connection.queue(name_.c_str(), parameters_, &reply_);
        if (!session_.in_transaction)
            connection.queue_sync();
    } catch (...) {
        drop_rows(); // nothing was asked: the next use asks, of whatever connection there is then
        throw;
    }
    asked_ = true;
}

bool PostgresCursor::step() {
    if (!asked_)
        ask();
    decoded_.clear();
    if (result_ && ++row_ < PQntuples(result_.get()))
        return true;
    result_.reset();
    PostgresConnection& connection = session_.connection();
    try {
        connection.wait_for(reply_);
    } catch (...) {
        drop_rows(); // the next use asks anew, of whatever connection there is then
        throw;
    }
    if (reply_.results.empty()) {
        asked_ = false;
        if (!session_.in_transaction)
            connection.wait_for_all(); // committed only with the sync behind it
        return false;
    }
    result_ = std::move(reply_.results.front());
    reply_.results.pop_front();
    row_ = 0;
    return true;
}

void PostgresCursor::run() {
    if (asked_) {
        while (step()) {
        }
        return;
    }
    PostgresConnection& connection = prepared_connection();
    if (session_.in_transaction) {
        connection.queue(name_.c_str(), parameters_, nullptr);
        return;
    }
    connection.set_committing(true);
    connection.queue(name_.c_str(), parameters_, nullptr);
    connection.queue_sync();
    connection.wait_for_all();
    connection.set_committing(false);
}

void PostgresCursor::reset() {
    drop_rows();
    for (Parameter& bound : parameters_)
        bound = {};
}

void PostgresCursor::drop_rows() {
    result_.reset();
    decoded_.clear();
    asked_ = false;
    if (reply_.expected && session_.live != nullptr && generation_ == session_.generation)
        session_.live->forget(reply_);
    reply_ = {};
}

const PGresult* PostgresCursor::row() const {
    SMOS_EXPECT(result_ != nullptr);
    return result_.get();
}

bool PostgresCursor::is_null(int column) const { return PQgetisnull(row(), row_, column) == 1; }

std::int64_t PostgresCursor::integer(int column) const {
    const char* text = PQgetvalue(row(), row_, column);
    const int size = PQgetlength(row(), row_, column);
    if (size == 0 || text[0] == 't' || text[0] == 'f') // null, or a condition
        return size == 1 && text[0] == 't' ? 1 : 0;
    std::int64_t number = 0;
    const auto read = std::from_chars(text, text + size, number);
    if (read.ec != std::errc{} || read.ptr != text + size) {
        throw Fatal(ExitStatus::io_error,
                    fmt::format("the state server sent a number beyond 64 bits: {}", text),
                    "look with: smos-cfo verify");
    }
    return number;
}

std::string_view PostgresCursor::bytes(int column) const {
    const std::string_view text{PQgetvalue(row(), row_, column),
                                static_cast<std::size_t>(PQgetlength(row(), row_, column))};
    if (PQftype(row(), column) != oid_of_bytes || text.empty())
        return text;
    const auto index = static_cast<std::size_t>(column);
    if (decoded_.size() <= index)
        decoded_.resize(static_cast<std::size_t>(PQnfields(row())));
    decode_bytes(text, decoded_[index]);
    return decoded_[index];
}

} // namespace smos::store
