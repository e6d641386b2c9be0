// SPDX-License-Identifier: Apache-2.0
// Columns and indexes of pools and turns, in the words of the migrations.
#pragma once

namespace smos::store {

// What may run now stands in the indexes of claims; what waits for its key's turn is parked outside
// of them, so that ten thousand of one key cost a claim nothing.
inline constexpr const char* turns_schema = R"sql(
ALTER TABLE production ADD COLUMN since TEXT NOT NULL DEFAULT '';
ALTER TABLE production ADD COLUMN parked INTEGER NOT NULL DEFAULT 0 CHECK(parked IN (0, 1));
DROP INDEX production_ready;
DROP INDEX production_turn;
CREATE INDEX production_ready ON production(queue, priority, run_at_us, id)
  WHERE state = 'queued' AND parked = 0;
CREATE INDEX production_pool ON production(queue, stage, priority, run_at_us, id)
  WHERE state = 'queued' AND parked = 0;
CREATE INDEX production_turn ON production(concurrency_key, queue, priority, run_at_us, id)
  WHERE state = 'queued' AND parked = 0 AND concurrency_key IS NOT NULL;
CREATE INDEX production_parked ON
  production(concurrency_key, queue, stage, priority, run_at_us, id)
  WHERE state = 'queued' AND parked = 1;
)sql";

} // namespace smos::store
