// SPDX-License-Identifier: Apache-2.0
// What scout remembers of an item from other runs: the state file, or nothing.
#include "libsmos/stages/scout/scout_history.hpp"

#include <limits>

namespace smos::stages {

store::Observations& StoredHistory::observations() {
    if (!observations_) {
        database_ = std::make_unique<store::Database>(
            path_, dry_run_ ? store::OpenMode::scratch_copy : store::OpenMode::read_write);
        observations_ = std::make_unique<store::Observations>(*database_);
    }
    return *observations_;
}

std::vector<store::Observation> StoredHistory::known(const std::string& platform,
                                                     const std::string& native_id) {
    return observations().before(platform,
                                 native_id,
                                 Instant{std::numeric_limits<std::int64_t>::max()},
                                 std::numeric_limits<int>::max());
}

void StoredHistory::remember(const std::vector<store::Observation>& batch) {
    if (!dry_run_ && !batch.empty())
        observations().remember(batch);
}

} // namespace smos::stages
