// SPDX-License-Identifier: Apache-2.0
// How a muse feels.
#include "libsmos/store/memory/moods.hpp"

#include "libsmos/core/utf8.hpp"

#include <fmt/format.h>

namespace smos::store {
namespace {

#define SMOS_MOOD_COLUMNS                                                                          \
    "valence_milli, arousal_milli, dominance_milli, thought, task_id, actor, at_us, state_version"

Mood read_mood(const Statement& row, int first) {
    Mood mood;
    mood.valence_milli = row.integer(first);
    mood.arousal_milli = row.integer(first + 1);
    mood.dominance_milli = row.integer(first + 2);
    mood.thought = row.optional_text(first + 3);
    mood.task_id = row.optional_text(first + 4);
    mood.actor = row.text(first + 5);
    mood.updated_at = Instant{row.integer(first + 6)};
    mood.state_version = row.integer(first + 7);
    return mood;
}

Result<void>
check_range(const char* name, std::optional<std::int64_t> milli, std::int64_t least_milli) {
    if (!milli || (*milli >= least_milli && *milli <= 1000))
        return {};
    return Error{"bad_mood", fmt::format("{} is {} to 1", name, least_milli / 1000), name};
}

Result<void> check(const MoodChange& change) {
    if (change.persona_id.empty())
        return Error{"bad_mood", "a mood without a muse"};
    SMOS_CHECK(check_range("valence", change.valence_milli, -1000));
    SMOS_CHECK(check_range("arousal", change.arousal_milli, 0));
    SMOS_CHECK(check_range("dominance", change.dominance_milli, 0));
    if (change.thought && code_points(*change.thought).size() > Moods::most_thought_code_points)
        return Error{
            "bad_mood",
            fmt::format("a thought is at most {} characters", Moods::most_thought_code_points),
            "thought"};
    return {};
}

void apply(const MoodChange& change, Mood& mood) {
    mood.valence_milli = change.valence_milli.value_or(mood.valence_milli);
    mood.arousal_milli = change.arousal_milli.value_or(mood.arousal_milli);
    mood.dominance_milli = change.dominance_milli.value_or(mood.dominance_milli);
    if (change.thought) {
        const std::string thought = one_line(*change.thought);
        mood.thought = thought.empty() ? std::nullopt : std::optional{thought};
        mood.task_id = change.task_id;
    }
    mood.actor = change.actor;
    ++mood.state_version;
}

} // namespace

Mood Moods::of(std::string_view tenant, std::string_view persona_id) {
    Statement row = database_.prepare("SELECT " SMOS_MOOD_COLUMNS
                                      " FROM mood WHERE tenant = ?1 AND persona_id = ?2");
    return row.bind(1, tenant).bind(2, persona_id).step() ? read_mood(row, 0) : Mood{};
}

std::vector<MoodOf> Moods::all() {
    Statement rows = database_.prepare("SELECT tenant, persona_id, " SMOS_MOOD_COLUMNS
                                       " FROM mood ORDER BY tenant, persona_id");
    std::vector<MoodOf> found;
    while (rows.step()) {
        std::string tenant = rows.text(0);
        std::string persona_id = rows.text(1);
        found.push_back({std::move(tenant), std::move(persona_id), read_mood(rows, 2)});
    }
    return found;
}

Result<Mood> Moods::change(const MoodChange& change) {
    SMOS_CHECK(check(change));
    return database_.transaction("mood", [&]() -> Result<Mood> {
        Mood mood = of(change.tenant, change.persona_id);
        if (change.if_version && *change.if_version != mood.state_version)
            return Error{"conflict",
                         fmt::format("the mood is in version {}, not {}",
                                     mood.state_version,
                                     *change.if_version),
                         change.persona_id,
                         "look at it again and decide anew",
                         true};
        apply(change, mood);
        mood.updated_at = database_.now();
        database_
            .prepare("INSERT INTO mood(tenant, persona_id, " SMOS_MOOD_COLUMNS
                     ") VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
                     " ON CONFLICT(tenant, persona_id) DO UPDATE SET"
                     " valence_milli = excluded.valence_milli,"
                     " arousal_milli = excluded.arousal_milli,"
                     " dominance_milli = excluded.dominance_milli, thought = excluded.thought,"
                     " task_id = excluded.task_id, actor = excluded.actor,"
                     " at_us = excluded.at_us, state_version = excluded.state_version")
            .bind(1, change.tenant)
            .bind(2, change.persona_id)
            .bind(3, mood.valence_milli)
            .bind(4, mood.arousal_milli)
            .bind(5, mood.dominance_milli)
            .bind(6, mood.thought)
            .bind(7, mood.task_id)
            .bind(8, mood.actor)
            .bind(9, mood.updated_at->micros)
            .bind(10, mood.state_version)
            .run();
        return mood;
    });
}

} // namespace smos::store
