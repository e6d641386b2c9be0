// SPDX-License-Identifier: Apache-2.0
// The embedded engine: a SQLite file behind the commit gate. SQLite ends in sqlite_*.cpp.
#pragma once

#include "libsmos/core/handle.hpp"
#include "libsmos/store/engine/database.hpp"
#include "libsmos/store/engine/engine.hpp"

#include <memory>
#include <string>

namespace smos::store {

std::unique_ptr<Engine> open_sqlite(const std::string& path, OpenMode mode);

/// Copies the log of a file that nobody has open back into it and removes it. For holders of a
/// SolePresence; false where the file does not allow it.
bool fold_log(const std::string& path);

/// Of the linked library.
std::string sqlite_version();

/// Readable after every commit to an open file, by whatever process; none where the system has no
/// watch left.
UniqueFd watch_commits(const std::string& path);
/// Whether there was one since the last call; does not wait.
bool drain_watch(int watch);

bool file_exists(const std::string& path);
/// Refuses network and layered file systems, makes the directory (0700) and the file (0600) where
/// needed.
void prepare_place(const std::string& path, OpenMode mode);

} // namespace smos::store
