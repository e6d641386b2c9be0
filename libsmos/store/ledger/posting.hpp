// SPDX-License-Identifier: Apache-2.0
// What one transaction does to the books; for the ledger's own files only.
#pragma once

#include "libsmos/store/ledger/chain.hpp"
#include "libsmos/store/ledger/wallet.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace smos::store {

/// Wallets and chain heads are read once, changed in memory and written by flush() at the end: many
/// reservations in one commit cost little more than their own rows. Lives inside a transaction.
class Posting {
  public:
    /// `ledger_id` is filled where it is empty and the ledger had one before.
    Posting(Database& database, std::string& ledger_id, const Policy& policy, const Clock& clock);
    Posting(const Posting&) = delete;
    Posting& operator=(const Posting&) = delete;

    Database& database() { return database_; }
    const Policy& policy() const { return policy_; }
    /// The same for all of the transaction. A server's clock comes with the first rows that are
    /// read.
    Instant now();
    /// Fatal (75) when the wall clock ran ahead of the time since boot.
    void need_true_clock();

    /// Sends the question for a wallet ahead; path() reads the answer.
    void ask_path(std::string_view wallet);
    /// With its windows moved up to now. Valid until the end of the posting; so is every row.
    const WalletPath& path(std::string_view wallet);
    const WalletPath& path_of_id(std::int64_t wallet_id);
    /// Makes the wallet and what is missing above it.
    const WalletPath& create(std::string_view wallet);

    /// Binds the entry to its chain; seq is filled here, and the time where it has none.
    records::EntryRef append(Entry entry, const WalletRow& wallet);
    /// `amount` more (or less) is reserved below every wallet of the path, out of `purse`.
    static void hold(const WalletPath& path, WalletRow& purse, Micros amount);
    /// `amount` was spent with `provider` now, out of `purse`; it counts in the windows of the
    /// whole path.
    void post(const WalletPath& path, WalletRow& purse, const std::string& provider, Micros amount);
    /// Money that came into a purse by `booked` pays what it owes first, by an entry of `wallet`
    /// under a key of its own.
    void repay(WalletRow& purse, const WalletRow& wallet, Entry booked, std::string key);
    /// What was posted with the provider here and is not written yet.
    Micros posted_with(const WalletRow& wallet, const std::string& provider) const;
    /// Opens or closes a wallet, with an entry that says so.
    records::EntryRef set_state(WalletRow& wallet,
                                const std::string& state,
                                const std::string& actor,
                                const std::string& reason);

    void flush();

  private:
    struct Head {
        std::int64_t seq = 0;
        std::string hash; // 32 bytes
        bool changed = false;
    };

    WalletRow& keep(const Statement& row);
    void roll(WalletRow& wallet);
    std::int64_t begin_chain(std::string_view chain);
    const std::string& ledger_id();
    void trip_where_reached(const WalletPath& path);
    void write(WalletRow& wallet);
    void write_held(const WalletPath& wallets);

    Database& database_;
    std::string& known_ledger_id_; // of a commit
    std::string made_ledger_id_;   // in this one
    const Policy& policy_;
    const Clock& clock_;
    std::optional<Instant> now_;
    std::int64_t clock_jump_us_ = 0;
    std::optional<std::pair<std::string, Statement>> asked_;
    std::map<std::int64_t, WalletRow> rows_;
    std::map<std::string, WalletPath, std::less<>> paths_;
    std::map<std::int64_t, Head> heads_;
    std::map<std::pair<std::int64_t, std::string>, Micros> with_providers_; // of this month
};

} // namespace smos::store
