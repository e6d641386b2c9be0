// SPDX-License-Identifier: Apache-2.0
// What the ledger ought to do, over maps and integers: the model that the store is held against.
// Nothing here is a running total: windows and reserved sums are added up each time.
#pragma once

#include "tests/model/faulty_engine.hpp"

#include "libsmos/store/ledger/ledger.hpp"
#include "libsmos/store/ledger/units.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace smos::model {

using store::Policy;

/// The answer of a verb: the code of its error, "fatal", or its outcome in words.
using Answer = std::string;

struct Posted {
    std::int64_t sec = 0;
    std::int64_t month = 0;
    std::string provider;
    Micros amount = 0;
};

struct PlainWallet {
    Micros funded = 0;
    Micros spent = 0;
    Micros owed = 0;
    std::optional<Micros> hour_cap{};
    std::optional<Micros> day_cap{};
    std::optional<Micros> month_cap{};
    std::optional<std::int64_t> least_return_percent{};
    std::map<std::string, Micros> provider_caps{};
    std::map<std::string, Micros> paid{}; // to each provider, by it and everything below it
    std::string state = "open";
    bool tripped_below_stop = false;
    std::int64_t last_sec = 0;
    std::vector<Posted> posted{}; // by it and everything below it
};

struct PlainLine {
    std::string capability;
    std::string provider;
    Micros micros = 0;
};

enum class Owner { here, elsewhere, dead };

struct PlainCall {
    std::string id;
    std::string key;
    std::string capability;
    std::string provider;
    Micros ceiling = 0;
    std::optional<Micros> actual{};
    std::string state = "open";
    std::int64_t attempt = 1;
    Owner owner = Owner::here;
    std::int64_t opened_us = 0;
    std::string answer{};
};

struct PlainReservation {
    std::string id;
    std::string wallet;
    std::string purse;
    std::string task;
    std::int64_t round = 1;
    std::string state = "pending";
    std::string outcome{};
    Micros amount = 0;
    Micros drawn = 0;
    Micros spent = 0;
    Micros overrun = 0;
    std::int64_t created_us = 0;
    std::int64_t expires_us = 0;
    std::optional<std::int64_t> closed_us{};
    std::vector<PlainLine> lines{};
    std::string gates{};
    std::vector<PlainCall> calls{};

    bool is_open() const { return state == "pending"; }
    Micros held() const { return amount + overrun - spent; }
};

/// What the accounts of a wallet hold: purse, reserved, drawn, owed.
struct PlainHoldings {
    Micros purse = 0;
    Micros reserved = 0;
    Micros drawn = 0;
    Micros owed = 0;
};

struct PlainRefusal {
    std::string wallet;
    Micros amount = 0;
    std::int64_t first_us = 0;
    std::int64_t last_us = 0;
    std::int64_t times = 0;
};

/// Thrown where the store has to refuse everything: the clock ran ahead, or stands in a period that
/// is closed. Whoever calls keeps a copy to go back to.
struct Shut {};

class PlainLedger {
  public:
    explicit PlainLedger(Policy limits) : policy(limits) {}

    Policy policy;
    Clocks now{};
    std::optional<Clocks> mark{};
    std::map<std::string, PlainWallet> wallets{};
    std::map<std::string, std::vector<PlainReservation>> tasks{}; // rounds in their order
    std::map<std::string, std::int64_t> entries{};                // of each chain
    std::map<std::string, PlainRefusal> refusals{};
    std::map<std::string, std::int64_t> closed{};                        // periods and their ends
    std::map<std::pair<std::string, std::string>, std::int64_t> units{}; // of tenant and wallet
    std::int64_t closed_until_us = 0;

    /// How far the wall ran ahead of the time since boot, and the time that the books go by.
    std::int64_t jump_us() const;
    std::int64_t at() const { return now.wall.micros - jump_us(); }

    Answer fund(const store::FundRequest& request);
    Answer book(const store::BookRequest& request);
    Answer limit(const store::LimitRequest& request);
    Answer switch_wallet(const std::string& wallet, store::WalletSwitch what);
    Answer rebase();
    Answer close_period(const store::Period& period);
    Answer note_refusal(const store::Refusal& refusal);
    Answer move_units(const store::UnitMove& move, bool charge);

    struct Asked {
        std::string task;
        std::string wallet;
        Micros amount = 0;
        std::vector<PlainLine> lines{};
        std::optional<Micros> expected{};
        bool lost_lease = false;
    };
    Answer reserve(const Asked& asked);
    Answer reserve_again(const std::string& task);
    Answer close(const std::string& id,
                 const std::string& task,
                 bool release,
                 const std::string& outcome,
                 bool lost_lease);
    /// By a queue, which goes by the wall.
    void abandon(const std::string& task, const std::string& outcome);

