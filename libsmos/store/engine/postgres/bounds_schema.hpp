// SPDX-License-Identifier: Apache-2.0
// What a server looks at in each row that is written often.
#pragma once

namespace smos::store {

// A server reads the text of all CHECKs of a table anew for each statement that writes it (45 us
// for a production's). The same conditions in a function are compiled once a session. Null passes,
// as it does there.
inline constexpr const char* bounds_postgres = R"sql(
DO $$
DECLARE
  one record;
BEGIN
  FOR one IN SELECT conname, conrelid::regclass AS place FROM pg_constraint WHERE contype = 'c'
      AND conrelid IN ('wallet'::regclass, 'reservation'::regclass, 'entry'::regclass,
                       'production'::regclass) LOOP
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', one.place, one.conname);
  END LOOP;
END $$;

-- The entry that opens a reservation refers to its wallet already, and its purse was funded by
-- another; verify holds the row against both.
ALTER TABLE reservation DROP CONSTRAINT reservation_wallet_id_fkey;
ALTER TABLE reservation DROP CONSTRAINT reservation_purse_id_fkey;

CREATE FUNCTION smos_wallet_bounds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT (NEW.funded BETWEEN 0 AND 9007199254740992 AND NEW.spent >= 0 AND NEW.pending >= 0
          AND NEW.owed >= 0 AND NEW.spent + NEW.pending <= NEW.funded + NEW.owed
          AND NEW.tree_pending >= 0 AND NEW.hour_total >= 0 AND NEW.day_total >= 0
          AND NEW.month_total >= 0 AND NEW.hour_cap >= 0 AND NEW.day_cap >= 0
          AND NEW.month_cap >= 0 AND NEW.least_return >= 0
          AND NEW.state IN ('open', 'tripped', 'closed')) THEN
    RAISE EXCEPTION 'a wallet with values out of bounds: %', NEW
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER wallet_bounds BEFORE INSERT OR UPDATE ON wallet
  FOR EACH ROW EXECUTE FUNCTION smos_wallet_bounds();

CREATE FUNCTION smos_reservation_bounds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT (NEW.round >= 1 AND NEW.amount >= 0 AND NEW.drawn >= 0 AND NEW.spent >= 0
          AND NEW.overrun >= 0 AND NEW.drawn + NEW.spent <= NEW.amount + NEW.overrun
          AND (NEW.state = 'pending') = (NEW.resolved_us IS NULL)
          AND (NEW.state = 'pending') = (NEW.closed_seq IS NULL)
          AND NEW.state IN ('pending', 'settled', 'released', 'expired')) THEN
    RAISE EXCEPTION 'a reservation with values out of bounds: %', NEW
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER reservation_bounds BEFORE INSERT OR UPDATE ON reservation
  FOR EACH ROW EXECUTE FUNCTION smos_reservation_bounds();

-- The entry before is in the same chain: that there is such a chain follows.
ALTER TABLE entry DROP CONSTRAINT entry_chain_id_fkey;
CREATE OR REPLACE FUNCTION smos_entry_follows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  follows BOOLEAN;
  late BOOLEAN;
BEGIN
  IF NOT (NEW.seq >= 1 AND NEW.amount >= 0 AND NEW.debit <> NEW.credit
          AND length(NEW.meta_hash) = 32 AND length(NEW.prev_hash) = 32
          AND length(NEW.hash) = 32) THEN
    RAISE EXCEPTION 'an entry with values out of bounds: %', NEW
      USING ERRCODE = 'check_violation';
  END IF;
  SELECT EXISTS(SELECT 1 FROM entry WHERE chain_id = NEW.chain_id AND seq = NEW.seq - 1
                AND hash = NEW.prev_hash)
         OR EXISTS(SELECT 1 FROM chain WHERE chain_id = NEW.chain_id AND head_seq = 0
                   AND NEW.seq = 1 AND head_hash = NEW.prev_hash),
         NEW.ts_us < (SELECT max(to_us) FROM period) INTO follows, late;
  IF NOT follows THEN
    RAISE EXCEPTION 'the entry does not follow the one before it';
  END IF;
  IF late THEN
    RAISE EXCEPTION 'the entry belongs to a period that is closed';
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION smos_production_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT ((NEW.state = 'leased') = (NEW.worker IS NOT NULL)
          AND (NEW.state = 'leased') = (NEW.lease_until_us IS NOT NULL)
          AND (NEW.state = 'leased') = (NEW.lease_boot IS NOT NULL)
          AND (NEW.state = 'leased') = (NEW.lease_boot_until_us IS NOT NULL)
          AND (NEW.state = 'review') = (NEW.review_until_us IS NOT NULL)
          AND NEW.attempt >= 0 AND NEW.crashes >= 0 AND NEW.max_attempts >= 1
          AND NEW.max_crashes >= 1 AND NEW.concurrency_max >= 1
          AND NEW.parked IN (0, 1) AND NEW.verdict IN ('approved', 'rejected')
          AND NEW.state IN ('queued', 'leased', 'review', 'paused', 'done', 'dead',
                            'quarantined', 'cancelled')
          AND NEW.task_id <> '') THEN
    RAISE EXCEPTION 'a production with values out of bounds: %', NEW
      USING ERRCODE = 'check_violation';
  END IF;
  IF TG_OP = 'INSERT' THEN
    RETURN NEW;
  END IF;
  IF NEW.lease_token < OLD.lease_token OR NEW.state_version < OLD.state_version THEN
    RAISE EXCEPTION 'tokens and versions only grow';
  END IF;
  IF NEW.concurrency_key IS NOT NULL AND NEW.state = 'leased' AND OLD.state = 'queued' THEN
    IF NOT pg_try_advisory_xact_lock(hashtextextended(NEW.concurrency_key, 7)) THEN
      RETURN NULL;
    END IF;
    IF (SELECT count(*) FROM production WHERE state = 'leased'
        AND concurrency_key = NEW.concurrency_key) >= NEW.concurrency_max THEN
      RETURN NULL;
    END IF;
  END IF;
  RETURN NEW;
END $$;
DROP TRIGGER production_guard ON production;
CREATE TRIGGER production_guard BEFORE INSERT OR UPDATE ON production
  FOR EACH ROW EXECUTE FUNCTION smos_production_guard();
)sql";

} // namespace smos::store
