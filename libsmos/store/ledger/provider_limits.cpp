// SPDX-License-Identifier: Apache-2.0
// What may be spent with one provider in a month.
#include "libsmos/store/ledger/provider_limits.hpp"

#include "libsmos/records/json_value.hpp"

#include <algorithm>

namespace smos::store {
namespace {

struct Open {
    std::string id;
    std::string lines;
};

/// Reservations of the wallet and of all below it that are open.
std::vector<Open> open_below(Database& database, const std::string& wallet) {
    Statement rows = database.prepare(
        "SELECT r.res_id, r.lines FROM reservation r JOIN wallet w ON w.wallet_id = r.wallet_id"
        " WHERE r.state = 'pending'"
        " AND (w.name = ?1 OR substr(w.name, 1, length(?1) + 1) = ?1 || '/')");
    rows.bind(1, wallet);
    std::vector<Open> found;
    while (rows.step())
        found.push_back({rows.text(0), rows.text(1)});
    return found;
}

/// What is left of the lines after the calls that were made.
Micros still_held(Database& database, const Open& open, const std::string& provider) {
    const std::map<std::string, Micros> held = held_by_provider(open.lines);
    const auto found = held.find(provider);
    if (found == held.end())
        return 0;
    Statement called = database.prepare("SELECT coalesce(sum(actual), 0) FROM spend"
                                        " WHERE res_id = ?1 AND provider = ?2");
    called.bind(1, open.id).bind(2, provider);
    const Micros spent = called.step() ? called.integer(0) : 0;
    return std::max<Micros>(found->second - spent, 0);
}

Micros spent_this_month(Database& database, const WalletRow& wallet, const std::string& provider) {
    Statement row = database.prepare("SELECT amount FROM provider_month"
                                     " WHERE wallet_id = ?1 AND provider = ?2 AND month = ?3");
    row.bind(1, wallet.wallet_id).bind(2, provider).bind(3, wallet.month);
    return row.step() ? row.integer(0) : 0;
}

} // namespace

std::map<std::string, Micros> held_by_provider(std::string_view lines) {
    std::map<std::string, Micros> held;
    const auto parsed = records::parse_json(lines, "reservation.lines");
    if (!parsed || !parsed->is_array())
        return held;
    for (const records::Json& line : *parsed) {
        if (!line.is_object() || !line.contains("provider") || !line["provider"].is_string() ||
            !line.contains("micros") || !line["micros"].is_number_integer())
            continue;
        Micros& sum = held[line["provider"].get<std::string>()];
        const auto more = add(sum, line["micros"].get<Micros>());
        sum = more ? *more : max_micros;
    }
    return held;
}

std::vector<ProviderUse> provider_uses(Posting& posting, const WalletPath& path) {
    Database& database = posting.database();
    std::vector<std::pair<const WalletRow*, ProviderUse>> uses;
    for (const WalletRow* wallet : path) {
        if (!wallet->limits_providers)
            continue;
        Statement rows = database.prepare("SELECT provider, month_cap FROM provider_limit WHERE "
                                          "wallet_id = ?1 ORDER BY provider");
        rows.bind(1, wallet->wallet_id);
        while (rows.step())
            uses.push_back({wallet, {wallet->name, rows.text(0), 0, 0, rows.integer(1)}});
    }
    std::vector<ProviderUse> found;
    for (auto& [wallet, use] : uses) {
        use.spent = use.used = spent_this_month(database, *wallet, use.provider);
        for (const Open& open : open_below(database, wallet->name))
            use.used += still_held(database, open, use.provider);
        found.push_back(use);
    }
    return found;
}

void set_provider_limit(Posting& posting,
                        const WalletRow& wallet,
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
    database
        .prepare("INSERT INTO provider_limit(wallet_id, provider, month_cap) VALUES(?1, ?2, ?3)"
                 " ON CONFLICT(wallet_id, provider) DO UPDATE SET month_cap = excluded.month_cap")
        .bind(1, wallet.wallet_id)
        .bind(2, provider)
        .bind(3, cap)
        .run();
}

} // namespace smos::store