    struct Drawn {
        std::string reservation;
        std::string key;
        std::string capability;
        std::string provider;
        Micros ceiling = 0;
        bool lost_lease = false;
    };
    Answer draw(const Drawn& drawn);
    Answer end(const std::string& call,
               const std::string& state,
               Micros actual,
               const std::string& answer);

    PlainReservation* find(const std::string& id);
    PlainReservation* latest(const std::string& task);
    PlainCall* find_call(const std::string& id, PlainReservation** of = nullptr);
    /// The holdings of every wallet whose accounts were touched before `until_us`.
    std::map<std::string, PlainHoldings> holdings(std::int64_t until_us) const;
    /// The most that its purse and its windows let it reserve.
    Micros left(const std::string& wallet) const;
    /// What is missing to the first breaker on the way up.
    Micros to_trip(const std::string& wallet) const;
    /// Moments at which something ends: windows, days, reservations.
    std::vector<std::int64_t> edges_us() const;
    /// What balance() shows, in words.
    std::string shown(const std::string& wallet) const;
    bool anybody_jumped() const { return jump_us() > 0; }
    static std::vector<std::string> up(const std::string& wallet);
    /// Whether the last reservation of a task paid for a call whose outcome nobody knows.
    bool is_in_doubt(const std::string& task) const;

  private:
    struct Use {
        std::string wallet;
        Micros used = 0;
        Micros cap = 0;
    };
    struct Key {
        std::string wallet;
        Micros amount = 0;
        std::string provider{};
        std::string reason{};
        std::int64_t at_us = 0;
    };
    struct Move {
        std::int64_t at_us = 0;
        std::string wallet;
        PlainHoldings by{};
    };

    bool has(const std::string& wallet) const { return wallets.count(wallet) > 0; }
    void keep_mark();
    void touch(const std::string& wallet, std::int64_t at_us);
    void create(const std::string& wallet);
    /// One entry, and what it moves; Shut where its time lies in a closed period.
    void append(const std::string& wallet, std::int64_t at_us);
    void move(const std::string& purse, std::int64_t at_us, PlainHoldings by);
    std::string purse_of(const std::string& wallet) const;
    Micros reserved(const std::string& purse) const;
    Micros reserved_below(const std::string& wallet) const;
    Micros available(const std::string& purse) const;
    std::int64_t last(const std::string& wallet, std::int64_t at_us) const;
    Micros in_hour(const std::string& wallet, std::int64_t at_us) const;
    Micros in_day(const std::string& wallet, std::int64_t at_us) const;
    Micros
    in_month(const std::string& wallet, std::int64_t at_us, const std::string& provider) const;
    Micros held_for(const std::string& wallet, const std::string& provider) const;
    Micros asked_of(const std::string& wallet, const std::string& provider) const;
    void
    repay(const std::string& wallet, const std::string& purse, std::int64_t when, Micros amount);
    std::optional<Use> tightest(const std::string& wallet, char window, std::int64_t at_us) const;
    void post(const std::string& wallet,
              const std::string& purse,
              const std::string& provider,
              Micros amount,
              std::int64_t at_us);
    Answer
    post_cost(const store::BookRequest& request, const std::string& purse, std::int64_t at_us);

    void expire_due();
    bool is_alive(const PlainCall& call, std::int64_t at_us) const;
    void book_call(PlainReservation& reservation, PlainCall& call, std::int64_t at_us);
    bool end_reservation(PlainReservation& reservation,
                         const std::string& state,
                         const std::string& outcome,
                         bool at_once,
                         std::int64_t at_us);
    Answer reserve_now(const Asked& asked);
    std::string limit_gates(const Asked& asked, bool& passed) const;
    std::string provider_gate(const Asked& asked, bool& passed) const;
    std::string roi_gate(const Asked& asked, bool& passed) const;
    Answer may_draw(const PlainReservation& reservation, const Drawn& drawn) const;

    std::map<std::pair<std::string, std::string>, Key> keys_{}; // of each chain
    std::map<std::pair<std::string, std::string>, std::pair<std::string, std::int64_t>>
        unit_keys_{};
    std::vector<Move> moves_{};
    std::set<std::string> checkpoints_{};
};

inline constexpr const char* tenant = "default";

std::string chain_name(const std::string& wallet);
bool good_name(const std::string& wallet);
/// 12 * year + month - 1
std::int64_t month_number(std::int64_t sec);

} // namespace smos::model
