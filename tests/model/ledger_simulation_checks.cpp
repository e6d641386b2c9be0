// SPDX-License-Identifier: Apache-2.0
// What has to hold after every step, and what every now and then.
#include "tests/model/ledger_simulation.hpp"

#include "libsmos/store/ledger/verify.hpp"

namespace smos::model {
namespace {

std::string told(const store::WalletBalance& balance) {
    return fmt::format("{} funded {} spent {} reserved {} owed {} available {} of {} hour {}/{} {} "
                       "day {}/{} {} month {}/{} {}",
                       balance.name,
                       balance.funded_micros,
                       balance.spent_micros,
                       balance.reserved_micros,
                       balance.owed_micros,
                       balance.available_micros,
                       balance.purse,
                       balance.hour_used_micros,
                       balance.hour_cap_micros,
                       balance.hour_cap_of,
                       balance.day_used_micros,
                       balance.day_budget_micros,
                       balance.day_budget_of,
                       balance.month_used_micros,
                       balance.month_budget_micros.value_or(-1),
                       balance.state);
}

std::string told(const store::Reservation& one, const std::vector<records::SpendLine>& spends) {
    std::string text = fmt::format("{} {} from {} round {} {} {} amount {} drawn {} spent {} "
                                   "overrun {} at {} until {} closed {}:",
                                   one.task_id,
                                   one.wallet,
                                   one.purse,
                                   one.round,
                                   one.state,
                                   one.outcome,
                                   one.amount_micros,
                                   one.drawn_micros,
                                   one.spent_micros,
                                   one.overrun_micros,
                                   one.created_at.micros,
                                   one.expires_at.micros,
                                   one.closed_at ? one.closed_at->micros : 0);
    for (const records::SpendLine& line : spends)
        text +=
            fmt::format(" {} {} {} {}", line.capability, line.provider, line.micros, line.outcome);
    return text;
}

std::string told(const PlainReservation& one) {
    std::string text = fmt::format("{} {} from {} round {} {} {} amount {} drawn {} spent {} "
                                   "overrun {} at {} until {} closed {}:",
                                   one.task,
                                   one.wallet,
                                   one.purse,
                                   one.round,
                                   one.state,
                                   one.outcome,
                                   one.amount,
                                   one.drawn,
                                   one.spent,
                                   one.overrun,
                                   one.created_us,
                                   one.expires_us,
                                   one.closed_us.value_or(0));
    for (const PlainCall& call : one.calls)
        if (call.state != "open")
            text += fmt::format(
                " {} {} {} {}", call.capability, call.provider, *call.actual, call.state);
    return text;
}

} // namespace

void LedgerSimulation::compare() {
    plain_.now = clocks_;
    for (const std::string& name : seen_)
        for (const std::string& each : PlainLedger::up(name))
            compare_wallet(each);
    if (!seen_reservation_.empty())
        compare_reservation(seen_reservation_);
    compare_entries();
}

void LedgerSimulation::compare_wallet(const std::string& wallet) {
    const auto balance = clients_[0].ledger->balance(wallet);
    const std::string wanted = plain_.shown(wallet);
    const std::string got = balance ? told(*balance) : "none";
    need(got == wanted, fmt::format("after {}:\n  store: {}\n  model: {}", verb_, got, wanted));
}

void LedgerSimulation::compare_reservation(const std::string& id) {
    const PlainReservation* one = plain_.find(id);
    const auto stored = clients_[0].ledger->reservation(id);
    need(bool{stored} == (one != nullptr),
         fmt::format("after {}: a reservation is missing", verb_));
    if (one == nullptr)
        return;
    const std::string got = told(*stored, clients_[0].ledger->spends(id));
    need(got == told(*one),
         fmt::format("after {}:\n  store: {}\n  model: {}", verb_, got, told(*one)));
}

/// Nothing is booked that nobody asked for, and nothing twice.
void LedgerSimulation::compare_entries() {
    const auto heads = clients_[0].ledger->heads();
    std::map<std::string, std::int64_t> lengths;
    for (const store::Anchor& head : heads)
        lengths[head.chain] = head.seq;
    need(lengths == plain_.entries, fmt::format("after {}: the number of entries differs", verb_));
}

/// What was admitted fits into every limit on the way up, whatever the model says.
void LedgerSimulation::caps_hold(const std::string& wallet) {
    const PlainReservation* one = plain_.find(seen_reservation_);
    plain_.now = clocks_;
    if (one == nullptr || one->created_us != plain_.at() || one->wallet != wallet)
        return;
    for (const std::string& name : PlainLedger::up(wallet)) {
        const store::WalletBalance balance = *clients_[0].ledger->balance(name);
        need(balance.hour_used_micros <= balance.hour_cap_micros &&
                 balance.day_used_micros <= balance.day_budget_micros &&
                 balance.month_used_micros <=
                     balance.month_budget_micros.value_or(balance.month_used_micros) &&
                 balance.state == "open",
             "a reservation passed a cap: " + told(balance));
    }
}

/// The chain replayed from its first entry, account by account.
void LedgerSimulation::compare_holdings() {
    store::HoldingSums sums;
    {
        store::Statement rows =
            database_.prepare("SELECT debit, credit, amount FROM entry ORDER BY chain_id, seq");
        while (rows.step())
            sums.move(rows.bytes(0), rows.bytes(1), rows.integer(2));
    }
    const auto wanted = plain_.holdings(INT64_MAX);
    need(sums.by_wallet().size() == wanted.size(), "accounts of other wallets were touched");
    for (const auto& [wallet, held] : sums.by_wallet()) {
        const PlainHoldings& one = wanted.at(wallet);
        need(held.purse_micros == one.purse && held.reserved_micros == one.reserved &&
                 held.drawn_micros == one.drawn && held.owed_micros == one.owed,
             wallet + ": the entries come to something else");
        const auto balance = clients_[0].ledger->balance(wallet);
        need(balance->funded_micros + balance->owed_micros - balance->spent_micros -
                     balance->reserved_micros ==
                 one.purse,
             wallet + ": the balance is not what its entries come to");
    }
}

void LedgerSimulation::audit() {
    plain_.now = clocks_;
    const store::Audit found = store::audit_ledger(database_);
    need(found.findings.empty(),
         found.findings.empty() ? ""
                                : fmt::format("verify: {} {} {}",
                                              found.findings[0].kind,
                                              found.findings[0].where,
                                              found.findings[0].what));
    for (const char* wallet : wallet_names)
        compare_wallet(wallet);
    for (const auto& [task, rounds] : plain_.tasks)
        for (const PlainReservation& one : rounds)
            compare_reservation(one.id);
    compare_holdings();
    for (const auto& [task, kept] : plain_.refusals) {
        const auto stored = store::refusals_of(database_, task);
        need(stored.size() == 1 && stored[0].times == kept.times &&
                 stored[0].wallet == kept.wallet && stored[0].amount_micros == kept.amount &&
                 stored[0].first_at.micros == kept.first_us &&
                 stored[0].last_at.micros == kept.last_us,
             task + ": its refusals differ");
    }
    store::ListFilter all;
    const std::vector<Production> rows = desk_.list(all);
    need(rows.size() == queue_model_.rows.size(), "the number of productions differs");
    for (const Production& row : rows) {
        const Production& wanted = queue_model_.rows.at(row.task_id).seen;
        need(row.state == wanted.state && row.lease_token == wanted.lease_token &&
                 row.state_version == wanted.state_version && row.crashes == wanted.crashes &&
                 row.attempt == wanted.attempt,
             row.task_id + ": its production differs");
    }
}

} // namespace smos::model
