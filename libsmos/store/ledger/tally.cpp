// SPDX-License-Identifier: Apache-2.0
// Sums of entries by wallet and by reservation, while they pass.
#include "libsmos/store/ledger/tally.hpp"

#include <algorithm>
#include <cstring>

namespace smos::store {
namespace {

constexpr std::size_t first_slots = 1024;

constexpr std::array<std::int8_t, 256> hex_values() {
    std::array<std::int8_t, 256> values{};
    for (std::int8_t& value : values)
        value = -1;
    for (std::int8_t digit = 0; digit < 10; ++digit)
        values[static_cast<std::size_t>('0' + digit)] = digit;
    for (std::int8_t digit = 0; digit < 6; ++digit)
        values[static_cast<std::size_t>('a' + digit)] = static_cast<std::int8_t>(10 + digit);
    return values;
}

constexpr std::array<std::int8_t, 256> values_of_hex = hex_values();

/// The 16 bytes of a UUID in lower case; false for any other text.
bool uuid_key(std::string_view text, std::array<std::uint64_t, 2>& key) {
    if (text.size() != 36)
        return false;
    std::int8_t wrong = 0;
    std::size_t digits = 0;
    for (std::size_t i = 0; i < 36; ++i) {
        if (i == 8 || i == 13 || i == 18 || i == 23)
            continue;
        const std::int8_t value = values_of_hex[static_cast<std::uint8_t>(text[i])];
        wrong = static_cast<std::int8_t>(wrong | value);
        std::uint64_t& half = key[digits++ / 16];
        half = half << 4U | (static_cast<std::uint64_t>(value) & 0xfU);
    }
    return wrong >= 0;
}

/// The sign with which an account's name counts for what a wallet holds back.
bool is_held(std::string_view account) {
    return account.starts_with("assets:reserved:") || account.starts_with("assets:drawn:");
}

/// Wraps around: what stands in a tampered row must not be a bug of ours.
void plus(Micros& sum, Micros amount) {
    sum = static_cast<Micros>(static_cast<std::uint64_t>(sum) + static_cast<std::uint64_t>(amount));
}

Micros negative(Micros amount) {
    return static_cast<Micros>(std::uint64_t{0} - static_cast<std::uint64_t>(amount));
}

/// `amount` enters the account; a negative one leaves it.
void count_account(std::string_view account, Micros amount, WalletTally& wallet) {
    switch (account.empty() ? '\0' : account.front()) {
    case 'a':
        plus(wallet.pending, is_held(account) ? amount : 0);
        break;
    case 'e':
        if (account.starts_with("expenses:"))
            plus(wallet.spent, amount);
        else if (account.starts_with("equity:"))
            plus(wallet.funded, negative(amount));
        break;
    case 'l':
        plus(wallet.owed, account.starts_with("liabilities:") ? negative(amount) : 0);
        break;
    default:
        break;
    }
}

} // namespace

std::uint64_t print_of(std::string_view digest) {
    std::uint64_t print = 0;
    if (digest.size() >= sizeof print)
        std::memcpy(&print, digest.data(), sizeof print);
    return print;
}

std::array<std::uint64_t, 2> ReservationTallies::key_of(std::string_view res_id) {
    std::array<std::uint64_t, 2> key{};
    if (!uuid_key(res_id, key)) {
        const Digest digest = sha256(res_id);
        std::memcpy(key.data(), digest.data(), sizeof key);
    }
    return key;
}

ReservationTallies::ReservationTallies() : slots_(first_slots) {}

ReservationTally& ReservationTallies::at(const std::array<std::uint64_t, 2>& key) {
    constexpr std::array<std::uint64_t, 2> free{};
    for (std::size_t place = place_of(key);; place = (place + 1) & (slots_.size() - 1)) {
        ReservationTally& slot = slots_[place];
        if (slot.key == key)
            return slot;
        if (slot.key != free)
            continue;
        if (2 * used_ >= slots_.size()) {
            grow();
            return at(key);
        }
        ++used_;
        slot.key = key;
        return slot;
    }
}

std::int64_t ReservationTallies::lost() const {
    return std::count_if(slots_.begin(), slots_.end(), [](const ReservationTally& slot) {
        return slot.openings > 0 && !slot.has_row;
    });
}

void ReservationTallies::grow() {
    std::vector<ReservationTally> old(2 * slots_.size());
    old.swap(slots_);
    used_ = 0;
    for (const ReservationTally& slot : old) {
        if (slot.key != std::array<std::uint64_t, 2>{})
            at(slot.key) = slot;
    }
}

void count_entry(const EntryView& entry, WalletTally& wallet) {
    count_account(entry.debit, entry.amount, wallet);
    count_account(entry.credit, negative(entry.amount), wallet);
}

void count_entry(const EntryView& entry, ReservationTally& reservation) {
    if (entry.kind == "reserve") {
        plus(reservation.amount, entry.amount);
        ++reservation.openings;
        reservation.meta_print = print_of(entry.meta_hash);
    } else if (entry.kind == "settle" || entry.kind == "release" || entry.kind == "expire") {
        ++reservation.closings;
    } else {
        if (entry.debit.starts_with("expenses:"))
            plus(reservation.spent, entry.amount);
        if (entry.credit.starts_with("expenses:"))
            plus(reservation.spent, negative(entry.amount));
    }
}

} // namespace smos::store
