// SPDX-License-Identifier: Apache-2.0
// Units that are no money.
#include "libsmos/store/ledger/units.hpp"

#include "libsmos/core/money.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace smos::store {
namespace {

constexpr std::size_t name_bytes = 128;

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= name_bytes &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c != '\x7f'; });
}

Result<void> check(const UnitMove& move) {
    if (move.units <= 0 || move.units > max_micros)
        return Error{"invalid_cost",
                     fmt::format("{} units are not between 1 and 2^53", move.units),
                     move.wallet};
    for (const std::string* name : {&move.tenant, &move.wallet, &move.reference_id})
        if (!is_name(*name))
            return Error{"bad_name",
                         "tenant, wallet and reference are 1 to 128 printable ASCII characters",
                         move.wallet};
    return {};
}

struct Known {
    std::string wallet;
    std::int64_t delta = 0;
    std::int64_t balance = 0;
};

std::optional<Known> find_move(Database& database, const UnitMove& move) {
    Statement row = database.prepare("SELECT wallet, delta, balance FROM unit_move"
                                     " WHERE tenant = ?1 AND reference_id = ?2");
    if (!row.bind(1, move.tenant).bind(2, move.reference_id).step())
        return std::nullopt;
    return Known{row.text(0), row.integer(1), row.integer(2)};
}

void write(Database& database,
           const UnitMove& move,
           std::int64_t delta,
           std::int64_t balance,
           Instant now) {
    database
        .prepare("INSERT INTO unit_wallet(tenant, wallet, balance) VALUES(?1, ?2, ?3)"
                 " ON CONFLICT(tenant, wallet) DO UPDATE SET balance = excluded.balance")
        .bind(1, move.tenant)
        .bind(2, move.wallet)
        .bind(3, balance)
        .run();
    database
        .prepare("INSERT INTO unit_move(tenant, wallet, reference_id, delta, reason, actor, at_us,"
                 " balance) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")
        .bind(1, move.tenant)
        .bind(2, move.wallet)
        .bind(3, move.reference_id)
        .bind(4, delta)
        .bind(5, move.reason)
        .bind(6, move.actor)
        .bind(7, now.micros)
        .bind(8, balance)
        .run();
}

} // namespace

UnitWallets::UnitWallets(Database& database, std::function<Instant()> clock)
    : database_(database),
      clock_(std::move(clock)) {}

std::optional<std::int64_t> UnitWallets::balance(std::string_view tenant, std::string_view wallet) {
    Statement row =
        database_.prepare("SELECT balance FROM unit_wallet WHERE tenant = ?1 AND wallet = ?2");
    if (!row.bind(1, tenant).bind(2, wallet).step())
        return std::nullopt;
    return row.integer(0);
}

Result<UnitBalance> UnitWallets::credit(const UnitMove& move) { return book(move, move.units); }

Result<UnitBalance> UnitWallets::charge(const UnitMove& move) { return book(move, -move.units); }

Result<UnitBalance> UnitWallets::book(const UnitMove& move, std::int64_t delta) {
    SMOS_CHECK(check(move));
    return database_.transaction("units", [&]() -> Result<UnitBalance> {
        if (const auto known = find_move(database_, move)) {
            if (known->wallet != move.wallet || known->delta != delta)
                return Error{"reference_reused",
                             fmt::format("the reference {} already moved {} units of {}",
                                         move.reference_id,
                                         known->delta,
                                         known->wallet),
                             move.wallet,
                             "a reference names one request"};
            return UnitBalance{known->balance, false};
        }
        const auto held = balance(move.tenant, move.wallet);
        if (!held && delta < 0)
            return Error{
                "wallet_not_found", "no such wallet of units", move.wallet, "credit it first"};
        const std::int64_t left = held.value_or(0) + delta;
        if (left < 0)
            return Error{"insufficient_units",
                         fmt::format("{} units are asked and {} are there", -delta, *held),
                         move.wallet};
        if (left > max_micros)
            return Error{"invalid_cost", "more than 2^53 units in one wallet", move.wallet};
        write(database_, move, delta, left, clock_ ? clock_() : database_.now());
        return UnitBalance{left, true};
    });
}

} // namespace smos::store
