// SPDX-License-Identifier: Apache-2.0
// Wallets of units that are no money; what moved in them stays for ever.
#pragma once

namespace smos::store {

inline constexpr const char* units_schema = R"sql(
CREATE TABLE unit_wallet(
  tenant TEXT NOT NULL,
  wallet TEXT NOT NULL,
  balance INTEGER NOT NULL CHECK(balance >= 0),
  PRIMARY KEY(tenant, wallet)
) STRICT, WITHOUT ROWID;
CREATE TABLE unit_move(
  tenant TEXT NOT NULL,
  wallet TEXT NOT NULL,
  reference_id TEXT NOT NULL,
  delta INTEGER NOT NULL CHECK(delta <> 0),
  reason TEXT NOT NULL,
  actor TEXT NOT NULL,
  at_us INTEGER NOT NULL,
  balance INTEGER NOT NULL CHECK(balance >= 0),
  PRIMARY KEY(tenant, reference_id)
) STRICT, WITHOUT ROWID;
)sql";

inline constexpr const char* units_sqlite = R"sql(
CREATE TRIGGER unit_move_never_changes BEFORE UPDATE ON unit_move
  BEGIN SELECT RAISE(ABORT, 'moves of units are append-only'); END;
CREATE TRIGGER unit_move_never_goes BEFORE DELETE ON unit_move
  BEGIN SELECT RAISE(ABORT, 'moves of units are append-only'); END;
)sql";

inline constexpr const char* units_postgres = R"sql(
CREATE FUNCTION smos_unit_moves_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'moves of units are append-only';
END $$;
CREATE TRIGGER unit_move_never_changes BEFORE UPDATE OR DELETE OR TRUNCATE ON unit_move
  FOR EACH STATEMENT EXECUTE FUNCTION smos_unit_moves_stay();
)sql";

} // namespace smos::store
