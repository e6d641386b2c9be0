// SPDX-License-Identifier: Apache-2.0
// The money: wallets, reservations and their closing, as chained double entries.
#pragma once

#include "libsmos/core/clock.hpp"
#include "libsmos/core/money.hpp"
#include "libsmos/core/result.hpp"
#include "libsmos/records/cfo.hpp"
#include "libsmos/store/engine/database.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smos::store {

/// Limits of a wallet that does not set its own.
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

struct WalletBalance {
    std::string name;
    Micros funded_micros = 0;
    Micros spent_micros = 0;
    Micros reserved_micros = 0; // open reservations, what they drew included
    Micros owed_micros = 0;     // spent beyond the funds (a provider charged more than its ceiling)
    Micros available_micros = 0; // never below 0
    Micros hour_used_micros = 0; // posted in the last 3,600 s + reserved_micros
    Micros hour_cap_micros = 0;
    Micros day_used_micros = 0; // posted this UTC day + reserved_micros
    Micros day_budget_micros = 0;
    std::string state; // open | tripped | closed
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
};

/// A reservation as the ledger knows it.
struct Reservation {
    std::string reservation_id;
    std::string wallet;
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

using Clock = std::function<Instant()>;

/// Every call that changes something is one durable transaction. Errors are values that name what
/// refused; failures of the state file are Fatal, so that everything fails closed.
class Ledger {
  public:
    explicit Ledger(Database& database, Policy policy = {}, Clock clock = system_now);

    /// Errors: bad_wallet_name, bad_amount, key_reused (the same key for another funding).
    Result<Funding> fund(const FundRequest& request);
    std::vector<WalletBalance> balances();
    std::optional<WalletBalance> balance(std::string_view wallet);

    /// Gates in order: amount, task_unique, wallet_exists, wallet_open, balance, hour_breaker,
    /// day_budget. A refusal changes nothing and is an outcome; an Error is a malformed request.
    Result<ReserveOutcome> reserve(const ReserveRequest& request);
    std::optional<Reservation> reservation(std::string_view reservation_id);
    /// Books calls of dead processes at their ceiling, closes, and gives the rest back. The same
    /// close again returns the stored result. Errors: unknown_reservation, other_task,
    /// closed_otherwise (release after settle or the reverse), in_flight (retryable).
    Result<Reservation> close(const CloseRequest& request);
    /// What was paid from a reservation, in the order of drawing; calls still open are left out.
    std::vector<records::SpendLine> spends(std::string_view reservation_id);

    std::vector<Anchor> heads();
    /// Walks every chain and recomputes every balance.
    VerifyReport verify(const std::vector<Anchor>& anchors = {});

  private:
    friend class Spend;
    Database& database_;
    Policy policy_;
    Clock clock_;
};

/// Segments of letters, digits and ._@+-, at most 64 bytes each, joined by "/"; 1 to 4 of them.
Result<void> check_wallet_name(std::string_view name);

} // namespace smos::store
