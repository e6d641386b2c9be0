// SPDX-License-Identifier: Apache-2.0
// The wallet row and its rolling windows.
#include "libsmos/store/ledger/wallet_book.hpp"

#include <algorithm>

namespace smos::store {
namespace {

constexpr std::int64_t hour_seconds = 3600;
constexpr std::int64_t day_seconds = 86'400;

WalletRow read_wallet(const Statement& row) {
    WalletRow wallet;
    wallet.wallet_id = row.integer(0);
    wallet.name = row.text(1);
    wallet.funded = row.integer(2);
    wallet.spent = row.integer(3);
    wallet.pending = row.integer(4);
    wallet.owed = row.integer(5);
    wallet.hour_cap = row.optional_integer(6);
    wallet.day_cap = row.optional_integer(7);
    wallet.state = row.text(8);
    wallet.last_sec = row.integer(9);
    wallet.hour_from = row.integer(10);
    wallet.hour_total = row.integer(11);
    wallet.day = row.integer(12);
    wallet.day_total = row.integer(13);
    return wallet;
}

// By its number, or by its name where the number is null.
constexpr std::string_view select_wallet =
    "SELECT wallet_id, name, funded, spent, pending, owed, hour_cap, day_cap, state, last_sec,"
    " hour_from, hour_total, day, day_total FROM wallet"
    " WHERE wallet_id = coalesce(?1, (SELECT wallet_id FROM wallet WHERE name = ?2))";

} // namespace

std::optional<WalletRow> find_wallet(Database& database, std::string_view name) {
    Statement row = database.prepare(select_wallet);
    if (!row.bind(2, name).step())
        return std::nullopt;
    return read_wallet(row);
}

WalletRow wallet_of_id(Database& database, std::int64_t wallet_id) {
    Statement row = database.prepare(select_wallet);
    SMOS_EXPECT(row.bind(1, wallet_id).step());
    return read_wallet(row);
}

void roll_windows(Database& database, WalletRow& wallet, Instant now) {
    wallet.last_sec = std::max(wallet.last_sec, now.micros / 1'000'000);
    // The second at the edge still counts: the window is never shorter than an hour.
    const std::int64_t from = wallet.last_sec - hour_seconds;
    if (from > wallet.hour_from) {
        Statement gone = database.prepare(
            "DELETE FROM usage WHERE wallet_id = ?1 AND sec < ?2 RETURNING amount");
        gone.bind(1, wallet.wallet_id).bind(2, from);
        while (gone.step())
            wallet.hour_total -= gone.integer(0);
        wallet.hour_from = from;
    }
    const std::int64_t day = wallet.last_sec / day_seconds;
    if (day > wallet.day) {
        wallet.day = day;
        wallet.day_total = 0;
    }
}

void post_usage(Database& database, WalletRow& wallet, Micros amount) {
    wallet.spent += amount;
    if (amount == 0)
        return;
    wallet.hour_total += amount;
    wallet.day_total += amount;
    database
        .prepare(
            "INSERT INTO usage(wallet_id, sec, amount) VALUES(?1, ?2, ?3)"
            " ON CONFLICT(wallet_id, sec) DO UPDATE SET amount = usage.amount + excluded.amount")
        .bind(1, wallet.wallet_id)
        .bind(2, wallet.last_sec)
        .bind(3, amount)
        .run();
}

void save_wallet(Database& database, const WalletRow& wallet) {
    database
        .prepare("UPDATE wallet SET funded = ?2, spent = ?3, pending = ?4, owed = ?5,"
                 " last_sec = ?6, hour_from = ?7, hour_total = ?8, day = ?9, day_total = ?10,"
                 " version = version + 1 WHERE wallet_id = ?1")
        .bind(1, wallet.wallet_id)
        .bind(2, wallet.funded)
        .bind(3, wallet.spent)
        .bind(4, wallet.pending)
        .bind(5, wallet.owed)
        .bind(6, wallet.last_sec)
        .bind(7, wallet.hour_from)
        .bind(8, wallet.hour_total)
        .bind(9, wallet.day)
        .bind(10, wallet.day_total)
        .run();
}

WalletBalance balance_of(const WalletRow& wallet, const Policy& policy) {
    WalletBalance balance;
    balance.name = wallet.name;
    balance.funded_micros = wallet.funded;
    balance.spent_micros = wallet.spent;
    balance.reserved_micros = wallet.pending;
    balance.owed_micros = wallet.owed;
    balance.available_micros = wallet.available();
    balance.hour_used_micros = wallet.hour_total + wallet.pending;
    balance.hour_cap_micros = wallet.hour_cap.value_or(policy.hour_cap_micros);
    balance.day_used_micros = wallet.day_total + wallet.pending;
    balance.day_budget_micros = wallet.day_cap.value_or(policy.day_budget_micros);
    balance.state = wallet.state;
    return balance;
}

} // namespace smos::store
