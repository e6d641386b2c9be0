// SPDX-License-Identifier: Apache-2.0
// What a server does for each change of a production, made cheap.
#pragma once

namespace smos::store {

// A condition costs a change less than a function that finds nothing to object to; audit rows are
// written once a statement, however many productions it changed.
inline constexpr const char* swift_postgres = R"sql(
DROP TRIGGER production_guard ON production;
CREATE TRIGGER production_guard BEFORE UPDATE ON production FOR EACH ROW
  WHEN (NEW.lease_token < OLD.lease_token OR NEW.state_version < OLD.state_version
    OR (NEW.state = 'leased' AND OLD.state = 'queued' AND NEW.concurrency_key IS NOT NULL))
  EXECUTE FUNCTION smos_production_guard();
DROP TRIGGER production_audit ON production;
DROP FUNCTION smos_production_audit();
CREATE FUNCTION smos_production_begins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO audit(tenant, task_id, actor, action, state_before, state_after,
                    state_version, at_us)
  SELECT tenant, task_id, actor, action, '', state, state_version, updated_us
  FROM made ORDER BY id;
  RETURN NULL;
END $$;
CREATE FUNCTION smos_production_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO audit(tenant, task_id, actor, action, state_before, state_after,
                    state_version, at_us)
  SELECT n.tenant, n.task_id, n.actor, n.action, o.state, n.state, n.state_version, n.updated_us
  FROM after_it AS n JOIN before_it AS o ON o.id = n.id
  WHERE n.state_version <> o.state_version ORDER BY n.id;
  RETURN NULL;
END $$;
CREATE TRIGGER production_begins AFTER INSERT ON production
  REFERENCING NEW TABLE AS made
  FOR EACH STATEMENT EXECUTE FUNCTION smos_production_begins();
CREATE TRIGGER production_changes AFTER UPDATE ON production
  REFERENCING OLD TABLE AS before_it NEW TABLE AS after_it
  FOR EACH STATEMENT EXECUTE FUNCTION smos_production_changes();
)sql";

} // namespace smos::store
