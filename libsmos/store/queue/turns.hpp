// SPDX-License-Identifier: Apache-2.0
// Turns of a concurrency key: what waits behind others of its key is parked, out of claims' way.
#pragma once

#include "libsmos/core/clock.hpp"
#include "libsmos/store/engine/database.hpp"

#include <optional>
#include <string>

namespace smos::store {

// Rows of a key go in lanes, one for each queue and stage. As long as fewer of the key run than
// may, the most urgent row of each lane is open to claims; the others are parked. Whoever lets a
// row of a key come, go or end calls open_turns() in the same transaction, so a claim never meets
// more than a few rows that it may not take. On a server two such transactions may pass each other
// unseen: mend_turns(), which every worker calls each second, opens what they left.

/// Inside a transaction. Nothing for productions without a key.
void open_turns(Database& database, const std::optional<std::string>& key, Instant now);
/// After a claim: what is open of the key besides goes back behind the next turn.
void close_turns(Database& database, const std::string& key, Instant now);
/// Inside a transaction: looks at some keys with parked rows, behind `after`, which it moves on.
void mend_turns(Database& database, std::string& after, Instant now);

} // namespace smos::store
