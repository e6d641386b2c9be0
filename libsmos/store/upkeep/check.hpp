// SPDX-License-Identifier: Apache-2.0
// Whether a state is whole: its engine, its references, its ledger and its queue.
#pragma once

#include "libsmos/store/engine/database.hpp"
#include "libsmos/store/ledger/verify.hpp"

#include <cstdint>
#include <vector>

namespace smos::store {

struct StateCheck {
    std::int64_t entries = 0;
    std::int64_t chains = 0;
    std::int64_t productions = 0;
    std::int64_t audit_rows = 0;
    /// Those of audit_ledger(), and: damaged (the engine), dangling (a reference to nothing),
    /// wrong_history and broken_history (audit rows against productions, and against each other),
    /// late_output and late_note (stored under a lease that was never given), too_many_leased.
    std::vector<AuditFinding> findings{};
};

/// Looks at everything and changes nothing.
StateCheck check_state(Database& database);

} // namespace smos::store
