// SPDX-License-Identifier: Apache-2.0
// A copy of the state to keep, and putting one back.
#pragma once

#include "libsmos/store/engine/database.hpp"
#include "libsmos/store/upkeep/copy.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace smos::store {

struct BackupReport {
    std::string file;
    std::int64_t bytes = 0;
    std::int64_t entries = 0;
    std::vector<CopiedChain> chains{};
};

/// Writes one view of everything that is committed to `file` (0600) while others go on writing;
/// of a server, a SQLite file with the same content. It appears complete, verified and on disk, or
/// not at all, and never over another file: error "exists". Errors of verification: bad_backup.
Result<BackupReport> back_up(Database& database, const std::string& file);

/// What one chain loses.
struct CutChain {
    std::string name;
    std::int64_t had_seq = 0;
    std::int64_t has_seq = 0;
};

struct RestoreReport {
    std::string kept; // what was there before, empty: nothing
    BackupReport restored{};
    std::vector<CutChain> cut{};
    std::string unreadable; // why what was there before could not be read; empty: it could
};

/// Verifies `file` and puts a copy of it in place of the state file `place`, when nobody has that
/// open (Fatal 75). What is there is kept as `<place>.before-restore`, or with .2, .3 … behind
/// it where that is taken; without `force` it is an error "exists". A crash leaves one of the two
/// whole. Errors: not_a_backup, bad_backup, exists.
Result<RestoreReport> restore(const std::string& file, const std::string& place, bool force);

} // namespace smos::store
