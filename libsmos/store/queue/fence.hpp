// SPDX-License-Identifier: Apache-2.0
// The lease that a stage works under: whoever lost it may neither take money nor publish.
#pragma once

#include "libsmos/store/queue/queue.hpp"

#include <optional>
#include <string>

namespace smos::store {

/// What smos-run gives its children in SMOS_LEASE_PRODUCTION and SMOS_LEASE_TOKEN; nothing outside
/// of a run. Fatal (64) when only one is there, or no number.
std::optional<Lease> lease_of_environment();

/// Which stage this process is, from what smos-run gives its children beside the lease.
struct LeasedStage {
    std::string stage;
    std::int64_t attempt = 1;
    std::string input_hash;
};

/// Nothing outside of a run. Fatal (64) where the lease came without them.
std::optional<LeasedStage> leased_stage_of_environment();

/// Inside a transaction: error lost_lease when `lease` is not held any more. What holds now holds
/// until the transaction ends.
Result<void>
check_lease(Database& database, const std::optional<Lease>& lease, const std::string& where);

} // namespace smos::store
