// SPDX-License-Identifier: Apache-2.0
// The tables of boards and moods, in the words of the migrations.
#pragma once

namespace smos::store {

// A note belongs to its writer: the stage is part of its key, so a second attempt meets its own
// notes and nobody else's.
inline constexpr const char* memory_schema = R"sql(
CREATE TABLE board(
  production_id INTEGER NOT NULL REFERENCES production(id) ON DELETE CASCADE,
  to_stage TEXT NOT NULL,
  name TEXT NOT NULL CHECK(length(name) BETWEEN 1 AND 64),
  stage TEXT NOT NULL,
  value TEXT NOT NULL CHECK(length(value) BETWEEN 1 AND 16384),
  actor TEXT NOT NULL,
  attempt INTEGER NOT NULL CHECK(attempt >= 0),
  input_hash TEXT NOT NULL,
  lease_token INTEGER NOT NULL CHECK(lease_token >= 0),
  at_us INTEGER NOT NULL,
  PRIMARY KEY(production_id, to_stage, name, stage),
  CHECK(to_stage = '' OR stage <> '')
) STRICT, WITHOUT ROWID;

CREATE TABLE mood(
  tenant TEXT NOT NULL,
  persona_id TEXT NOT NULL CHECK(length(persona_id) > 0),
  valence_milli INTEGER NOT NULL CHECK(valence_milli BETWEEN -1000 AND 1000),
  arousal_milli INTEGER NOT NULL CHECK(arousal_milli BETWEEN 0 AND 1000),
  dominance_milli INTEGER NOT NULL CHECK(dominance_milli BETWEEN 0 AND 1000),
  thought TEXT,
  task_id TEXT,
  actor TEXT NOT NULL,
  at_us INTEGER NOT NULL,
  state_version INTEGER NOT NULL CHECK(state_version >= 1),
  PRIMARY KEY(tenant, persona_id)
) STRICT, WITHOUT ROWID;
)sql";

} // namespace smos::store
