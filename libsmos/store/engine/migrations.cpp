// SPDX-License-Identifier: Apache-2.0
// The schema of the state file, as numbered steps.
#include "libsmos/store/engine/migrations.hpp"

#include "libsmos/store/engine/postgres/bounds_schema.hpp"
#include "libsmos/store/ledger/anchors_schema.hpp"
#include "libsmos/store/ledger/ledger_schema.hpp"
#include "libsmos/store/ledger/periods_schema.hpp"
#include "libsmos/store/ledger/provider_limits_schema.hpp"
#include "libsmos/store/ledger/refusals_schema.hpp"
#include "libsmos/store/ledger/units_schema.hpp"
#include "libsmos/store/memory/memory_schema.hpp"
#include "libsmos/store/queue/queue_schema.hpp"
#include "libsmos/store/queue/swift_schema.hpp"
#include "libsmos/store/queue/turns_schema.hpp"

#include <iterator>

namespace smos::store {
namespace {

// Money is integer micro-USD everywhere. Wallets, reservations and usage are caches of the entries:
// verify() recomputes them.
constexpr const char* first_schema = R"sql(
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE chain(
  chain_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  head_seq INTEGER NOT NULL DEFAULT 0 CHECK(head_seq >= 0),
  head_hash BLOB NOT NULL CHECK(length(head_hash) = 32)
) STRICT;

CREATE TABLE wallet(
  wallet_id INTEGER PRIMARY KEY,
  chain_id INTEGER NOT NULL REFERENCES chain,
  name TEXT NOT NULL UNIQUE,
  funded INTEGER NOT NULL DEFAULT 0 CHECK(funded BETWEEN 0 AND 9007199254740992),
  spent INTEGER NOT NULL DEFAULT 0 CHECK(spent >= 0),
  pending INTEGER NOT NULL DEFAULT 0 CHECK(pending >= 0),
  owed INTEGER NOT NULL DEFAULT 0 CHECK(owed >= 0),
  hour_cap INTEGER CHECK(hour_cap >= 0),
  day_cap INTEGER CHECK(day_cap >= 0),
  state TEXT NOT NULL DEFAULT 'open' CHECK(state IN ('open', 'tripped', 'closed')),
  last_sec INTEGER NOT NULL DEFAULT 0,
  hour_from INTEGER NOT NULL DEFAULT 0,
  hour_total INTEGER NOT NULL DEFAULT 0 CHECK(hour_total >= 0),
  day INTEGER NOT NULL DEFAULT 0,
  day_total INTEGER NOT NULL DEFAULT 0 CHECK(day_total >= 0),
  version INTEGER NOT NULL DEFAULT 0,
  CHECK(spent + pending <= funded + owed)
) STRICT;

CREATE TABLE usage(
  wallet_id INTEGER NOT NULL REFERENCES wallet,
  sec INTEGER NOT NULL,
  amount INTEGER NOT NULL CHECK(amount >= 0),
  PRIMARY KEY(wallet_id, sec)
) STRICT, WITHOUT ROWID;

CREATE TABLE reservation(
  res_id TEXT PRIMARY KEY,
  wallet_id INTEGER NOT NULL REFERENCES wallet,
  tenant TEXT NOT NULL,
  task_id TEXT NOT NULL,
  round INTEGER NOT NULL CHECK(round >= 1),
  amount INTEGER NOT NULL CHECK(amount >= 0),
  drawn INTEGER NOT NULL DEFAULT 0 CHECK(drawn >= 0),
  spent INTEGER NOT NULL DEFAULT 0 CHECK(spent >= 0),
  overrun INTEGER NOT NULL DEFAULT 0 CHECK(overrun >= 0),
  state TEXT NOT NULL DEFAULT 'pending'
    CHECK(state IN ('pending', 'settled', 'released', 'expired')),
  outcome TEXT,
  gates TEXT NOT NULL,
  lines TEXT NOT NULL,
  created_us INTEGER NOT NULL,
  expires_us INTEGER NOT NULL,
  resolved_us INTEGER,
  opened_seq INTEGER NOT NULL,
  closed_seq INTEGER,
  UNIQUE(tenant, task_id, round),
  CHECK(drawn + spent <= amount + overrun),
  CHECK((state = 'pending') = (resolved_us IS NULL)),
  CHECK((state = 'pending') = (closed_seq IS NULL))
) STRICT;
CREATE INDEX reservation_expiry ON reservation(wallet_id, expires_us) WHERE state = 'pending';

CREATE TABLE spend(
  spend_id TEXT PRIMARY KEY,
  res_id TEXT NOT NULL REFERENCES reservation,
  number INTEGER NOT NULL,
  spend_key TEXT NOT NULL,
  capability TEXT NOT NULL,
  provider TEXT NOT NULL,
  model TEXT NOT NULL,
  requested_model TEXT NOT NULL,
  ceiling INTEGER NOT NULL CHECK(ceiling >= 0),
  actual INTEGER CHECK(actual >= 0),
  state TEXT NOT NULL CHECK(state IN ('open', 'done', 'failed', 'in_doubt')),
  attempt INTEGER NOT NULL DEFAULT 1,
  owner TEXT NOT NULL,
  opened_us INTEGER NOT NULL,
  closed_us INTEGER,
  answer TEXT NOT NULL DEFAULT '',
  UNIQUE(res_id, number),
  UNIQUE(res_id, spend_key, attempt),
  CHECK((state = 'open') = (actual IS NULL))
) STRICT;

CREATE TABLE entry(
  chain_id INTEGER NOT NULL REFERENCES chain,
  seq INTEGER NOT NULL CHECK(seq >= 1),
  ts_us INTEGER NOT NULL,
  kind TEXT NOT NULL,
  wallet_id INTEGER NOT NULL REFERENCES wallet,
  res_id TEXT,
  debit TEXT NOT NULL,
  credit TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK(amount >= 0),
  idem TEXT NOT NULL,
  actor TEXT NOT NULL,
  meta TEXT NOT NULL,
  meta_hash BLOB NOT NULL CHECK(length(meta_hash) = 32),
  prev_hash BLOB NOT NULL CHECK(length(prev_hash) = 32),
  hash BLOB NOT NULL CHECK(length(hash) = 32),
  PRIMARY KEY(chain_id, seq),
  UNIQUE(chain_id, idem),
  CHECK(debit <> credit)
) STRICT, WITHOUT ROWID;

CREATE TABLE observation(
  platform TEXT NOT NULL,
  native_id TEXT NOT NULL,
  observed_us INTEGER NOT NULL,
  created_us INTEGER,
  upvotes INTEGER,
  comments INTEGER,
  shares INTEGER,
  views INTEGER,
  PRIMARY KEY(platform, native_id, observed_us)
) STRICT, WITHOUT ROWID;

CREATE TABLE effect(
  effect_id TEXT PRIMARY KEY,
  channel TEXT NOT NULL,
  account TEXT NOT NULL,
  idem_key TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'pending' CHECK(state IN
    ('pending', 'in_flight', 'unknown', 'published', 'rejected', 'dead', 'cancelled')),
  attempt INTEGER NOT NULL DEFAULT 0,
  res_id TEXT,
  external_id TEXT,
  url TEXT,
  receipt TEXT,
  owner TEXT NOT NULL DEFAULT '',
  first_sent_us INTEGER,
  finished_us INTEGER,
  UNIQUE(channel, account, idem_key),
  UNIQUE(channel, account, external_id),
  CHECK((state = 'published') = (external_id IS NOT NULL))
) STRICT;
)sql";

constexpr const char* first_sqlite = R"sql(
CREATE TRIGGER entry_never_changes BEFORE UPDATE ON entry
  BEGIN SELECT RAISE(ABORT, 'ledger entries are append-only'); END;
CREATE TRIGGER entry_never_goes BEFORE DELETE ON entry
  BEGIN SELECT RAISE(ABORT, 'ledger entries are append-only'); END;
CREATE TRIGGER entry_follows BEFORE INSERT ON entry
  WHEN NOT EXISTS(SELECT 1 FROM chain WHERE chain_id = NEW.chain_id
                  AND head_seq = NEW.seq - 1 AND head_hash = NEW.prev_hash)
  BEGIN SELECT RAISE(ABORT, 'the entry does not follow the head of its chain'); END;
)sql";

