// SPDX-License-Identifier: Apache-2.0
// What was refused: one row for each task, which is no entry of the ledger.
#pragma once

namespace smos::store {

inline constexpr const char* refusals_schema = R"sql(
CREATE TABLE refusal(
  task_id TEXT NOT NULL,
  tenant TEXT NOT NULL,
  wallet TEXT NOT NULL,
  amount INTEGER NOT NULL,
  gates TEXT NOT NULL,
  first_us INTEGER NOT NULL,
  last_us INTEGER NOT NULL,
  times INTEGER NOT NULL CHECK(times >= 1),
  PRIMARY KEY(task_id, tenant)
) STRICT, WITHOUT ROWID;
CREATE INDEX refusal_age ON refusal(last_us);
)sql";

} // namespace smos::store
