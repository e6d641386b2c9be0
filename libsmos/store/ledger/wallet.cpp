// SPDX-License-Identifier: Apache-2.0
// Wallets: their windows, and the limits on the way up to the root.
#include "libsmos/store/ledger/wallet.hpp"

#include <fmt/format.h>

#include <chrono>

namespace smos::store {
namespace {

constexpr std::int64_t hour_seconds = 3600;
constexpr std::int64_t day_seconds = 86'400;
constexpr std::size_t most_segments = 4;

std::int64_t month_of_day(std::int64_t day) {
    using namespace std::chrono;
    const year_month_day date{sys_days{days{day}}};
    return std::int64_t{static_cast<int>(date.year())} * 12 + static_cast<unsigned>(date.month()) -
           1;
}

void keep_tightest(std::optional<LimitUse>& kept, const LimitUse& other) {
    if (!kept || other.left() < kept->left())
        kept = other;
}

std::string deepest_state(const WalletPath& path) {
    for (const WalletRow* wallet : path)
        if (wallet->state != "open")
            return wallet->state;
    return "open";
}

} // namespace

bool is_deeper(const WalletRow& one, const WalletRow& other) {
    return one.name.size() > other.name.size();
}

std::vector<std::string_view> names_up(std::string_view name) {
    std::vector<std::string_view> names{name};
    for (std::size_t slash; (slash = name.rfind('/')) != std::string_view::npos;)
        names.push_back(name = name.substr(0, slash));
    return names;
}

Statement select_path(Database& database, std::string_view name) {
    // One arm for each name: a list of names would be sorted into a table of its own.
    static const std::string sql = [] {
        std::string arms;
        for (std::size_t i = 1; i <= most_segments; ++i)
            arms += fmt::format(
                "{}SELECT w.wallet_id, w.chain_id, w.name, w.funded, w.spent, w.pending, w.owed,"
                " w.hour_cap, w.day_cap, w.month_cap, w.state, w.last_sec, w.hour_from,"
                " w.hour_total, w.day, w.day_total, w.month, w.month_total, w.tree_pending,"
                " w.least_return, CASE WHEN EXISTS(SELECT 1 FROM provider_limit l"
                " WHERE l.wallet_id = w.wallet_id) THEN 1 ELSE 0 END, c.head_seq, c.head_hash"
                " FROM wallet w JOIN chain c ON c.chain_id = w.chain_id WHERE w.name = ?{}",
                i == 1 ? "" : " UNION ALL ",
                i);
        return arms;
    }();
    Statement rows = database.prepare(sql);
    const std::vector<std::string_view> names = names_up(name);
    for (std::size_t i = 0; i < std::min(names.size(), most_segments); ++i)
        rows.bind(static_cast<int>(i) + 1, names[i]);
    return rows;
}

WalletRow read_wallet(const Statement& row) {
    WalletRow wallet;
    wallet.wallet_id = row.integer(0);
    wallet.chain_id = row.integer(1);
    wallet.name = row.text(2);
    wallet.funded = row.integer(3);
    wallet.spent = row.integer(4);
    wallet.pending = row.integer(5);
    wallet.owed = row.integer(6);
    wallet.hour_cap = row.optional_integer(7);
    wallet.day_cap = row.optional_integer(8);
    wallet.month_cap = row.optional_integer(9);
    wallet.state = row.text(10);
    wallet.last_sec = row.integer(11);
    wallet.hour_from = row.integer(12);
    wallet.hour_total = row.integer(13);
    wallet.day = row.integer(14);
    wallet.day_total = row.integer(15);
    wallet.month = row.integer(16);
    wallet.month_total = row.integer(17);
    wallet.tree_pending = row.integer(18);
    wallet.least_return_percent = row.optional_integer(19);
    wallet.limits_providers = row.integer(20) != 0;
    return wallet;
}

std::vector<WalletRow> read_path(Database& database, std::string_view name, Instant now) {
    std::vector<WalletRow> found;
    {
        Statement rows = select_path(database, name);
        while (rows.step())
            found.push_back(read_wallet(rows));
    }
    std::sort(found.begin(), found.end(), is_deeper);
    if (!found.empty() && found.front().name != name)
        found.clear();
    for (WalletRow& wallet : found) {
        roll_days(wallet, now);
        Statement gone = database.prepare("SELECT coalesce(sum(amount), 0) FROM usage"
                                          " WHERE wallet_id = ?1 AND sec < ?2");
        gone.bind(1, wallet.wallet_id).bind(2, wallet.last_sec - hour_seconds);
        wallet.hour_total -= gone.step() ? gone.integer(0) : 0;
    }
    return found;
}

void roll_days(WalletRow& wallet, Instant now) {
    wallet.last_sec = std::max(wallet.last_sec, now.micros / 1'000'000);
    const std::int64_t day = wallet.last_sec / day_seconds;
    if (day > wallet.day) {
        wallet.day = day;
        wallet.day_total = 0;
    }
    if (const std::int64_t month = month_of_day(day); month > wallet.month) {
        wallet.month = month;
        wallet.month_total = 0;
    }
}

LimitUses limits_of(const WalletPath& path, const Policy& policy) {
    LimitUses uses;
    for (const WalletRow* wallet : path) {
        const bool root = wallet == path.back();
        const Micros open = wallet->tree_pending;
        if (wallet->hour_cap || root)
            keep_tightest(uses.hour,
                          {wallet,
                           wallet->hour_total + open,
                           wallet->hour_cap.value_or(policy.hour_cap_micros)});
        if (wallet->day_cap || root)
            keep_tightest(uses.day,
                          {wallet,
                           wallet->day_total + open,
                           wallet->day_cap.value_or(policy.day_budget_micros)});
        if (wallet->month_cap)
            keep_tightest(uses.month, {wallet, wallet->month_total + open, *wallet->month_cap});
    }
    return uses;
}

WalletRow& purse_of(const WalletPath& path) {
    const auto funded = std::find_if(
        path.begin(), path.end(), [](const WalletRow* wallet) { return wallet->funded > 0; });
    return **(funded == path.end() ? path.begin() : funded);
}

WalletBalance balance_of(const WalletPath& path, const Policy& policy) {
    const WalletRow& wallet = *path.front();
    const WalletRow& purse = purse_of(path);
    const LimitUses uses = limits_of(path, policy);
    WalletBalance balance;
    balance.name = wallet.name;
    balance.purse = purse.name;
    balance.funded_micros = wallet.funded;
    balance.spent_micros = wallet.spent;
    balance.reserved_micros = wallet.pending;
    balance.owed_micros = wallet.owed;
    balance.available_micros = purse.available();
    balance.hour_used_micros = uses.hour->used;
    balance.hour_cap_micros = uses.hour->cap;
    balance.hour_cap_of = uses.hour->wallet->name;
    balance.day_used_micros = uses.day->used;
    balance.day_budget_micros = uses.day->cap;
    balance.day_budget_of = uses.day->wallet->name;
    if (uses.month) {
        balance.month_used_micros = uses.month->used;
        balance.month_budget_micros = uses.month->cap;
    }
    balance.state = deepest_state(path);
    return balance;
}

} // namespace smos::store
