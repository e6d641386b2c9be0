// SPDX-License-Identifier: Apache-2.0
// Sums of entries by wallet and by reservation, while they pass; for ledger_verify.cpp.
#pragma once

#include "libsmos/store/ledger/chain.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace smos::store {

/// What the entries of all accounts of one purse come to.
struct WalletTally {
    std::string name;
    Micros funded = 0; // came in from outside
    Micros purse = 0;  // what lies there
    Micros held = 0;   // reserved and drawn
    Micros owed = 0;

    /// What went out and never came back.
    Micros spent() const;
};

/// Wallets by number and by the names that accounts end with.
class WalletTallies {
  public:
    explicit WalletTallies(Database& database);

    /// One that has no row has no name.
    WalletTally& at(std::int64_t wallet_id);
    void count(const EntryView& entry);

  private:
    void move(std::string_view account, Micros amount);
    WalletTally& named(std::string_view name);

    std::map<std::int64_t, WalletTally> wallets_;
    std::map<std::string, WalletTally*, std::less<>> names_;
    WalletTally nobody_; // accounts of wallets that have no row
    WalletTally* last_ = &nobody_;
    std::int64_t last_id_ = 0;
    WalletTally* last_named_ = &nobody_;
};

/// What the entries of one reservation come to. One line of the processor's cache: most of what it
/// costs is waiting for that.
struct alignas(64) ReservationTally {
    std::array<std::uint64_t, 2> key{}; // both 0: free
    Micros amount = 0;
    Micros spent = 0;
    Micros called = 0;       // by the rows of its calls
    std::uint64_t print = 0; // of all else that its row has to say; see OpeningPrint
    std::uint32_t openings = 0;
    std::uint32_t closings = 0;
    bool has_row = false;
};

/// Reservations by id, in one block: a million of them cost what a million lines cost to read.
class ReservationTallies {
  public:
    ReservationTallies();

    /// A hash that starts from randomness of this process: nobody can make two ids meet.
    std::array<std::uint64_t, 2> key_of(std::string_view text) const;
    std::uint64_t print_of(std::string_view text) const { return key_of(text)[0]; }
    /// Begins to load the place of the key, so that it is there when it is wanted.
    void expect(const std::array<std::uint64_t, 2>& key) const {
        __builtin_prefetch(&slots_[place_of(key)]);
    }
    ReservationTally& at(const std::array<std::uint64_t, 2>& key);
    /// How many were opened and have no row.
    std::int64_t lost() const;

  private:
    std::size_t place_of(const std::array<std::uint64_t, 2>& key) const {
        return static_cast<std::size_t>(key[1]) & (slots_.size() - 1);
    }
    void grow();

    std::array<std::uint64_t, 6> seeds_{};
    std::vector<ReservationTally> slots_;
    std::size_t used_ = 0;
};

/// Adds an entry to what its reservation comes to.
void count_entry(const EntryView& entry,
                 std::string_view meta,
                 std::int64_t wallet_id,
                 const ReservationTallies& all,
                 ReservationTally& reservation);

/// What has to be told alike by a row and by the entries: sums that anybody can add up in any
/// order.
struct OpeningPrint {
    std::uint64_t meta = 0;  // of what it is for, hashed
    std::uint64_t purse = 0; // the account that it is paid from, hashed
    std::int64_t wallet_id = 0;
    std::int64_t seq = 0;

    std::uint64_t sum() const {
        return meta + 5 * purse + 0xd6e8feb86659fd93U * static_cast<std::uint64_t>(wallet_id) +
               0x9e3779b97f4a7c15U * static_cast<std::uint64_t>(seq);
    }
};
struct EndingPrint {
    std::uint64_t outcome = 0; // hashed
    std::uint64_t kind = 0;    // settle, release, expire; hashed
    std::int64_t seq = 0;

    std::uint64_t sum() const {
        return 3 * outcome + 7 * kind + 0xc2b2ae3d27d4eb4fU * static_cast<std::uint64_t>(seq);
    }
};
inline std::uint64_t drawn_print(Micros amount) {
    return 0xa0761d6478bd642fU * static_cast<std::uint64_t>(amount);
}
inline std::uint64_t overrun_print(Micros amount) {
    return 0xe7037ed1a0b428dbU * static_cast<std::uint64_t>(amount);
}

/// Everything that one verification adds up.
struct Sums {
    explicit Sums(Database& database) : wallets(database) {}

    WalletTallies wallets;
    ReservationTallies reservations;
};

} // namespace smos::store
