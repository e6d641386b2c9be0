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

/// None where nobody on the way up has set one, at the price of one small query.
std::vector<ProviderUse> provider_uses(Posting& posting, const WalletPath& path);

/// What a reservation's lines hold for each provider. Lines that say nothing hold nothing.
std::map<std::string, Micros> held_by_provider(std::string_view lines);

/// none_micros removes it.
void set_provider_limit(Posting& posting,
                        const WalletRow& wallet,
                        const std::string& provider,
                        Micros cap);

} // namespace smos::store
