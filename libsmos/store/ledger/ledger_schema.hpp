// SPDX-License-Identifier: Apache-2.0
// The wallets become a tree: schema step 2.
#pragma once

namespace smos::store {

inline constexpr const char* wallet_tree_schema = R"sql(
ALTER TABLE wallet ADD COLUMN parent_id INTEGER REFERENCES wallet;
ALTER TABLE wallet ADD COLUMN month_cap INTEGER CHECK(month_cap >= 0);
ALTER TABLE wallet ADD COLUMN month INTEGER NOT NULL DEFAULT 0;
ALTER TABLE wallet ADD COLUMN month_total INTEGER NOT NULL DEFAULT 0 CHECK(month_total >= 0);
ALTER TABLE wallet ADD COLUMN tree_pending INTEGER NOT NULL DEFAULT 0 CHECK(tree_pending >= 0);
ALTER TABLE wallet ADD COLUMN least_return INTEGER CHECK(least_return >= 0);
ALTER TABLE reservation ADD COLUMN purse_id INTEGER REFERENCES wallet;
CREATE TABLE provider_limit(
  wallet_id INTEGER NOT NULL REFERENCES wallet,
  provider TEXT NOT NULL,
  month_cap INTEGER NOT NULL CHECK(month_cap >= 0),
  PRIMARY KEY(wallet_id, provider)
) STRICT, WITHOUT ROWID;
CREATE TABLE provider_month(
  wallet_id INTEGER NOT NULL REFERENCES wallet,
  provider TEXT NOT NULL,
  month INTEGER NOT NULL,
  amount INTEGER NOT NULL CHECK(amount >= 0),
  PRIMARY KEY(wallet_id, provider, month)
) STRICT, WITHOUT ROWID;
DROP INDEX reservation_expiry;
CREATE INDEX reservation_due ON reservation(expires_us) WHERE state = 'pending';
)sql";

/// Wallets made before get those above them, with what they all reserved and spent; the months
/// before are not known any more. An entry follows the one before it, so that the head of a chain
/// is written once for all entries of a commit.
inline constexpr const char* wallet_tree_sqlite = R"sql(
WITH RECURSIVE part(chain_id, done, rest) AS (
  SELECT chain_id, '', name || '/' FROM wallet
  UNION
  SELECT chain_id, done || CASE done WHEN '' THEN '' ELSE '/' END
                        || substr(rest, 1, instr(rest, '/') - 1),
         substr(rest, instr(rest, '/') + 1) FROM part WHERE rest <> '')
INSERT INTO wallet(chain_id, name) SELECT DISTINCT chain_id, done FROM part
  WHERE done <> '' AND NOT EXISTS(SELECT 1 FROM wallet w WHERE w.name = done);
UPDATE wallet SET parent_id = (SELECT p.wallet_id FROM wallet p WHERE p.name
    = substr(wallet.name, 1, length(rtrim(wallet.name, replace(wallet.name, '/', ''))) - 1))
  WHERE instr(name, '/') > 0;
UPDATE wallet SET
  tree_pending = (SELECT sum(w.pending) FROM wallet w WHERE w.name = wallet.name
                  OR substr(w.name, 1, length(wallet.name) + 1) = wallet.name || '/'),
  last_sec = (SELECT max(w.last_sec) FROM wallet w WHERE w.name = wallet.name
              OR substr(w.name, 1, length(wallet.name) + 1) = wallet.name || '/');
INSERT INTO usage(wallet_id, sec, amount)
  SELECT a.wallet_id, u.sec, sum(u.amount) FROM usage u JOIN wallet w USING(wallet_id)
  JOIN wallet a ON substr(w.name, 1, length(a.name) + 1) = a.name || '/'
  GROUP BY a.wallet_id, u.sec
  ON CONFLICT(wallet_id, sec) DO UPDATE SET amount = usage.amount + excluded.amount;
UPDATE wallet SET
  hour_total = (SELECT coalesce(sum(u.amount), 0) FROM usage u
                WHERE u.wallet_id = wallet.wallet_id),
  hour_from = 0,
  day = last_sec / 86400,
  day_total = (SELECT coalesce(sum(w.day_total), 0) FROM wallet w
               WHERE (w.name = wallet.name
                      OR substr(w.name, 1, length(wallet.name) + 1) = wallet.name || '/')
                 AND w.day = wallet.last_sec / 86400);
DROP TRIGGER entry_follows;
CREATE TRIGGER entry_follows BEFORE INSERT ON entry
  WHEN NOT EXISTS(SELECT 1 FROM entry WHERE chain_id = NEW.chain_id AND seq = NEW.seq - 1
                  AND hash = NEW.prev_hash)
   AND NOT EXISTS(SELECT 1 FROM chain WHERE chain_id = NEW.chain_id AND head_seq = 0
                  AND NEW.seq = 1 AND head_hash = NEW.prev_hash)
  BEGIN SELECT RAISE(ABORT, 'the entry does not follow the one before it'); END;
)sql";

inline constexpr const char* wallet_tree_postgres = R"sql(
CREATE OR REPLACE FUNCTION smos_entry_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS(SELECT 1 FROM entry WHERE chain_id = NEW.chain_id AND seq = NEW.seq - 1
                AND hash = NEW.prev_hash)
     AND NOT EXISTS(SELECT 1 FROM chain WHERE chain_id = NEW.chain_id AND head_seq = 0
                    AND NEW.seq = 1 AND head_hash = NEW.prev_hash) THEN
    RAISE EXCEPTION 'the entry does not follow the one before it';
  END IF;
  RETURN NEW;
END $$;
)sql";

} // namespace smos::store
