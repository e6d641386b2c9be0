// SPDX-License-Identifier: Apache-2.0
// The entries of the ledger and the hash chain that binds them.
#pragma once

#include "libsmos/core/clock.hpp"
#include "libsmos/core/hash.hpp"
#include "libsmos/core/money.hpp"
#include "libsmos/records/cfo.hpp"
#include "libsmos/store/engine/database.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace smos::store {

/// One transfer of `amount` from the account `credit` to the account `debit`.
struct Entry {
    std::int64_t seq = 0;
    Instant at{};
    std::string kind; // fund reserve draw spend undraw overrun settle release expire repay
    std::string wallet;
    std::string res_id{}; // empty: none
    std::string debit;
    std::string credit;
    Micros amount = 0;
    std::string idem; // unique in its chain
    std::string actor;
    std::string meta{};
};

/// A chain is the ledger of one tenant: the first segment of its wallets' names.
std::string chain_of(std::string_view wallet);

/// The hash before the first entry: binds the ledger's identity and the chain's name.
Digest genesis(std::string_view ledger_id, std::string_view chain);

/// The details of an opening entry: for which task, and the digest of what it was reserved for.
std::string opening_meta(std::string_view tenant, std::string_view task, const Digest& lines);
/// The same with the lines themselves, as entries were written at first.
std::string
first_opening_meta(std::string_view tenant, std::string_view task, std::string_view lines);

/// SHA-256("smos-ledger-v1" ‖ ledger id ‖ previous hash ‖ seq ‖ ts_us ‖ kind ‖ wallet ‖ reservation
/// ‖ debit ‖ credit ‖ amount ‖ idem ‖ actor ‖ SHA-256(meta)). Every field is preceded by its length
/// (8 bytes, big-endian); integers are 8 bytes, big-endian.
Digest hash_of(std::string_view ledger_id,
               std::string_view previous,
               const Entry& entry,
               const Digest& meta_hash);

/// An entry where it lies: in a row that is being read.
struct EntryView {
    std::int64_t seq = 0;
    std::int64_t at_us = 0;
    std::string_view kind;
    std::string_view wallet;
    std::string_view res_id;
    std::string_view debit;
    std::string_view credit;
    Micros amount = 0;
    std::string_view idem;
    std::string_view actor;
    std::string_view meta_hash; // 32 bytes
};

/// The same hash for many entries, without an allocation for each.
class EntryHasher {
  public:
    explicit EntryHasher(std::string_view ledger_id);
    Digest operator()(std::string_view previous, const EntryView& entry);
    /// With what every entry of the ledger begins.
    std::string_view common() const { return std::string_view{bytes_}.substr(0, common_); }
    /// What is hashed; valid until the next call.
    std::string_view bytes(std::string_view previous, const EntryView& entry);

  private:
    std::string bytes_; // begins with what all entries have in common
    std::size_t common_ = 0;
};

/// The bytes of a digest, for comparing with a column.
inline std::string_view bytes_of(const Digest& digest) {
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

/// The identity of this ledger; made with the first wallet. Empty while there is none.
std::string ledger_id_of(Database& database);

} // namespace smos::store
