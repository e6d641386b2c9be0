// SPDX-License-Identifier: Apache-2.0
// What was seen when: the memory behind velocity and phase.
#include "libsmos/store/observations.hpp"

namespace smos::store {
namespace {

std::optional<std::int64_t> observed_micros(const std::optional<Instant>& at) {
    return at ? std::optional<std::int64_t>{at->micros} : std::nullopt;
}

Observation
read_observation(const Statement& row, std::string_view platform, std::string_view native_id) {
    Observation seen;
    seen.platform = platform;
    seen.native_id = native_id;
    seen.observed_at = Instant{row.integer(0)};
    if (const auto created_us = row.optional_integer(1))
        seen.created_at = Instant{*created_us};
    seen.upvotes = row.optional_integer(2);
    seen.comments = row.optional_integer(3);
    seen.shares = row.optional_integer(4);
    seen.views = row.optional_integer(5);
    return seen;
}

} // namespace

std::vector<Observation> Observations::before(std::string_view platform,
                                              std::string_view native_id,
                                              Instant before,
                                              int limit) {
    Statement rows = database_.prepare(
        "SELECT observed_us, created_us, upvotes, comments, shares, views FROM observation"
        " WHERE platform = ?1 AND native_id = ?2 AND observed_us < ?3"
        " ORDER BY observed_us DESC LIMIT ?4");
    rows.bind(1, platform).bind(2, native_id).bind(3, before.micros).bind(4, std::int64_t{limit});
    std::vector<Observation> found;
    while (rows.step())
        found.push_back(read_observation(rows, platform, native_id));
    return found;
}

std::optional<Instant> Observations::first_seen(std::string_view platform,
                                                std::string_view native_id) {
    Statement row = database_.prepare("SELECT min(observed_us) FROM observation"
                                      " WHERE platform = ?1 AND native_id = ?2");
    row.bind(1, platform).bind(2, native_id);
    if (!row.step() || row.is_null(0))
        return std::nullopt;
    return Instant{row.integer(0)};
}

std::int64_t
Observations::count(std::string_view platform, std::string_view native_id, Instant up_to) {
    Statement row =
        database_.prepare("SELECT count(*) FROM observation"
                          " WHERE platform = ?1 AND native_id = ?2 AND observed_us <= ?3");
    row.bind(1, platform).bind(2, native_id).bind(3, up_to.micros);
    return row.step() ? row.integer(0) : 0;
}

void Observations::remember(const std::vector<Observation>& batch) {
    if (batch.empty())
        return;
    database_.transaction("observations", [&] {
        Statement row = database_.prepare(
            "INSERT INTO observation(platform, native_id, observed_us, created_us,"
            " upvotes, comments, shares, views) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
            " ON CONFLICT(platform, native_id, observed_us) DO NOTHING");
        for (const Observation& seen : batch) {
            row.bind(1, seen.platform)
                .bind(2, seen.native_id)
                .bind(3, seen.observed_at.micros)
                .bind(4, observed_micros(seen.created_at))
                .bind(5, seen.upvotes)
                .bind(6, seen.comments)
                .bind(7, seen.shares)
                .bind(8, seen.views);
            row.run();
        }
    });
}

} // namespace smos::store
