// SPDX-License-Identifier: Apache-2.0
// The table of signed anchors; rows stay for ever.
#pragma once

namespace smos::store {

inline constexpr const char* anchors_schema = R"sql(
CREATE TABLE anchor(
  chain_id INTEGER NOT NULL REFERENCES chain,
  seq INTEGER NOT NULL CHECK(seq >= 1),
  at_us INTEGER NOT NULL,
  hash BLOB NOT NULL CHECK(length(hash) = 32),
  key_print TEXT NOT NULL CHECK(length(key_print) = 64),
  signature BLOB NOT NULL CHECK(length(signature) = 64),
  PRIMARY KEY(chain_id, seq)
) STRICT, WITHOUT ROWID;
)sql";

inline constexpr const char* anchors_sqlite = R"sql(
CREATE TRIGGER anchor_never_changes BEFORE UPDATE ON anchor
  BEGIN SELECT RAISE(ABORT, 'anchors are append-only'); END;
CREATE TRIGGER anchor_never_goes BEFORE DELETE ON anchor
  BEGIN SELECT RAISE(ABORT, 'anchors are append-only'); END;
)sql";

inline constexpr const char* anchors_postgres = R"sql(
CREATE FUNCTION smos_anchors_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'anchors are append-only';
END $$;
CREATE TRIGGER anchor_never_changes BEFORE UPDATE OR DELETE OR TRUNCATE ON anchor
  FOR EACH STATEMENT EXECUTE FUNCTION smos_anchors_stay();
)sql";

} // namespace smos::store
