// SPDX-License-Identifier: Apache-2.0
// What may be spent with one provider in a month; for the ledger's own files only.
#pragma once

#include "libsmos/store/ledger/posting.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace smos::store {

/// A limit on the way up, and how far it is used.
struct ProviderUse {
    std::string wallet; // where it is set
    std::string provider;
    Micros spent = 0; // this month
    Micros used = 0;  // that, and what open reservations below still hold for it
    Micros cap = 0;
};

/// None where nobody on the way up has set one. What is held is a running total beside the limit:
/// the same price with no and with many open reservations.
std::vector<ProviderUse> provider_uses(Posting& posting, const WalletPath& path);

/// What a reservation's lines hold, by what they say of `member` (provider, capability). Lines that
/// say nothing hold nothing.
std::map<std::string, Micros> held_by(const char* member, std::string_view lines);
/// The same of an open reservation, less what its calls cost with each.
std::map<std::string, Micros>
still_held(Database& database, const std::string& res_id, std::string_view lines);
std::map<std::string, Micros> still_held(Database& database, const std::string& res_id);

/// Whether anything on the way up counts what is held for providers.
bool limits_providers(const WalletPath& path);
/// A reservation held `before` and holds `after` now: the totals on the way up follow.
void hold_for_providers(Database& database,
                        const WalletPath& path,
                        const std::map<std::string, Micros>& before,
                        const std::map<std::string, Micros>& after);

struct Audit;
/// Every total against the open reservations; inside a snapshot. Finding: wrong_balance.
void audit_provider_totals(Database& database, Audit& audit);

/// none_micros removes it.
void set_provider_limit(Posting& posting,
                        WalletRow& wallet,
                        const std::string& provider,
                        Micros cap);

} // namespace smos::store
