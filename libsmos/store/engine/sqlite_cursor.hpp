// SPDX-License-Identifier: Apache-2.0
// Prepared statements of SQLite; for sqlite_*.cpp only.
#pragma once

#include "libsmos/core/handle.hpp"
#include "libsmos/store/engine/engine.hpp"

#include <sqlite3.h>

#include <functional>

namespace smos::store {

using SqliteHandle = UniqueHandle<sqlite3, &sqlite3_close>;
using StatementHandle = UniqueHandle<sqlite3_stmt, &sqlite3_finalize>;

class SqliteCursor final : public Cursor {
  public:
    /// `fail` gets SQLite's code and never returns.
    SqliteCursor(StatementHandle handle, const std::function<void(int)>& fail)
        : handle_(std::move(handle)),
          fail_(fail) {}

    void bind_null(int index) override;
    void bind_integer(int index, std::int64_t value) override;
    void bind_text(int index, std::string_view text) override;
    void bind_bytes(int index, std::string_view bytes) override;
    void ask() override {}
    bool step() override;
    void run() override;
    void reset() override;
    bool is_null(int column) const override;
    std::int64_t integer(int column) const override;
    std::string_view bytes(int column) const override;

  private:
    StatementHandle handle_;
    const std::function<void(int)>& fail_;
};

} // namespace smos::store
