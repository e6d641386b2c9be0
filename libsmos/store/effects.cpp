// SPDX-License-Identifier: Apache-2.0
// What was sent into the world: one row per effect, written before its first byte leaves.
#include "libsmos/store/effects.hpp"

#include "libsmos/core/hash.hpp"
#include "libsmos/store/owner.hpp"
#include "libsmos/store/queue/fence.hpp"

#include <fmt/format.h>

#include <array>

namespace smos::store {
namespace {

constexpr std::array<std::string_view, 7> effect_state_names{
    "pending", "in_flight", "unknown", "published", "rejected", "dead", "cancelled"};

EffectState effect_state_of(std::string_view name) {
    for (std::size_t i = 0; i < effect_state_names.size(); ++i) {
        if (effect_state_names[i] == name)
            return static_cast<EffectState>(i);
    }
    return EffectState::unknown;
}

std::optional<Instant> effect_instant(const Statement& row, int column) {
    const auto micros = row.optional_integer(column);
    return micros ? std::optional<Instant>{Instant{*micros}} : std::nullopt;
}

struct StoredEffect {
    Effect effect;
    std::string owner;
};

std::optional<StoredEffect> find_effect(Database& database,
                                        std::string_view channel,
                                        std::string_view account,
                                        std::string_view idem_key) {
    Statement row = database.prepare(
        "SELECT effect_id, content_hash, state, attempt, res_id, external_id, url, receipt,"
        " first_sent_us, finished_us, owner FROM effect"
        " WHERE channel = ?1 AND account = ?2 AND idem_key = ?3");
    row.bind(1, channel).bind(2, account).bind(3, idem_key);
    if (!row.step())
        return std::nullopt;
    StoredEffect found;
    Effect& effect = found.effect;
    effect.effect_id = row.text(0);
    effect.channel = channel;
    effect.account = account;
    effect.idem_key = idem_key;
    effect.content_hash = row.text(1);
    effect.state = effect_state_of(row.text(2));
    effect.attempt = row.integer(3);
    effect.reservation_id = row.optional_text(4);
    effect.external_id = row.optional_text(5);
    effect.url = row.optional_text(6);
    effect.receipt = row.optional_text(7);
    effect.first_sent_at = effect_instant(row, 8);
    effect.finished_at = effect_instant(row, 9);
    found.owner = row.text(10);
    return found;
}

void insert_effect(Database& database, const Effect& effect) {
    database
        .prepare("INSERT INTO effect(effect_id, channel, account, idem_key, content_hash, res_id)"
                 " VALUES(?1, ?2, ?3, ?4, ?5, ?6)")
        .bind(1, effect.effect_id)
        .bind(2, effect.channel)
        .bind(3, effect.account)
        .bind(4, effect.idem_key)
        .bind(5, effect.content_hash)
        .bind(6, effect.reservation_id)
        .run();
}

void set_effect_state(Database& database, std::string_view effect_id, EffectState state) {
    database.prepare("UPDATE effect SET state = ?2 WHERE effect_id = ?1")
        .bind(1, effect_id)
        .bind(2, name_of(state))
        .run();
}

void set_effect_in_flight(Database& database, Effect& effect, Instant now) {
    database
        .prepare("UPDATE effect SET state = 'in_flight', attempt = attempt + 1, owner = ?2,"
                 " first_sent_us = coalesce(first_sent_us, ?3) WHERE effect_id = ?1")
        .bind(1, effect.effect_id)
        .bind(2, this_process())
        .bind(3, now.micros)
        .run();
    effect.state = EffectState::in_flight;
    effect.attempt += 1;
    effect.first_sent_at = effect.first_sent_at.value_or(now);
}

std::string effect_place(const Effect& effect) {
    return fmt::format("{}:{} {}", effect.channel, effect.account, effect.idem_key);
}

} // namespace

std::string_view name_of(EffectState state) {
    return effect_state_names[static_cast<std::size_t>(state)];
}

std::string
effect_id_of(std::string_view channel, std::string_view account, std::string_view idem_key) {
    return name_uuid({"effect", channel, account, idem_key});
}

std::optional<Effect>
Effects::lookup(std::string_view channel, std::string_view account, std::string_view idem_key) {
    auto found = find_effect(database_, channel, account, idem_key);
    return found ? std::optional<Effect>{std::move(found->effect)} : std::nullopt;
}

Result<Effect> Effects::begin(const Effect& effect, Instant now) {
    return database_.transaction("effects", [&]() -> Result<Effect> {
        SMOS_CHECK(check_lease(database_, lease_, effect.idem_key));
        auto stored = find_effect(database_, effect.channel, effect.account, effect.idem_key);
        if (!stored) {
            insert_effect(database_, effect);
            stored = find_effect(database_, effect.channel, effect.account, effect.idem_key);
        }
        Effect& known = stored->effect;
        if (known.content_hash != effect.content_hash && known.state != EffectState::pending) {
            return Error{"content_differs",
                         "this effect was begun with other content",
                         effect_place(known),
                         "a production is published once; make a new one for new content"};
        }
        if (known.state == EffectState::in_flight) {
            const Instant since = known.first_sent_at.value_or(now);
            if (may_be_alive(stored->owner, since, now) && stored->owner != this_process())
                return Error{
                    "in_flight", "another process is sending it", effect_place(known), {}, true};
            set_effect_state(database_, known.effect_id, EffectState::unknown);
            known.state = EffectState::unknown;
        } else if (known.state == EffectState::pending) {
            database_.prepare("UPDATE effect SET content_hash = ?2 WHERE effect_id = ?1")
                .bind(1, known.effect_id)
                .bind(2, effect.content_hash)
                .run();
            known.content_hash = effect.content_hash;
            set_effect_in_flight(database_, known, now);
        }
        return known;
    });
}

Result<void> Effects::finish(std::string_view effect_id,
                             std::string_view external_id,
                             const std::optional<std::string>& url,
                             std::string_view receipt,
                             Instant now) {
    return database_.transaction("effects", [&]() -> Result<void> {
        {
            Statement taken = database_.prepare(
                "SELECT 1 FROM effect AS mine JOIN effect AS other"
                " ON other.channel = mine.channel AND other.account = mine.account"
                " WHERE mine.effect_id = ?1 AND other.external_id = ?2"
                " AND other.effect_id <> mine.effect_id");
            if (taken.bind(1, effect_id).bind(2, external_id).step())
                return Error{"external_id_taken",
                             fmt::format("the channel gave {} to another effect", external_id),
                             std::string{effect_id},
                             {}};
        }
        database_
            .prepare("UPDATE effect SET state = 'published', external_id = ?2, url = ?3,"
                     " receipt = ?4, finished_us = ?5"
                     " WHERE effect_id = ?1 AND state <> 'published'")
            .bind(1, effect_id)
            .bind(2, external_id)
            .bind(3, url)
            .bind(4, receipt)
            .bind(5, now.micros)
            .run();
        Statement known = database_.prepare("SELECT 1 FROM effect WHERE effect_id = ?1");
        if (!known.bind(1, effect_id).step())
            return Error{"no_such_effect", "no effect of that name", std::string{effect_id}, {}};
        return {};
    });
}

Result<void> Effects::mark(std::string_view effect_id, EffectState state) {
    SMOS_EXPECT(state != EffectState::published);
    return database_.transaction("effects", [&]() -> Result<void> {
        Statement known = database_.prepare("SELECT state FROM effect WHERE effect_id = ?1");
        if (!known.bind(1, effect_id).step())
            return Error{"no_such_effect", "no effect of that name", std::string{effect_id}, {}};
        if (known.text(0) != "published")
            set_effect_state(database_, effect_id, state);
        return {};
    });
}

} // namespace smos::store
