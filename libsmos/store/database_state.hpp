// SPDX-License-Identifier: Apache-2.0
// What an open state file holds; for database*.cpp and statement.cpp only.
#pragma once

#include "libsmos/core/handle.hpp"
#include "libsmos/store/database.hpp"
#include "libsmos/store/gate.hpp"

#include <sqlite3.h>

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace smos::store {

using SqliteHandle = UniqueHandle<sqlite3, &sqlite3_close>;
using StatementHandle = UniqueHandle<sqlite3_stmt, &sqlite3_finalize>;

struct Database::State {
    std::string path;
    std::unique_ptr<CommitGate> gate; // none for a copy in memory
    SqliteHandle handle;
    std::unordered_map<std::string_view, StatementHandle> statements;
    bool in_transaction = false;
    int log_pages = 0; // of the write-ahead log after the last commit

    /// Copies the log into the file; the gate must be held.
    void copy_log_back();
    /// SQLite hands out a handle even when opening fails, to be closed all the same.
    auto receive() { return Receiver{handle}; }

  private:
    struct Receiver {
        SqliteHandle& target;
        sqlite3* opened = nullptr;
        ~Receiver() { target.reset(opened); }
        operator sqlite3**() { return &opened; }
    };
};

bool file_exists(const std::string& path);
/// Refuses network file systems, makes the directory (0700) and the file (0600) where needed.
void prepare_place(const std::string& path, OpenMode mode);

} // namespace smos::store
