// SPDX-License-Identifier: Apache-2.0
// One wallet as it stands inside a transaction; for the ledger's own files only.
#pragma once

#include "libsmos/core/money.hpp"
#include "libsmos/store/ledger/ledger.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smos::store {

/// A row of the tree. Money (funded, spent, pending, owed) is this wallet's own purse; windows and
/// tree_pending count what it and everything below it reserved and spent. The windows are running
/// totals: seconds that leave the hour are subtracted once, so a full window costs what an empty
/// one does.
struct WalletRow {
    std::int64_t wallet_id = 0;
    std::int64_t chain_id = 0;
    std::string name;
    Micros funded = 0;
    Micros spent = 0;
    Micros pending = 0;
    Micros owed = 0;
    std::optional<Micros> hour_cap{};
    std::optional<Micros> day_cap{};
    std::optional<Micros> month_cap{};
    std::optional<std::int64_t> least_return_percent{};
    std::string state;         // open | tripped | closed
    std::int64_t last_sec = 0; // the latest second seen: a clock set back never reopens a window
    std::int64_t hour_from = 0;
    Micros hour_total = 0;
    std::int64_t day = 0;
    Micros day_total = 0;
    std::int64_t month = 0; // 12 * year + month - 1, in UTC
    Micros month_total = 0;
    Micros tree_pending = 0;
    bool limits_providers = false;

    Micros posted = 0;    // since the row was read; its second's usage row gets it
    bool changed = false; // to be written
    bool held = false;    // only pending and tree_pending are, by so much:
    Micros more_pending = 0;
    Micros more_tree_pending = 0;

    Micros available() const { return std::max<Micros>(funded - spent - pending, 0); }
    std::string purse() const { return "assets:wallet:" + name; }
    std::string reserved() const { return "assets:reserved:" + name; }
    std::string drawn() const { return "assets:drawn:" + name; }
    std::string payable() const { return "liabilities:payable:" + name; }
};

/// The wallet and every one above it, the deepest first: "a/b", "a".
std::vector<std::string_view> names_up(std::string_view name);

/// On the way up to the root, what is deeper comes first.
bool is_deeper(const WalletRow& one, const WalletRow& other);

/// Rows of the wallet and those above it, as far as they are there, in any order. The columns of a
/// wallet, then head_seq and head_hash of its chain.
Statement select_path(Database& database, std::string_view name);
inline constexpr int wallet_columns = 21;
WalletRow read_wallet(const Statement& row);

/// The same to look at, without writing: windows as they stand at `now`. Empty: no such wallet.
std::vector<WalletRow> read_path(Database& database, std::string_view name, Instant now);

/// From a wallet up to its root; empty: there is no such wallet.
using WalletPath = std::vector<WalletRow*>;

/// Moves the windows of a row up to `now`. What left the hour has been subtracted by the caller.
void roll_days(WalletRow& wallet, Instant now);

/// A limit that holds for a wallet, and how far it is used.
struct LimitUse {
    const WalletRow* wallet = nullptr; // where the limit is set
    Micros used = 0;
    Micros cap = 0;

    Micros left() const { return cap - used; }
};

/// The tightest of each kind on the way up; none: nobody set one. The root has `policy`'s hour and
/// day where it has none of its own.
struct LimitUses {
    std::optional<LimitUse> hour;
    std::optional<LimitUse> day;
    std::optional<LimitUse> month;
};
LimitUses limits_of(const WalletPath& path, const Policy& policy);

/// Who pays for what a wallet reserves: itself when it was ever funded, else the next one above it
/// that was, else itself.
WalletRow& purse_of(const WalletPath& path);

WalletBalance balance_of(const WalletPath& path, const Policy& policy);

} // namespace smos::store
