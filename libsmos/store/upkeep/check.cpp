// SPDX-License-Identifier: Apache-2.0
// Whether a state is whole: its engine, its references, its ledger and its queue.
#include "libsmos/store/upkeep/check.hpp"

#include "libsmos/store/engine/tables.hpp"

#include <fmt/format.h>

#include <map>
#include <string>

namespace smos::store {
namespace {

struct ReferenceCheck {
    std::string where;
    std::string sql;
};

/// Texts live as long as the program: databases keep what was prepared by its text.
const std::vector<ReferenceCheck>& reference_checks() {
    static const std::vector<ReferenceCheck> checks = [] {
        std::vector<ReferenceCheck> made;
        for (const Table& table : state_tables()) {
            for (const Reference& reference : table.references)
                made.push_back({fmt::format("{}.{}", table.name, reference.column),
                                fmt::format("SELECT count(*) FROM {0} AS c WHERE c.{1} IS NOT NULL"
                                            " AND NOT EXISTS(SELECT 1 FROM {2} AS p"
                                            " WHERE p.{3} = c.{1})",
                                            table.name,
                                            reference.column,
                                            reference.table,
                                            reference.key)});
        }
        return made;
    }();
    return checks;
}

class Inspection {
  public:
    explicit Inspection(Database& database) : database_(database) {}

    StateCheck run() {
        const std::string verdict = database_.integrity_check();
        if (verdict != "ok")
            found("damaged", "engine", 0, verdict);
        const Audit audit = audit_ledger(database_);
        check_.entries = audit.entries;
        check_.chains = audit.chains;
        check_.findings.insert(check_.findings.end(), audit.findings.begin(), audit.findings.end());
        database_.snapshot([&] {
            look_at_references();
            look_at_history();
            look_at_leases();
            check_.productions = number("SELECT count(*) FROM production");
            check_.audit_rows = number("SELECT count(*) FROM audit");
        });
        return std::move(check_);
    }

  private:
    void look_at_references() {
        for (const ReferenceCheck& reference : reference_checks()) {
            const std::int64_t rows = number(reference.sql);
            if (rows > 0)
                found(
                    "dangling", reference.where, 0, fmt::format("{} rows refer to nothing", rows));
        }
    }

    void look_at_history() {
        each("SELECT p.task_id, p.state_version, p.state FROM production AS p WHERE NOT EXISTS("
             "SELECT 1 FROM audit AS a WHERE a.tenant = p.tenant AND a.task_id = p.task_id"
             " AND a.state_version = p.state_version AND a.state_after = p.state)"
             " ORDER BY p.id LIMIT 100",
             "wrong_history",
             "the production is {} and no audit row says so");
        // A purge ends a life in the version it had; the next life begins with an empty state.
        each("SELECT task_id, state_version, state_before FROM ("
             "SELECT id, task_id, state_version, state_before, action,"
             " lag(state_version) OVER life AS version_of_last,"
             " lag(state_after) OVER life AS state_of_last"
             " FROM audit WINDOW life AS (PARTITION BY tenant, task_id ORDER BY id)) AS told"
             " WHERE state_before <> '' AND version_of_last IS NOT NULL"
             " AND (state_before <> state_of_last OR state_version <> version_of_last"
             " + CASE action WHEN 'purge' THEN 0 ELSE 1 END) ORDER BY id LIMIT 100",
             "broken_history",
             "an audit row begins at {}, where the one before it did not end");
    }

    void look_at_leases() {
        each("SELECT p.task_id, s.lease_token, s.stage FROM stage_output AS s"
             " JOIN production AS p ON p.id = s.production_id WHERE s.lease_token > p.lease_token"
             " ORDER BY p.id LIMIT 100",
             "late_output",
             "the output of {} names a lease that was never given");
        each("SELECT p.task_id, b.lease_token, b.stage FROM board AS b"
             " JOIN production AS p ON p.id = b.production_id WHERE b.lease_token > p.lease_token"
             " ORDER BY p.id LIMIT 100",
             "late_note",
             "a note of {} names a lease that was never given");
        each("SELECT concurrency_key, 0, CAST(count(*) AS TEXT) FROM production"
             " WHERE state = 'leased' AND concurrency_key IS NOT NULL GROUP BY concurrency_key"
             " HAVING count(*) > max(concurrency_max) ORDER BY concurrency_key LIMIT 100",
             "too_many_leased",
             "{} run at once, more than the key allows");
    }

    /// Rows of (where, number, word for `what`).
    void each(std::string_view sql, std::string_view kind, const char* what) {
        Statement rows = database_.prepare(sql);
        while (rows.step())
            found(
                kind, rows.text(0), rows.integer(1), fmt::format(fmt::runtime(what), rows.text(2)));
    }

    std::int64_t number(std::string_view sql) {
        Statement row = database_.prepare(sql);
        return row.step() ? row.integer(0) : 0;
    }

    void found(std::string_view kind, std::string where, std::int64_t seq, std::string what) {
        check_.findings.push_back({std::string{kind}, std::move(where), seq, std::move(what)});
    }

    Database& database_;
    StateCheck check_;
};

} // namespace

StateCheck check_state(Database& database) { return Inspection{database}.run(); }

} // namespace smos::store
