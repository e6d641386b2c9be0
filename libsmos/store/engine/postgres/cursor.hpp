// SPDX-License-Identifier: Apache-2.0
// Prepared statements of PostgreSQL: bound, queued, their rows read.
#pragma once

#include "libsmos/store/engine/engine.hpp"
#include "libsmos/store/engine/postgres/connection.hpp"
#include "libsmos/store/engine/postgres/words.hpp"

#include <functional>
#include <string>
#include <vector>

namespace smos::store {

/// What a cursor needs of its engine: a connection that may be made anew between transactions.
struct PostgresSession {
    std::function<PostgresConnection&()> connection;
    PostgresConnection* live = nullptr; // the one there is, if any
    bool in_transaction = false;
    int generation = 0; // counts connections: statements are prepared anew on each
};

class PostgresCursor final : public Cursor {
  public:
    PostgresCursor(PostgresSession& session, std::string name, std::string_view sql);

    void bind_null(int index) override { parameter(index) = {}; }
    void bind_integer(int index, std::int64_t value) override;
    void bind_text(int index, std::string_view text) override;
    void bind_bytes(int index, std::string_view bytes) override;
    void ask() override;
    bool step() override;
    void run() override;
    void reset() override;
    bool is_null(int column) const override;
    std::int64_t integer(int column) const override;
    std::string_view bytes(int column) const override;

  private:
    Parameter& parameter(int index);
    PostgresConnection& prepared_connection();
    void drop_rows();
    const PGresult* row() const;

    PostgresSession& session_;
    const std::string name_;
    PostgresStatement statement_;
    std::vector<Parameter> parameters_;
    Reply reply_;
    ResultHandle result_;
    int row_ = 0;
    bool asked_ = false;
    bool prepared_ = false;
    int generation_ = 0;
    mutable std::vector<std::string> decoded_; // of this row's columns
};

} // namespace smos::store
