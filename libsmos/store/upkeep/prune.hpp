// SPDX-License-Identifier: Apache-2.0
// What a state need not remember for ever.
#pragma once

#include "libsmos/store/engine/database.hpp"

#include <cstdint>

namespace smos::store {

struct Pruned {
    std::int64_t observations = 0;  // looked at before
    std::int64_t stage_outputs = 0; // of productions that were done before
    std::int64_t notes = 0;         // on the boards of productions that were done before
    std::int64_t audit_rows = 0;    // written before, of productions that were purged
    std::int64_t nodes = 0;         // silent since before
    std::int64_t refusals = 0;      // of tasks that asked for no money since
};

/// Removes what is older than `before`, in transactions of at most some thousand rows. Entries,
/// anchors, reservations, calls, effects with their receipts, productions and their history stay.
Pruned prune(Database& database, Instant before);

/// What it would remove; changes nothing.
Pruned count_prunable(Database& database, Instant before);

} // namespace smos::store
