// SPDX-License-Identifier: Apache-2.0
// The wallet row and its rolling windows; for ledger*.cpp and spend.cpp only.
#pragma once

#include "libsmos/store/ledger/chain.hpp"
#include "libsmos/store/ledger/ledger.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

namespace smos::store {

/// One wallet inside a transaction. The sums of the last hour and the day are running totals:
/// seconds that leave the window are subtracted once, so a full window costs what an empty one
/// does.
struct WalletRow {
    std::int64_t wallet_id = 0;
    std::string name;
    Micros funded = 0;
    Micros spent = 0;
    Micros pending = 0;
    Micros owed = 0;
    std::optional<Micros> hour_cap{};
    std::optional<Micros> day_cap{};
    std::string state;
    std::int64_t last_sec = 0; // the latest second seen: a clock set back never reopens a window
    std::int64_t hour_from = 0;
    Micros hour_total = 0;
    std::int64_t day = 0;
    Micros day_total = 0;

    Micros available() const { return std::max<Micros>(funded - spent - pending, 0); }
    std::string purse() const { return "assets:wallet:" + name; }
    std::string reserved() const { return "assets:reserved:" + name; }
    std::string drawn() const { return "assets:drawn:" + name; }
    std::string payable() const { return "liabilities:payable:" + name; }
};

std::optional<WalletRow> find_wallet(Database& database, std::string_view name);
WalletRow wallet_of_id(Database& database, std::int64_t wallet_id);
/// Moves the windows up to `now`: writes to usage, so inside a transaction only.
void roll_windows(Database& database, WalletRow& wallet, Instant now);
/// Books `amount` as spent now, in the row and its windows.
void post_usage(Database& database, WalletRow& wallet, Micros amount);
void save_wallet(Database& database, const WalletRow& wallet);
WalletBalance balance_of(const WalletRow& wallet, const Policy& policy);

} // namespace smos::store