constexpr const char* first_postgres = R"sql(
CREATE FUNCTION smos_entries_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'ledger entries are append-only';
END $$;
CREATE TRIGGER entry_never_changes BEFORE UPDATE OR DELETE OR TRUNCATE ON entry
  FOR EACH STATEMENT EXECUTE FUNCTION smos_entries_stay();
CREATE FUNCTION smos_entry_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS(SELECT 1 FROM chain WHERE chain_id = NEW.chain_id
                AND head_seq = NEW.seq - 1 AND head_hash = NEW.prev_hash) THEN
    RAISE EXCEPTION 'the entry does not follow the head of its chain';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER entry_follows BEFORE INSERT ON entry
  FOR EACH ROW EXECUTE FUNCTION smos_entry_follows();
)sql";

constexpr Migration steps[] = {
    {1, first_schema, first_sqlite, first_postgres},
    {2, wallet_tree_schema, wallet_tree_sqlite, wallet_tree_postgres},
    {3, anchors_schema, anchors_sqlite, anchors_postgres},
    {4, queue_schema, queue_sqlite, queue_postgres},
    {5, units_schema, units_sqlite, units_postgres},
    {6, periods_schema, periods_sqlite, periods_postgres},
    {7, refusals_schema, "", ""},
    {8, turns_schema, "", ""},
    {9, memory_schema, "", ""},
    {10, provider_totals_schema, "", ""},
    {11, "", "", swift_postgres},
    {12, "", "", bounds_postgres},
};

} // namespace

const Migration* migrations() { return steps; }

std::size_t migration_count() { return std::size(steps); }

} // namespace smos::store
