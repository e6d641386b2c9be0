// SPDX-License-Identifier: Apache-2.0
// The tables of the queue, in the words of the migrations.
#pragma once

namespace smos::store {

// Every change of a production is one UPDATE that raises state_version and names who did what, so
// the audit rows are written by triggers: no transition can forget its own. A number is never given
// twice: a worker that slept through a purge would hold the lease of another production.
inline constexpr const char* queue_schema = R"sql(
CREATE TABLE production(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant TEXT NOT NULL,
  task_id TEXT NOT NULL CHECK(length(task_id) > 0),
  queue TEXT NOT NULL,
  record TEXT NOT NULL,
  dedup_key TEXT,
  concurrency_key TEXT,
  concurrency_max INTEGER NOT NULL DEFAULT 1 CHECK(concurrency_max >= 1),
  state TEXT NOT NULL DEFAULT 'queued' CHECK(state IN ('queued', 'leased', 'review', 'paused',
    'done', 'dead', 'quarantined', 'cancelled')),
  stage TEXT NOT NULL DEFAULT '',
  verdict TEXT CHECK(verdict IN ('approved', 'rejected')),
  priority INTEGER NOT NULL DEFAULT 0,
  run_at_us INTEGER NOT NULL,
  attempt INTEGER NOT NULL DEFAULT 0 CHECK(attempt >= 0),
  max_attempts INTEGER NOT NULL CHECK(max_attempts >= 1),
  crashes INTEGER NOT NULL DEFAULT 0 CHECK(crashes >= 0),
  max_crashes INTEGER NOT NULL CHECK(max_crashes >= 1),
  lease_token INTEGER NOT NULL DEFAULT 0,
  lease_until_us INTEGER,
  lease_boot TEXT,
  lease_boot_until_us INTEGER,
  worker TEXT,
  review_until_us INTEGER,
  state_version INTEGER NOT NULL DEFAULT 1,
  action TEXT NOT NULL DEFAULT 'enqueue',
  actor TEXT NOT NULL,
  last_error TEXT,
  created_us INTEGER NOT NULL,
  updated_us INTEGER NOT NULL,
  UNIQUE(tenant, task_id),
  CHECK((state = 'leased') = (lease_until_us IS NOT NULL)),
  CHECK((state = 'leased') = (lease_boot IS NOT NULL)),
  CHECK((state = 'leased') = (lease_boot_until_us IS NOT NULL)),
  CHECK((state = 'leased') = (worker IS NOT NULL)),
  CHECK((state = 'review') = (review_until_us IS NOT NULL))
) STRICT;
CREATE INDEX production_ready ON production(queue, priority, run_at_us, id)
  WHERE state = 'queued';
CREATE INDEX production_turn ON production(concurrency_key, queue, priority, run_at_us, id)
  WHERE state = 'queued' AND concurrency_key IS NOT NULL;
CREATE INDEX production_leased ON production(concurrency_key, id) WHERE state = 'leased';
CREATE INDEX production_review ON production(review_until_us) WHERE state = 'review';
CREATE INDEX production_ended ON production(state, updated_us)
  WHERE state IN ('done', 'dead', 'quarantined', 'cancelled');
CREATE UNIQUE INDEX production_dedup ON production(queue, dedup_key)
  WHERE dedup_key IS NOT NULL AND state NOT IN ('dead', 'cancelled');

CREATE TABLE stage_output(
  production_id INTEGER NOT NULL REFERENCES production(id) ON DELETE CASCADE,
  stage TEXT NOT NULL,
  input_hash TEXT NOT NULL,
  record TEXT NOT NULL,
  lease_token INTEGER NOT NULL,
  at_us INTEGER NOT NULL,
  PRIMARY KEY(production_id, stage, input_hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit(
  id INTEGER PRIMARY KEY,
  tenant TEXT NOT NULL,
  task_id TEXT NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  state_before TEXT NOT NULL,
  state_after TEXT NOT NULL,
  state_version INTEGER NOT NULL,
  at_us INTEGER NOT NULL
) STRICT;
CREATE INDEX audit_task ON audit(tenant, task_id, id);

CREATE TABLE switch(
  name TEXT PRIMARY KEY,
  paused INTEGER NOT NULL CHECK(paused IN (0, 1)),
  actor TEXT NOT NULL,
  reason TEXT NOT NULL,
  at_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE schedule(
  name TEXT PRIMARY KEY,
  queue TEXT NOT NULL,
  cron TEXT NOT NULL,
  tenant TEXT NOT NULL,
  record TEXT NOT NULL,
  next_us INTEGER NOT NULL,
  last_us INTEGER,
  state_version INTEGER NOT NULL DEFAULT 1
) STRICT, WITHOUT ROWID;
CREATE INDEX schedule_due ON schedule(next_us);

CREATE TABLE node(
  node_id TEXT PRIMARY KEY,
  hostname TEXT NOT NULL,
  record TEXT NOT NULL,
  started_us INTEGER NOT NULL,
  beat_us INTEGER NOT NULL,
  expires_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
)sql";

inline constexpr const char* queue_sqlite = R"sql(
CREATE TRIGGER production_only_grows BEFORE UPDATE ON production
  WHEN NEW.lease_token < OLD.lease_token OR NEW.state_version < OLD.state_version
  BEGIN SELECT RAISE(ABORT, 'tokens and versions only grow'); END;
CREATE TRIGGER production_begins AFTER INSERT ON production
  BEGIN INSERT INTO audit(tenant, task_id, actor, action, state_before, state_after,
                          state_version, at_us)
    VALUES(NEW.tenant, NEW.task_id, NEW.actor, NEW.action, '', NEW.state,
           NEW.state_version, NEW.updated_us); END;
CREATE TRIGGER production_changes AFTER UPDATE ON production
  WHEN NEW.state_version <> OLD.state_version
  BEGIN INSERT INTO audit(tenant, task_id, actor, action, state_before, state_after,
                          state_version, at_us)
    VALUES(NEW.tenant, NEW.task_id, NEW.actor, NEW.action, OLD.state, NEW.state,
           NEW.state_version, NEW.updated_us); END;
CREATE TRIGGER audit_never_changes BEFORE UPDATE ON audit
  BEGIN SELECT RAISE(ABORT, 'audit rows are append-only'); END;
)sql";

// In a file claims come one after the other. Here two may look at one key at the same time: the
// advisory lock makes one of them leave its row alone and lasts until the commit; the count behind
// it sees what was committed before.
inline constexpr const char* queue_postgres = R"sql(
ALTER TABLE production SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01);
CREATE FUNCTION smos_production_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.lease_token < OLD.lease_token OR NEW.state_version < OLD.state_version THEN
    RAISE EXCEPTION 'tokens and versions only grow';
  END IF;
  IF NEW.state = 'leased' AND OLD.state = 'queued' AND NEW.concurrency_key IS NOT NULL THEN
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
CREATE TRIGGER production_guard BEFORE UPDATE ON production
  FOR EACH ROW EXECUTE FUNCTION smos_production_guard();
CREATE FUNCTION smos_production_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO audit(tenant, task_id, actor, action, state_before, state_after,
                      state_version, at_us)
    VALUES(NEW.tenant, NEW.task_id, NEW.actor, NEW.action, '', NEW.state,
           NEW.state_version, NEW.updated_us);
  ELSIF NEW.state_version <> OLD.state_version THEN
    INSERT INTO audit(tenant, task_id, actor, action, state_before, state_after,
                      state_version, at_us)
    VALUES(NEW.tenant, NEW.task_id, NEW.actor, NEW.action, OLD.state, NEW.state,
           NEW.state_version, NEW.updated_us);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER production_audit AFTER INSERT OR UPDATE ON production
  FOR EACH ROW EXECUTE FUNCTION smos_production_audit();
CREATE FUNCTION smos_audit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'audit rows are append-only';
END $$;
CREATE TRIGGER audit_never_changes BEFORE UPDATE ON audit
  FOR EACH STATEMENT EXECUTE FUNCTION smos_audit_stays();
)sql";

} // namespace smos::store
