// SPDX-License-Identifier: Apache-2.0
// What people do to the books: money in, bills, limits, switches, periods, units.
#include "tests/model/ledger_simulation.hpp"

namespace smos::model {
namespace {

template <typename T, typename Words>
Answer answer_of(const Result<T>& result, Words&& words) {
    return result ? Answer{words(*result)} : Answer{result.error().code};
}

Answer booked(const store::Funding& funding) { return funding.booked ? "booked" : "again"; }

} // namespace

void LedgerSimulation::fund() {
    store::Ledger& ledger = *some_client().ledger;
    store::FundRequest request;
    request.wallet = some_wallet();
    request.amount_micros = one_in(40) ? -some_micros(2) : 1 + some_micros(1'500);
    request.key = one_in(3) ? fmt::format("k{}", below(6)) : fmt::format("s{}", step_);
    request.once = one_in(8);
    request.actor = "ann";
    act(
        "fund",
        [&] { return answer_of(ledger.fund(request), booked); },
        [&] { return plain_.fund(request); });
}

void LedgerSimulation::book() {
    store::Ledger& ledger = *some_client().ledger;
    store::BookRequest request;
    request.kind = static_cast<store::Booking>(below(4));
    request.wallet = some_wallet();
    request.amount_micros = one_in(40) ? 0 : 1 + some_micros(250);
    if (request.kind == store::Booking::refund || request.kind == store::Booking::cost ||
        one_in(20))
        request.provider = one_in(40) ? "" : some_provider();
    request.key = one_in(3) ? fmt::format("k{}", below(4)) : fmt::format("s{}", step_);
    request.actor = "ann";
    request.reason = one_in(3) ? "because" : "";
    if (one_in(4))
        request.at = Instant{clocks_.wall.micros + 3'600'000'000 -
                             static_cast<std::int64_t>(below(1000)) * 3'600'000'000};
    act(
        "book",
        [&] { return answer_of(ledger.book(request), booked); },
        [&] { return plain_.book(request); });
}

void LedgerSimulation::limit() {
    store::Ledger& ledger = *some_client().ledger;
    store::LimitRequest request;
    request.wallet = some_wallet();
    const auto some = [&](std::size_t most) -> std::optional<Micros> {
        if (!one_in(3))
            return std::nullopt;
        return one_in(3) ? store::LimitRequest::none_micros : some_micros(most);
    };
    request.hour_cap_micros = some(2'500);
    request.day_budget_micros = some(8'000);
    request.month_budget_micros = some(30'000);
    if (one_in(2))
        request.provider_budgets_micros[some_provider()] = some(9'000).value_or(4'000);
    if (one_in(12))
        request.least_return_percent = some_micros(300);
    else if (one_in(2))
        request.least_return_percent = store::LimitRequest::none_micros;
    if (one_in(40))
        request.hour_cap_micros = -2;
    act(
        "limit",
        [&] { return answer_of(ledger.limit(request), [](const auto&) { return "set"; }); },
        [&] { return plain_.limit(request); });
}

void LedgerSimulation::flip() {
    store::Ledger& ledger = *some_client().ledger;
    const std::string wallet = some_wallet();
    const std::size_t chance = below(12);
    const store::WalletSwitch what = chance == 0  ? store::WalletSwitch::stop
                                     : chance < 5 ? store::WalletSwitch::start
                                                  : store::WalletSwitch::reset;
    act(
        "switch",
        [&] {
            return answer_of(ledger.switch_wallet(wallet, what, "ann", "seen"),
                             [](const auto&) { return "switched"; });
        },
        [&] { return plain_.switch_wallet(wallet, what); });
}

void LedgerSimulation::rebase() {
    store::Ledger& ledger = *some_client().ledger;
    if (one_in(2)) { // or the clock is set right, one day
        seen_.assign({"ant", "bee"});
        act(
            "rebase",
            [&] {
                return answer_of(ledger.rebase_clock("ann", "seen"), [](const auto& rebase) {
                    return fmt::format("{} of {}", rebase.jump_us, rebase.chains.size());
                });
            },
            [&] { return plain_.rebase(); });
    } else {
        plain_.now = clocks_;
        clocks_.wall.micros -= plain_.jump_us();
    }
}

/// In two transactions: what failed in between is made again until it is heard.
void LedgerSimulation::close_period() {
    store::Ledger& ledger = *some_client().ledger;
    const std::string day = format_rfc3339(
        Instant{clocks_.wall.micros - static_cast<std::int64_t>(below(60)) * 86'400'000'000});
    const store::Period period =
        *store::parse_period(one_in(8) ? day.substr(0, 4) : day.substr(0, 7));
    plain_.now = clocks_;
    if (plain_.at() < plain_.closed_until_us)
        return;
    const auto real = [&]() -> Answer {
        for (;;) {
            try {
                return answer_of(ledger.close_period(period, "ann"), [](const auto& closing) {
                    std::string text;
                    for (const store::Checkpoint& each : closing.wallets)
                        text += fmt::format("{} {} {} {} {}; ",
                                            each.wallet,
                                            each.held.purse_micros,
                                            each.held.reserved_micros,
                                            each.held.drawn_micros,
                                            each.held.owed_micros);
                    return text + fmt::format("{} open", closing.open.size());
                });
            } catch (const Fatal&) {
                if (!armed_.fired)
                    throw;
                armed_ = {};
            }
        }
    };
    act("close_period", real, [&] { return plain_.close_period(period); });
}

void LedgerSimulation::note_refusal() {
    store::Ledger& ledger = *some_client().ledger;
    store::Refusal refusal;
    refusal.tenant = tenant;
    refusal.task_id = some_task();
    refusal.wallet = some_wallet();
    refusal.amount_micros = some_micros(100);
    act(
        "note_refusal",
        [&] {
            ledger.note_refusal(refusal);
            return "noted";
        },
        [&] { return plain_.note_refusal(refusal); });
}

void LedgerSimulation::units() {
    store::UnitMove move;
    move.tenant = one_in(2) ? "ant" : "bee";
    move.wallet = one_in(2) ? "credits" : "renders";
    move.units = one_in(30) ? 0 : 1 + some_micros(one_in(2) ? 3 : 60);
    move.reference_id = one_in(3) ? fmt::format("r{}", below(9)) : fmt::format("s{}", step_);
    const bool charge = !one_in(3);
    const auto words = [](const store::UnitBalance& balance) {
        return balance.moved ? "moved" : "again";
    };
    act(
        charge ? "charge" : "credit_units",
        [&] { return answer_of(charge ? units_.charge(move) : units_.credit(move), words); },
        [&] { return plain_.move_units(move, charge); });
    const auto held = plain_.units.find({move.tenant, move.wallet});
    need(units_.balance(move.tenant, move.wallet).value_or(-1) ==
             (held == plain_.units.end() ? -1 : held->second),
         "a wallet of units differs");
}

} // namespace smos::model
