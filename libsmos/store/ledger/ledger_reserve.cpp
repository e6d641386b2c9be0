// SPDX-License-Identifier: Apache-2.0
// Reserving: the gates in their order, and the entry when all of them pass.
#include "libsmos/core/hash.hpp"
#include "libsmos/store/ledger/ledger.hpp"
#include "libsmos/store/ledger/reservation_book.hpp"

#include <fmt/format.h>

namespace smos::store {
namespace {

using records::Gate;

Gate gate(const char* name, bool passed, std::string reason) {
    Gate made;
    made.name = name;
    made.passed = passed;
    made.reason = std::move(reason);
    return made;
}

Gate limit_gate(const char* name, Micros value, Micros limit, const std::string& what) {
    Gate made = gate(name,
                     value <= limit,
                     fmt::format("{} {}, {} {}",
                                 what,
                                 format_usd(value),
                                 value <= limit ? "within" : "over",
                                 format_usd(limit)));
    made.value_micros = value;
    made.limit_micros = limit;
    return made;
}

bool all_passed(const std::vector<Gate>& gates) {
    for (const Gate& each : gates) {
        if (!each.passed)
            return false;
    }
    return true;
}

// What stands is replayed; what was closed without being published may be reserved again.
bool still_stands(const Reservation& reservation) {
    return reservation.state == "pending" || reservation.outcome == "published";
}

bool same_request(const Reservation& stored, const ReserveRequest& request) {
    return stored.wallet == request.wallet && stored.amount_micros == request.amount_micros;
}

Gate amount_gate(const ReserveRequest& request) {
    const bool good = request.amount_micros >= 0 && request.amount_micros <= max_micros;
    return gate("amount",
                good,
                good
                    ? fmt::format("{} asked", format_usd(request.amount_micros))
                    : fmt::format("{} micro-USD is not between 0 and 2^53", request.amount_micros));
}

Gate unique_gate(const std::optional<ReservationRow>& latest) {
    if (!latest || !still_stands(latest->value))
        return gate("task_unique", true, "no other reservation of this task stands");
    return gate("task_unique",
                false,
                fmt::format("this task already reserved {} from {} ({}); settle or release that "
                            "first",
                            format_usd(latest->value.amount_micros),
                            latest->value.wallet,
                            latest->value.state));
}

Gate wallet_gate(const ReserveRequest& request, bool exists) {
    if (exists)
        return gate("wallet_exists", true, request.wallet);
    if (!check_wallet_name(request.wallet))
        return gate("wallet_exists", false, "the wallet has no valid name");
    return gate("wallet_exists",
                false,
                fmt::format("wallet {0} was never funded; fund it with: smos-cfo fund {0} USD",
                            request.wallet));
}

std::vector<Gate> limit_gates(const WalletRow& wallet, const Policy& policy, Micros amount) {
    const WalletBalance balance = balance_of(wallet, policy);
    return {gate("wallet_open", wallet.state == "open", "the wallet is " + wallet.state),
            limit_gate("balance", amount, balance.available_micros, "this takes"),
            limit_gate("hour_breaker",
                       balance.hour_used_micros + amount,
                       balance.hour_cap_micros,
                       "reserved and spent in the last hour with this"),
            limit_gate("day_budget",
                       balance.day_used_micros + amount,
                       balance.day_budget_micros,
                       "reserved and spent today (UTC) with this")};
}

// Gives back what reservations past their time still hold. Those with a living call stay.
void expire_due(Database& database, WalletRow& wallet, Instant now) {
    std::vector<std::string> due;
    {
        Statement rows = database.prepare("SELECT res_id FROM reservation WHERE wallet_id = ?1"
                                          " AND state = 'pending' AND expires_us <= ?2");
        rows.bind(1, wallet.wallet_id).bind(2, now.micros);
        while (rows.step())
            due.push_back(rows.text(0));
    }
    for (const std::string& res_id : due) {
        ReservationRow row = *find_reservation(database, res_id);
        end_reservation(database, row, wallet, {"expired", "expired", "smos-cfo"}, now);
    }
}

void expire_latest(Database& database, std::optional<ReservationRow>& latest, Instant now) {
    if (!latest || latest->value.state != "pending" || latest->value.expires_at > now)
        return;
    WalletRow wallet = wallet_of_id(database, latest->wallet_id);
    end_reservation(database, *latest, wallet, {"expired", "expired", "smos-cfo"}, now);
}

Reservation book_reservation(Database& database,
                             WalletRow& wallet,
                             const ReserveRequest& request,
                             Reservation made) {
    made.reservation_id =
        name_uuid({"reservation", request.tenant, request.task_id, std::to_string(made.round)});
    Entry entry;
    entry.at = made.created_at;
    entry.kind = "reserve";
    entry.wallet = wallet.name;
    entry.res_id = made.reservation_id;
    entry.debit = wallet.reserved();
    entry.credit = wallet.purse();
    entry.amount = request.amount_micros;
    entry.idem = "reserve:" + made.reservation_id;
    entry.actor = request.actor;
    entry.meta = fmt::format("{}:{}{}:{}{}",
                             request.tenant.size(),
                             request.tenant,
                             request.task_id.size(),
                             request.task_id,
                             request.lines);
    ChainWriter chain{database, chain_of(wallet.name)};
    made.opened = chain.append(std::move(entry), wallet.wallet_id);
    wallet.pending += request.amount_micros;
    database
        .prepare("INSERT INTO reservation(res_id, wallet_id, tenant, task_id, round, amount, gates,"
                 " lines, created_us, expires_us, opened_seq)"
                 " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)")
        .bind(1, made.reservation_id)
        .bind(2, wallet.wallet_id)
        .bind(3, request.tenant)
        .bind(4, request.task_id)
        .bind(5, made.round)
        .bind(6, request.amount_micros)
        .bind(7, text_of_gates(made.gates))
        .bind(8, request.lines)
        .bind(9, made.created_at.micros)
        .bind(10, made.expires_at.micros)
        .bind(11, made.opened.seq)
        .run();
    return made;
}

} // namespace

Result<ReserveOutcome> Ledger::reserve(const ReserveRequest& request) {
    if (request.task_id.empty())
        return Error{"no_task", "a reservation needs a task_id", request.wallet, {}};
    if ((request.task_id + request.tenant + request.wallet).find('\0') != std::string::npos)
        return Error{"bad_text",
                     "task_id or tenant_id holds the character U+0000",
                     request.wallet,
                     "remove \\u0000 from the record"};
    ReserveOutcome outcome;
    outcome.gates.push_back(amount_gate(request));
    if (!all_passed(outcome.gates))
        return outcome;
    database_.transaction("ledger", [&] {
        const Instant now = clock_();
        auto latest = latest_reservation(database_, request.tenant, request.task_id);
        expire_latest(database_, latest, now);
        if (latest && still_stands(latest->value) && same_request(latest->value, request)) {
            outcome = {true, true, latest->value.gates, latest->value};
            return;
        }
        auto wallet = find_wallet(database_, request.wallet);
        outcome.gates.push_back(unique_gate(latest));
        outcome.gates.push_back(wallet_gate(request, wallet.has_value()));
        if (!wallet)
            return;
        expire_due(database_, *wallet, now);
        roll_windows(database_, *wallet, now);
        for (Gate& each : limit_gates(*wallet, policy_, request.amount_micros))
            outcome.gates.push_back(std::move(each));
        outcome.admitted = all_passed(outcome.gates);
        if (outcome.admitted) {
            Reservation made;
            made.wallet = wallet->name;
            made.tenant = request.tenant;
            made.task_id = request.task_id;
            made.round = latest ? latest->value.round + 1 : 1;
            made.state = "pending";
            made.amount_micros = request.amount_micros;
            made.created_at = now;
            made.expires_at = Instant{now.micros + policy_.reservation_seconds * 1'000'000};
            made.gates = outcome.gates;
            outcome.reservation = book_reservation(database_, *wallet, request, std::move(made));
        }
        save_wallet(database_, *wallet);
    });
    return outcome;
}

Result<Reservation> Ledger::close(const CloseRequest& request) {
    return database_.transaction("ledger", [&]() -> Result<Reservation> {
        auto row = find_reservation(database_, request.reservation_id);
        if (!row)
            return Error{"unknown_reservation",
                         "the ledger has no such reservation",
                         request.reservation_id,
                         "was it made with another --state?"};
        Reservation& reservation = row->value;
        if (reservation.tenant != request.tenant || reservation.task_id != request.task_id)
            return Error{"other_task",
                         "the reservation belongs to another task",
                         request.reservation_id,
                         {}};
        const std::string wanted = request.release ? "released" : "settled";
        if (reservation.state != "pending") {
            if (reservation.state == wanted || reservation.state == "expired")
                return reservation;
            return Error{"closed_otherwise",
                         fmt::format("the reservation is already {}", reservation.state),
                         request.reservation_id,
                         {}};
        }
        const Instant now = clock_();
        WalletRow wallet = wallet_of_id(database_, row->wallet_id);
        roll_windows(database_, wallet, now);
        if (!end_reservation(
                database_, *row, wallet, {wanted, request.outcome, request.actor}, now)) {
            return Error{"in_flight",
                         "a paid call is still in flight",
                         request.reservation_id,
                         "run again when the process that makes it has ended",
                         true};
        }
        return reservation;
    });
}

} // namespace smos::store
