// SPDX-License-Identifier: Apache-2.0
// What may be spent with one provider in a month.
#include "libsmos/store/ledger/provider_limits.hpp"

#include "libsmos/records/json_value.hpp"
#include "libsmos/store/ledger/verify.hpp"

#include <algorithm>

namespace smos::store {
namespace {

using ByProvider = std::map<std::string, Micros>;

/// What open reservations of the wallet and of all below it hold: linear in their number, so only
/// for what no total is kept of yet, and for checking.
ByProvider held_below(Database& database, const std::string& wallet) {
    std::vector<std::pair<std::string, std::string>> open;
    {
        Statement rows = database.prepare(
            "SELECT r.res_id, r.lines FROM reservation r JOIN wallet w ON w.wallet_id ="
            " r.wallet_id WHERE r.state = 'pending'"
            " AND (w.name = ?1 OR substr(w.name, 1, length(?1) + 1) = ?1 || '/')");
        rows.bind(1, wallet);
        while (rows.step())
            open.emplace_back(rows.text(0), rows.text(1));
    }
    ByProvider sums;
    for (const auto& [res_id, lines] : open)
        for (const auto& [provider, micros] : still_held(database, res_id, lines))
            sums[provider] += micros;
    return sums;
}

Micros spent_this_month(Posting& posting, const WalletRow& wallet, const std::string& provider) {
    Statement row =
        posting.database().prepare("SELECT amount FROM provider_month"
                                   " WHERE wallet_id = ?1 AND provider = ?2 AND month = ?3");
    row.bind(1, wallet.wallet_id).bind(2, provider).bind(3, wallet.month);
    return (row.step() ? row.integer(0) : 0) + posting.posted_with(wallet, provider);
}

struct Limit {
    std::string provider;
    Micros cap = 0;
    std::optional<Micros> held{};
};

std::vector<Limit> limits_of(Database& database, const WalletRow& wallet) {
    Statement rows = database.prepare("SELECT provider, month_cap, held FROM provider_limit"
                                      " WHERE wallet_id = ?1 ORDER BY provider");
    rows.bind(1, wallet.wallet_id);
    std::vector<Limit> limits;
    while (rows.step())
        limits.push_back({rows.text(0), rows.integer(1), rows.optional_integer(2)});
    return limits;
}

/// Begins the totals of limits that have none: those that were just set, or set before totals were
/// kept.
void begin_totals(Database& database, const WalletRow& wallet, std::vector<Limit>& limits) {
    const ByProvider sums = held_below(database, wallet.name);
    for (Limit& limit : limits) {
        if (limit.held)
            continue;
        const auto sum = sums.find(limit.provider);
        limit.held = sum == sums.end() ? 0 : sum->second;
        database
            .prepare("UPDATE provider_limit SET held = ?3 WHERE wallet_id = ?1 AND provider = ?2")
            .bind(1, wallet.wallet_id)
            .bind(2, limit.provider)
            .bind(3, limit.held)
            .run();
    }
}

} // namespace

std::map<std::string, Micros> held_by(const char* member, std::string_view lines) {
    std::map<std::string, Micros> held;
    const auto parsed = records::parse_json(lines, "reservation.lines");
    if (!parsed || !parsed->is_array())
        return held;
    for (const records::Json& line : *parsed) {
        if (!line.is_object() || !line.contains(member) || !line[member].is_string() ||
            !line.contains("micros") || !line["micros"].is_number_integer())
            continue;
        Micros& sum = held[line[member].get<std::string>()];
        const auto more = add(sum, line["micros"].get<Micros>());
        sum = more ? *more : max_micros;
    }
    return held;
}

std::map<std::string, Micros>
still_held(Database& database, const std::string& res_id, std::string_view lines) {
    ByProvider held = held_by("provider", lines);
    if (held.empty())
        return held;
    Statement called = database.prepare("SELECT provider, coalesce(sum(actual), 0) FROM spend"
                                        " WHERE res_id = ?1 AND actual > 0 GROUP BY provider");
    called.bind(1, res_id);
    while (called.step())
        if (const auto line = held.find(called.text(0)); line != held.end())
            line->second -= called.integer(1);
    for (auto& [provider, micros] : held)
        micros = std::max<Micros>(micros, 0);
    return held;
}

bool limits_providers(const WalletPath& path) {
    return std::any_of(
        path.begin(), path.end(), [](const WalletRow* wallet) { return wallet->limits_providers; });
}

std::map<std::string, Micros> still_held(Database& database, const std::string& res_id) {
    std::string lines;
    {
        Statement row = database.prepare("SELECT lines FROM reservation WHERE res_id = ?1");
        if (row.bind(1, res_id).step())
            lines = row.text(0);
    }
    return still_held(database, res_id, lines);
}

void hold_for_providers(Database& database,
                        const WalletPath& path,
                        const std::map<std::string, Micros>& before,
                        const std::map<std::string, Micros>& after) {
    ByProvider more = after;
    for (const auto& [provider, micros] : before)
        more[provider] -= micros;
    for (const WalletRow* wallet : path) {
        if (!wallet->limits_providers)
            continue;
        for (const auto& [provider, micros] : more)
            if (micros != 0)
                database
                    .prepare("UPDATE provider_limit SET held = held + ?3"
                             " WHERE wallet_id = ?1 AND provider = ?2")
                    .bind(1, wallet->wallet_id)
                    .bind(2, provider)
                    .bind(3, micros)
                    .run();
    }
}

std::vector<ProviderUse> provider_uses(Posting& posting, const WalletPath& path) {
    Database& database = posting.database();
    std::vector<ProviderUse> found;
    for (const WalletRow* wallet : path) {
        if (!wallet->limits_providers)
            continue;
        std::vector<Limit> limits = limits_of(database, *wallet);
        if (std::any_of(limits.begin(), limits.end(), [](const Limit& each) { return !each.held; }))
            begin_totals(database, *wallet, limits);
        for (Limit& limit : limits) {
            const Micros spent = spent_this_month(posting, *wallet, limit.provider);
            found.push_back(
                {wallet->name, std::move(limit.provider), spent, spent + *limit.held, limit.cap});
        }
    }
    return found;
}

void set_provider_limit(Posting& posting,
                        WalletRow& wallet,
                        const std::string& provider,
                        Micros cap) {
    Database& database = posting.database();
    if (cap == LimitRequest::none_micros) {
        database.prepare("DELETE FROM provider_limit WHERE wallet_id = ?1 AND provider = ?2")
            .bind(1, wallet.wallet_id)
            .bind(2, provider)
            .run();
        return;
    }
    wallet.limits_providers = true;
    database
        .prepare("INSERT INTO provider_limit(wallet_id, provider, month_cap) VALUES(?1, ?2, ?3)"
                 " ON CONFLICT(wallet_id, provider) DO UPDATE SET month_cap = excluded.month_cap")
        .bind(1, wallet.wallet_id)
        .bind(2, provider)
        .bind(3, cap)
        .run();
}

void audit_provider_totals(Database& database, Audit& audit) {
    struct Kept {
        std::string wallet;
        std::string provider;
        Micros held = 0;
    };
    std::vector<Kept> kept;
    {
        Statement rows = database.prepare(
            "SELECT w.name, l.provider, l.held FROM provider_limit l JOIN wallet w ON w.wallet_id"
            " = l.wallet_id WHERE l.held IS NOT NULL ORDER BY w.name, l.provider");
        while (rows.step())
            kept.push_back({rows.text(0), rows.text(1), rows.integer(2)});
    }
    std::map<std::string, ByProvider> sums;
    for (const Kept& each : kept) {
        const auto [place, fresh] = sums.try_emplace(each.wallet);
        if (fresh)
            place->second = held_below(database, each.wallet);
        if (place->second[each.provider] != each.held)
            audit.found("wrong_balance",
                        each.wallet,
                        0,
                        "what open reservations hold for " + each.provider +
                            " differs from their lines");
    }
}

} // namespace smos::store
