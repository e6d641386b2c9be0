// SPDX-License-Identifier: Apache-2.0
// Sums of entries by wallet and by reservation, while they pass.
#include "libsmos/store/ledger/tally.hpp"

#include "libsmos/core/hash.hpp"

#include <algorithm>
#include <cstring>

namespace smos::store {
namespace {

constexpr std::size_t first_slots = 1024;

std::uint64_t mixed(std::uint64_t a, std::uint64_t b) {
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

std::uint64_t word_at(const char* at) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, sizeof word);
    return word;
}

/// The length is known when this is compiled, so that the comparison is a few instructions.
template <std::size_t size>
bool begins(std::string_view text, const char (&word)[size]) {
    return text.size() >= size - 1 && std::memcmp(text.data(), word, size - 1) == 0;
}

template <std::size_t size>
bool is(std::string_view text, const char (&word)[size]) {
    return text.size() == size - 1 && begins(text, word);
}

/// In two comparisons; the library would call one for bytes.
bool same_key(const std::array<std::uint64_t, 2>& one, const std::array<std::uint64_t, 2>& other) {
    return ((one[0] ^ other[0]) | (one[1] ^ other[1])) == 0;
}

/// Wraps around: what stands in a tampered row must not be a bug of ours.
void plus(Micros& sum, Micros amount) {
    sum = static_cast<Micros>(static_cast<std::uint64_t>(sum) + static_cast<std::uint64_t>(amount));
}

Micros negative(Micros amount) {
    return static_cast<Micros>(std::uint64_t{0} - static_cast<std::uint64_t>(amount));
}

} // namespace

Micros WalletTally::spent() const {
    Micros sum = funded;
    plus(sum, owed);
    plus(sum, negative(held));
    plus(sum, negative(purse));
    return sum;
}

WalletTallies::WalletTallies(Database& database) {
    Statement rows = database.prepare("SELECT wallet_id, name FROM wallet");
    while (rows.step()) {
        WalletTally& wallet = wallets_[rows.integer(0)];
        wallet.name = rows.text(1);
        names_[wallet.name] = &wallet;
    }
}

WalletTally& WalletTallies::at(std::int64_t wallet_id) {
    if (wallet_id != last_id_) {
        last_ = &wallets_[wallet_id];
        last_id_ = wallet_id;
    }
    return *last_;
}

WalletTally& WalletTallies::named(std::string_view name) {
    if (last_named_->name == name) // most entries move money of the same purse
        return *last_named_;
    const auto found = names_.find(name);
    last_named_ = found == names_.end() ? &nobody_ : found->second;
    return *last_named_;
}

/// `amount` enters the account; a negative one leaves it.
void WalletTallies::move(std::string_view account, Micros amount) {
    constexpr std::string_view purse = "assets:wallet:", reserved = "assets:reserved:",
                               drawn = "assets:drawn:", payable = "liabilities:payable:";
    if (begins(account, "assets:wallet:"))
        plus(named(account.substr(purse.size())).purse, amount);
    else if (begins(account, "assets:reserved:"))
        plus(named(account.substr(reserved.size())).held, amount);
    else if (begins(account, "assets:drawn:"))
        plus(named(account.substr(drawn.size())).held, amount);
    else if (begins(account, "liabilities:payable:"))
        plus(named(account.substr(payable.size())).owed, negative(amount));
}

void WalletTallies::count(const EntryView& entry) {
    move(entry.debit, entry.amount);
    move(entry.credit, negative(entry.amount));
    constexpr std::string_view purse = "assets:wallet:";
    const bool from_outside = begins(entry.credit, "equity:") || begins(entry.credit, "income:");
    if (from_outside && begins(entry.debit, "assets:wallet:"))
        plus(named(entry.debit.substr(purse.size())).funded, entry.amount);
}

ReservationTallies::ReservationTallies() : slots_(first_slots) {
    std::string words;
    while (words.size() < sizeof seeds_)
        words += random_uuid();
    const Digest first = sha256(words);
    const Digest second = sha256(bytes_of(first));
    std::memcpy(seeds_.data(), first.data(), first.size());
    std::memcpy(&seeds_[4], second.data(), 2 * sizeof(std::uint64_t));
}

std::array<std::uint64_t, 2> ReservationTallies::key_of(std::string_view text) const {
    std::array<std::uint64_t, 2> key{seeds_[0] ^ text.size(), seeds_[1]};
    const auto take = [&](std::uint64_t a, std::uint64_t b) {
        key[0] = mixed(key[0] ^ a ^ seeds_[2], b ^ seeds_[3]);
        key[1] = mixed(key[1] ^ b ^ seeds_[4], a ^ seeds_[5]);
    };
    for (; text.size() >= 16; text.remove_prefix(16))
        take(word_at(text.data()), word_at(text.data() + 8));
    std::array<char, 16> rest{};
    text.copy(rest.data(), text.size());
    take(word_at(rest.data()), word_at(&rest[8]));
    return key;
}

ReservationTally& ReservationTallies::at(const std::array<std::uint64_t, 2>& key) {
    constexpr std::array<std::uint64_t, 2> free{};
    for (std::size_t place = place_of(key);; place = (place + 1) & (slots_.size() - 1)) {
        ReservationTally& slot = slots_[place];
        if (same_key(slot.key, key))
            return slot;
        if (!same_key(slot.key, free))
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

void count_entry(const EntryView& entry,
                 std::string_view meta,
                 std::int64_t wallet_id,
                 const ReservationTallies& all,
                 ReservationTally& reservation) {
    if (is(entry.kind, "reserve")) {
        plus(reservation.amount, entry.amount);
        ++reservation.openings;
        reservation.print +=
            OpeningPrint{all.print_of(meta), all.print_of(entry.credit), wallet_id, entry.seq}
                .sum();
        return;
    }
    if (is(entry.kind, "settle") || is(entry.kind, "release") || is(entry.kind, "expire")) {
        ++reservation.closings;
        reservation.print +=
            EndingPrint{all.print_of(meta), all.print_of(entry.kind), entry.seq}.sum();
        return;
    }
    if (begins(entry.debit, "expenses:"))
        plus(reservation.spent, entry.amount);
    if (begins(entry.credit, "expenses:"))
        plus(reservation.spent, negative(entry.amount));
    if (begins(entry.debit, "assets:drawn:"))
        reservation.print += drawn_print(entry.amount);
    if (begins(entry.credit, "assets:drawn:"))
        reservation.print -= drawn_print(entry.amount);
    if (is(entry.kind, "overrun"))
        reservation.print += overrun_print(entry.amount);
}

} // namespace smos::store
