// SPDX-License-Identifier: Apache-2.0
// The money: wallets, reservations and their closing, as chained double entries.
#pragma once

#include "libsmos/core/clock.hpp"
#include "libsmos/core/money.hpp"
#include "libsmos/core/result.hpp"
#include "libsmos/records/cfo.hpp"
#include "libsmos/store/engine/database.hpp"
#include "libsmos/store/ledger/periods.hpp"
#include "libsmos/store/ledger/refusals.hpp"
#include "libsmos/store/queue/lease.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smos::store {

/// Limits of a root wallet that does not set its own, and how long a reservation holds.
struct Policy {
    Micros hour_cap_micros = 5'000'000;
    Micros day_budget_micros = 10'000'000; // per UTC day
    std::int64_t reservation_seconds = 86'400;
};

struct FundRequest {
    std::string wallet;
    Micros amount_micros = 0; // above 0
    std::string key;          // the same key is the same funding; empty: a new one
    bool once = false;        // only when the wallet was never funded
    std::string actor;
};

/// Money that moves without a reservation.
enum class Booking {
    opening, // what was there before the books began
    credit,  // given: a voucher, a compensation
    refund,  // a provider gives back what was spent with it; windows do not reopen
    cost     // a bill that no call made: a subscription, a domain. It counts in the windows.
};

struct BookRequest {
    Booking kind = Booking::credit;
    std::string wallet;       // opening makes it; the others need one with a purse
    Micros amount_micros = 0; // above 0
    std::string provider{};   // of a refund or cost
    std::string key{};        // the same key is the same booking; empty: a new one
    std::string actor{};
    std::string reason{};
    std::optional<Instant> at{}; // when it belongs to; none: now. It counts in today's windows.
};

struct WalletBalance {
    std::string name;
    Micros funded_micros = 0;
    Micros spent_micros = 0;
    Micros reserved_micros = 0; // open reservations, what they drew included
    Micros owed_micros = 0;     // spent beyond the funds (a provider charged more than its ceiling)
    Micros available_micros = 0; // in the purse it pays from; never below 0
    std::string purse;           // itself, or the wallet above it that has the money
    /// Of each limit the tightest on the way up: what the wallet that sets it, with everything
    /// below, reserved and posted in the last 3,600 s, the UTC day and the UTC month.
    Micros hour_used_micros = 0;
    Micros hour_cap_micros = 0;
    std::string hour_cap_of;
    Micros day_used_micros = 0;
    Micros day_budget_micros = 0;
    std::string day_budget_of;
    Micros month_used_micros = 0;
    std::optional<Micros> month_budget_micros{};
    std::string state; // open | tripped | closed, of itself or of one above it
};

/// What a wallet and everything below it may reserve and spend. Nothing: as it was; none_micros:
/// no limit of its own any more.
struct LimitRequest {
    std::string wallet; // made when missing; it then pays from the one above it
    std::optional<Micros> hour_cap_micros{};
    std::optional<Micros> day_budget_micros{};
    std::optional<Micros> month_budget_micros{};
    /// The most with one provider in a UTC month; it counts what is spent from now on.
    std::map<std::string, Micros> provider_budgets_micros{};
    /// What a production must be expected to earn, in percent of what it reserves.
    std::optional<std::int64_t> least_return_percent{};
    std::string actor{};

    static constexpr Micros none_micros = -1;
};

enum class WalletSwitch {
    stop,  // the kill switch: nothing is reserved or drawn below it
    start, // opens a stopped wallet
    reset, // opens one whose breaker tripped
};

struct Funding {
    bool booked = false; // false: this key, or with `once` any funding, was booked before
    WalletBalance balance;
    std::optional<records::EntryRef> entry{};
};

struct ReserveRequest {
    std::string tenant;
    std::string task_id;
    std::string wallet;
    Micros amount_micros = 0;
    std::string lines{}; // JSON array of what it is for
    std::string actor{};
    std::optional<Micros> expected_value_micros{}; // what it may earn, if anybody said
};

/// A reservation as the ledger knows it.
struct Reservation {
    std::string reservation_id;
    std::string wallet;
    std::string purse; // whose money it is
    std::string tenant;
    std::string task_id;
    std::int64_t round = 1;
    std::string state; // pending | settled | released | expired
    std::string outcome{};
    Micros amount_micros = 0;
    Micros drawn_micros = 0; // ceilings of calls that have not come back
    Micros spent_micros = 0;
    Micros overrun_micros = 0;
    Instant created_at{};
    Instant expires_at{};
    std::optional<Instant> closed_at{};
    records::EntryRef opened{};
    std::optional<records::EntryRef> closed{};
    std::vector<records::Gate> gates{};
};

struct ReserveOutcome {
    bool admitted = false;
    bool replayed = false; // the stored result of the same request
    std::vector<records::Gate> gates{};
    std::optional<Reservation> reservation{}; // when admitted
};

struct CloseRequest {
    std::string reservation_id;
    std::string tenant;
    std::string task_id;
    bool release = false; // "released" instead of "settled"
    std::string outcome; // the production's status; after "published" the task never reserves again
    std::string actor;
};

struct ReserveAgain {
    std::string tenant;
    std::string task_id;
    std::string actor;
    std::optional<Micros> expected_value_micros{};
};

/// The head of a chain at some moment, kept elsewhere; verify() holds the ledger against it.
struct Anchor {
    std::string chain;
    std::int64_t seq = 0;
    std::string hash; // hex
};

