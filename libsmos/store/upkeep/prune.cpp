// SPDX-License-Identifier: Apache-2.0
// What a state need not remember for ever.
#include "libsmos/store/upkeep/prune.hpp"

#include <limits>
#include <optional>
#include <string>

namespace smos::store {
namespace {

// ?1 is the age everywhere. Pages go by the key, so that every row is looked at once.
#define SMOS_OLD_OBSERVATION "observed_us < ?1"
#define SMOS_OLD_OUTPUT                                                                            \
    "production_id IN (SELECT p.id FROM production AS p WHERE p.state = 'done'"                    \
    " AND p.updated_us < ?1 AND p.id > ?2 AND p.id <= ?3)"
#define SMOS_OLD_AUDIT                                                                             \
    "at_us < ?1 AND id > ?2 AND id <= ?3 AND NOT EXISTS(SELECT 1 FROM production AS p"             \
    " WHERE p.tenant = audit.tenant AND p.task_id = audit.task_id)"

constexpr std::int64_t page_ids = 2000;
constexpr std::int64_t all_ids = std::numeric_limits<std::int64_t>::max();

std::int64_t number_of(Statement statement) { return statement.step() ? statement.integer(0) : 0; }

struct ObservationKey {
    std::string platform;
    std::string native_id;
    std::int64_t observed_us = 0;
};

std::optional<ObservationKey> end_of_page(Database& database, const ObservationKey& last) {
    Statement row =
        database.prepare("SELECT platform, native_id, observed_us FROM observation"
                         " WHERE (platform, native_id, observed_us) > (?1, ?2, ?3)"
                         " ORDER BY platform, native_id, observed_us LIMIT 1 OFFSET 1999");
    row.bind(1, last.platform).bind(2, last.native_id).bind(3, last.observed_us);
    if (!row.step())
        return std::nullopt;
    return ObservationKey{row.text(0), row.text(1), row.integer(2)};
}

std::int64_t prune_observations(Database& database, Instant before) {
    std::int64_t gone = 0;
    ObservationKey last;
    for (;;) {
        const auto end = end_of_page(database, last);
        gone += database.transaction("prune", [&] {
            if (!end) {
                database
                    .prepare("DELETE FROM observation WHERE " SMOS_OLD_OBSERVATION
                             " AND (platform, native_id, observed_us) > (?2, ?3, ?4)")
                    .bind(1, before.micros)
                    .bind(2, last.platform)
                    .bind(3, last.native_id)
                    .bind(4, last.observed_us)
                    .run();
                return database.changes();
            }
            database
                .prepare("DELETE FROM observation WHERE " SMOS_OLD_OBSERVATION
                         " AND (platform, native_id, observed_us) > (?2, ?3, ?4)"
                         " AND (platform, native_id, observed_us) <= (?5, ?6, ?7)")
                .bind(1, before.micros)
                .bind(2, last.platform)
                .bind(3, last.native_id)
                .bind(4, last.observed_us)
                .bind(5, end->platform)
                .bind(6, end->native_id)
                .bind(7, end->observed_us)
                .run();
            return database.changes();
        });
        if (!end)
            return gone;
        last = *end;
    }
}

std::int64_t prune_refusals(Database& database, Instant before) {
    std::int64_t gone = 0;
    for (std::int64_t page = 1; page > 0; gone += page)
        page = database.transaction("prune", [&] {
            database
                .prepare("DELETE FROM refusal WHERE (task_id, tenant) IN (SELECT r.task_id,"
                         " r.tenant FROM refusal AS r WHERE r.last_us < ?1"
                         " ORDER BY r.last_us LIMIT 2000)")
                .bind(1, before.micros)
                .run();
            return database.changes();
        });
    return gone;
}

/// In pages of numbers up to `highest`.
std::int64_t prune_by_number(Database& database,
                             Instant before,
                             std::int64_t lowest,
                             std::int64_t highest,
                             std::string_view sql) {
    std::int64_t gone = 0;
    for (std::int64_t last = lowest - 1; last < highest; last += page_ids)
        gone += database.transaction("prune", [&] {
            database.prepare(sql)
                .bind(1, before.micros)
                .bind(2, last)
                .bind(3, last + page_ids)
                .run();
            return database.changes();
        });
    return gone;
}

} // namespace

Pruned prune(Database& database, Instant before) {
    Pruned pruned;
    pruned.observations = prune_observations(database, before);
    pruned.stage_outputs =
        prune_by_number(database,
                        before,
                        number_of(database.prepare("SELECT coalesce(min(id), 1) FROM production")),
                        number_of(database.prepare("SELECT coalesce(max(id), 0) FROM production")),
                        "DELETE FROM stage_output WHERE " SMOS_OLD_OUTPUT);
    pruned.notes =
        prune_by_number(database,
                        before,
                        number_of(database.prepare("SELECT coalesce(min(id), 1) FROM production")),
                        number_of(database.prepare("SELECT coalesce(max(id), 0) FROM production")),
                        "DELETE FROM board WHERE " SMOS_OLD_OUTPUT);
    pruned.audit_rows =
        prune_by_number(database,
                        before,
                        number_of(database.prepare("SELECT coalesce(min(id), 1) FROM audit")),
                        number_of(database.prepare("SELECT coalesce(max(id), 0) FROM audit")),
                        "DELETE FROM audit WHERE " SMOS_OLD_AUDIT);
    pruned.nodes = database.transaction("prune", [&] {
        database.prepare("DELETE FROM node WHERE expires_us < ?1").bind(1, before.micros).run();
        return database.changes();
    });
    pruned.refusals = prune_refusals(database, before);
    return pruned;
}

Pruned count_prunable(Database& database, Instant before) {
    const auto counted = [&](std::string_view sql, bool by_number) {
        Statement row = database.prepare(sql);
        row.bind(1, before.micros);
        if (by_number)
            row.bind(2, std::int64_t{0}).bind(3, all_ids);
        return row.step() ? row.integer(0) : 0;
    };
    Pruned pruned;
    pruned.observations =
        counted("SELECT count(*) FROM observation WHERE " SMOS_OLD_OBSERVATION, false);
    pruned.stage_outputs =
        counted("SELECT count(*) FROM stage_output WHERE " SMOS_OLD_OUTPUT, true);
    pruned.notes = counted("SELECT count(*) FROM board WHERE " SMOS_OLD_OUTPUT, true);
    pruned.audit_rows = counted("SELECT count(*) FROM audit WHERE " SMOS_OLD_AUDIT, true);
    pruned.refusals = counted("SELECT count(*) FROM refusal WHERE last_us < ?1", false);
    pruned.nodes = counted("SELECT count(*) FROM node WHERE expires_us < ?1", false);
    return pruned;
}

} // namespace smos::store
