// SPDX-License-Identifier: Apache-2.0
// A copy of the state to keep.
#include "libsmos/store/upkeep/backup.hpp"

#include "libsmos/core/fatal.hpp"
#include "libsmos/core/file.hpp"
#include "libsmos/store/upkeep/check.hpp"
#include "libsmos/store/upkeep/spare_file.hpp"

#include <fmt/format.h>

namespace smos::store {

Result<BackupReport> verified_file(const std::string& path, const std::string& name) {
    Database copy{path};
    const StateCheck check = check_state(copy);
    if (!check.findings.empty()) {
        const AuditFinding& first = check.findings.front();
        return Error{"bad_backup",
                     fmt::format("{} findings; the first: {}: {}: {}",
                                 check.findings.size(),
                                 first.where,
                                 first.kind,
                                 first.what),
                     name,
                     "look with: smos-state verify"};
    }
    return BackupReport{name, 0, check.entries, chain_heads_of(copy)};
}

Result<BackupReport> back_up(Database& database, const std::string& file) {
    if (path_exists(file))
        return Error{"exists", "is there already", file, "name a new file"};
    SpareFile spare{file};
    if (is_server(database.path())) {
        Database copy{spare.path()};
        SMOS_CHECK(copy_state(database, copy));
    } else {
        spare.create();
        database.write_copy(spare.path());
    }
    Result<BackupReport> report = verified_file(spare.path(), file);
    if (!report)
        return report;
    report->bytes = spare.size();
    SMOS_CHECK(move_into_place(spare.path(), file, true));
    return report;
}

} // namespace smos::store