struct Finding {
    std::string chain; // or wallet, or reservation
    std::int64_t seq = 0;
    std::string what;
};

struct VerifyReport {
    std::int64_t entries = 0;
    std::int64_t chains = 0;
    std::int64_t anchors = 0;
    std::vector<Finding> findings;
};

/// A jump of the wall clock that somebody vouched for.
struct ClockRebase {
    std::int64_t jump_us = 0;
    Instant now{};
    std::vector<std::string> chains{}; // each got an entry that says so
};

using Clock = std::function<Instant()>;

class Posting;

/// Every call that changes something is one durable transaction, or part of together()'s. Errors
/// are values that name what refused; failures of the state are Fatal, so that everything fails
/// closed.
///
/// Wallets are a tree: a/b/c stands below a/b, and that below the root a. What c reserves and
/// spends counts in the limits of all three; a root without limits of its own has the policy's.
class Ledger {
  public:
    /// Without a clock it goes by the database's.
    explicit Ledger(Database& database, Policy policy = {}, Clock clock = {});

    /// From now on reserve(), close() and Spend::draw() need this lease: error lost_lease. What was
    /// spent is booked without it.
    void work_under(std::optional<Lease> lease) { lease_ = lease; }

    /// Errors: bad_wallet_name, bad_amount, key_reused (the same key for another funding).
    Result<Funding> fund(const FundRequest& request);
    /// Errors: bad_wallet_name, bad_amount (also a refund above what was spent), bad_provider,
    /// unknown_wallet, key_reused, bad_date (after now), period_closed.
    Result<Funding> book(const BookRequest& request);
    /// Nothing before the end of the period is booked from now on; an entry for each wallet says
    /// what it held then. The same again books what is missing and returns the same. Error:
    /// period_not_over (retryable).
    Result<Closing> close_period(const Period& period, std::string_view actor);
    std::vector<WalletBalance> balances();
    std::optional<WalletBalance> balance(std::string_view wallet);
    /// Errors: bad_wallet_name, bad_amount.
    Result<WalletBalance> limit(const LimitRequest& request);
    /// Errors: unknown_wallet; not_tripped and not_stopped where there is nothing to undo.
    Result<WalletBalance> switch_wallet(std::string_view wallet,
                                        WalletSwitch what,
                                        std::string_view actor,
                                        std::string_view reason);

    /// The wall clock is right although it ran ahead of the time since boot by more than 5 s: until
    /// somebody says so, reserve() and Spend::draw() are Fatal (75) in a state file. Errors:
    /// not_jumped, server_clock.
    Result<ClockRebase> rebase_clock(std::string_view actor, std::string_view reason);

    /// Gates in order: amount, task_unique, wallet_exists, kill_switch, wallet_open, balance,
    /// hour_breaker, day_budget, and where they are set month_budget, provider_budget and roi. A
    /// refusal changes
    /// nothing and is an outcome; an Error is a malformed request.
    Result<ReserveOutcome> reserve(const ReserveRequest& request);
    /// Keeps why a task got no money, for explaining; the last time counts. No entry is booked.
    void note_refusal(const Refusal& refusal);
    std::optional<Reservation> reservation(std::string_view reservation_id);
    /// Books calls of dead processes at their ceiling, closes, and gives the rest back. The same
    /// close again returns the stored result. Errors: unknown_reservation, other_task,
    /// closed_otherwise (release after settle or the reverse), in_flight (retryable).
    Result<Reservation> close(const CloseRequest& request);
    /// For a production that died; inside together(). Its last reservation, where that is open:
    /// calls still in flight are booked at their ceiling, the rest goes back.
    void abandon(const CloseRequest& request);
    /// For a production that goes on after its reservation was closed: asks for what was not spent
    /// of it, from the same wallet, with the same gates. No reservation before, or one that is
    /// still open: admitted as it is.
    Result<ReserveOutcome> reserve_again(const ReserveAgain& request);
    /// What was paid from a reservation, in the order of drawing; calls still open are left out.
    std::vector<records::SpendLine> spends(std::string_view reservation_id);

    /// What a tenant's calls of a capability cost this UTC day, open ones at their ceiling, and
    /// what open reservations of other tasks still hold for it.
    Micros committed_today(std::string_view tenant,
                           std::string_view capability,
                           std::string_view except_task);
    /// Whether reserve() would give what stands already for this very request.
    bool stands(const ReserveRequest& request);
    /// The clock that it goes by.
    Instant now() { return clock_ ? clock_() : database_.now(); }

    /// Everything that `work` books is one commit: all of it is durable when this returns, and none
    /// of it when it throws.
    void together(const std::function<void()>& work);

    std::vector<Anchor> heads();
    /// Walks every chain and recomputes every balance.
    VerifyReport verify(const std::vector<Anchor>& anchors = {});

  private:
    friend class Spend;

    /// `work(posting)` in a transaction of its own, or in the one that together() began.
    template <typename Work>
    auto post(Work&& work) -> std::invoke_result_t<Work, Posting&>;

    Database& database_;
    Policy policy_;
    Clock clock_;
    std::string ledger_id_;      // once known
    Posting* posting_ = nullptr; // of together()
    std::optional<Lease> lease_;
};

/// Segments of letters, digits and ._@+-, at most 64 bytes each, joined by "/"; 1 to 4 of them.
Result<void> check_wallet_name(std::string_view name);

} // namespace smos::store
