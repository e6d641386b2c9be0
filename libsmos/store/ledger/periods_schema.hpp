// SPDX-License-Identifier: Apache-2.0
// Periods that are closed: nothing dated before the end of one enters the chains any more.
#pragma once

namespace smos::store {

inline constexpr const char* periods_schema = R"sql(
CREATE TABLE period(
  name TEXT PRIMARY KEY,
  from_us INTEGER NOT NULL,
  to_us INTEGER NOT NULL,
  closed_us INTEGER NOT NULL,
  actor TEXT NOT NULL,
  CHECK(from_us < to_us),
  CHECK(to_us <= closed_us)
) STRICT, WITHOUT ROWID;
CREATE INDEX period_end ON period(to_us);
CREATE INDEX entry_checkpoint ON entry(ts_us) WHERE kind = 'checkpoint';
)sql";

inline constexpr const char* periods_sqlite = R"sql(
CREATE TRIGGER entry_in_open_period BEFORE INSERT ON entry
  WHEN NEW.ts_us < (SELECT max(to_us) FROM period)
  BEGIN SELECT RAISE(ABORT, 'the entry belongs to a period that is closed'); END;
CREATE TRIGGER period_never_changes BEFORE UPDATE ON period
  BEGIN SELECT RAISE(ABORT, 'closed periods stay closed'); END;
CREATE TRIGGER period_never_goes BEFORE DELETE ON period
  BEGIN SELECT RAISE(ABORT, 'closed periods stay closed'); END;
)sql";

inline constexpr const char* periods_postgres = R"sql(
CREATE OR REPLACE FUNCTION smos_entry_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS(SELECT 1 FROM entry WHERE chain_id = NEW.chain_id AND seq = NEW.seq - 1
                AND hash = NEW.prev_hash)
     AND NOT EXISTS(SELECT 1 FROM chain WHERE chain_id = NEW.chain_id AND head_seq = 0
                    AND NEW.seq = 1 AND head_hash = NEW.prev_hash) THEN
    RAISE EXCEPTION 'the entry does not follow the one before it';
  END IF;
  IF NEW.ts_us < (SELECT max(to_us) FROM period) THEN
    RAISE EXCEPTION 'the entry belongs to a period that is closed';
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION smos_periods_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'closed periods stay closed';
END $$;
CREATE TRIGGER period_never_changes BEFORE UPDATE OR DELETE OR TRUNCATE ON period
  FOR EACH STATEMENT EXECUTE FUNCTION smos_periods_stay();
)sql";

} // namespace smos::store
