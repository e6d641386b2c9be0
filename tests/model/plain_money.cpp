// SPDX-License-Identifier: Apache-2.0
// The model's money without reservations: funding, bookings, limits, periods and units.
#include "tests/model/plain_ledger.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace smos::model {

Answer PlainLedger::fund(const store::FundRequest& request) {
    if (!good_name(request.wallet))
        return "bad_wallet_name";
    const Micros amount = request.amount_micros;
    if (amount <= 0 || amount > max_micros)
        return "bad_amount";
    const auto stored = keys_.find({chain_name(request.wallet), "fund:" + request.key});
    if (stored != keys_.end() &&
        (stored->second.wallet != request.wallet || stored->second.amount != amount))
        return "key_reused";
    const Micros before = has(request.wallet) ? wallets[request.wallet].funded : 0;
    if (stored == keys_.end() && !(request.once && before > 0) && before + amount > max_micros)
        return "bad_amount";
    const std::int64_t time = at();
    keep_mark();
    if (stored != keys_.end() || (request.once && before > 0)) {
        touch(request.wallet, time);
        return "again";
    }
    create(request.wallet);
    touch(request.wallet, time);
    PlainWallet& wallet = wallets[request.wallet];
    keys_[{chain_name(request.wallet), "fund:" + request.key}] = {request.wallet, amount};
    append(request.wallet, time);
    move(request.wallet, time, {amount, 0, 0, 0});
    wallet.funded += amount;
    repay(request.wallet, request.wallet, time, amount);
    return "booked";
}

void PlainLedger::repay(const std::string& wallet,
                        const std::string& purse,
                        std::int64_t when,
                        Micros amount) {
    const Micros repaid = std::min(wallets[purse].owed, amount);
    if (repaid <= 0)
        return;
    append(wallet, when);
    move(purse, when, {-repaid, 0, 0, -repaid});
    wallets[purse].owed -= repaid;
}

Answer PlainLedger::book(const store::BookRequest& request) {
    using store::Booking;
    const bool inside = request.kind == Booking::opening || request.kind == Booking::credit;
    const Micros amount = request.amount_micros;
    if (!good_name(request.wallet))
        return "bad_wallet_name";
    if (amount <= 0 || amount > max_micros)
        return "bad_amount";
    if (request.provider.empty() != inside)
        return "bad_provider";
    const std::string name = fmt::format("{}:{}", static_cast<int>(request.kind), request.key);
    const auto stored = keys_.find({chain_name(request.wallet), name});
    const std::int64_t time = at();
    if (stored != keys_.end()) {
        const Key& key = stored->second;
        if (key.wallet != request.wallet || key.amount != amount ||
            key.provider != request.provider || key.reason != request.reason ||
            (request.at && request.at->micros != key.at_us))
            return "key_reused";
        keep_mark();
        touch(request.wallet, time);
        return "again";
    }
    if (request.at && (request.at->micros > time || request.at->micros <= 0))
        return "bad_date";
    if (request.at && request.at->micros < closed_until_us)
        return "period_closed";
    if (!has(request.wallet) && request.kind != Booking::opening)
        return "unknown_wallet";
    const std::string purse = inside                ? request.wallet
                              : has(request.wallet) ? purse_of(request.wallet)
                                                    : "";
    if (inside && has(request.wallet) && wallets[purse].funded + amount > max_micros)
        return "bad_amount";
    if (request.kind == Booking::refund &&
        (amount > wallets[purse].spent || amount > wallets[purse].paid[request.provider]))
        return "bad_amount";
    keep_mark();
    create(request.wallet);
    touch(request.wallet, time);
    const std::int64_t when = request.at ? request.at->micros : time;
    keys_[{chain_name(request.wallet), name}] = {
        request.wallet, amount, request.provider, request.reason, when};
    append(request.wallet, when);
    if (request.kind == Booking::cost)
        return post_cost(request, purse, when);
    move(purse, when, {amount, 0, 0, 0});
    (inside ? wallets[purse].funded : wallets[purse].spent) += inside ? amount : -amount;
    repay(request.wallet, purse, when, amount);
    return "booked";
}

/// What a bill takes beyond the purse is owed.
Answer PlainLedger::post_cost(const store::BookRequest& request,
                              const std::string& purse,
                              std::int64_t when) {
    const Micros paid = std::min(request.amount_micros, available(purse));
    const Micros owed = request.amount_micros - paid;
    move(purse, when, {-paid, 0, 0, 0});
    if (owed > 0) {
        append(request.wallet, when);
        move(purse, when, {0, 0, 0, owed});
        wallets[purse].owed += owed;
    }
    post(request.wallet, purse, request.provider, request.amount_micros, at());
    return "booked";
}

Answer PlainLedger::limit(const store::LimitRequest& request) {
    constexpr Micros none = store::LimitRequest::none_micros;
    if (!good_name(request.wallet))
        return "bad_wallet_name";
    const auto is_bad = [](const std::optional<Micros>& cap) {
        return cap && (*cap < none || *cap > max_micros);
    };
    bool bad = is_bad(request.hour_cap_micros) || is_bad(request.day_budget_micros) ||
               is_bad(request.month_budget_micros) ||
               (request.least_return_percent && (*request.least_return_percent < none ||
                                                 *request.least_return_percent > 1'000'000));
    for (const auto& [provider, cap] : request.provider_budgets_micros)
        bad = bad || is_bad(cap);
    if (bad)
        return "bad_amount";
    const std::int64_t time = at();
    keep_mark();
    create(request.wallet);
    touch(request.wallet, time);
    append(request.wallet, time);
    PlainWallet& wallet = wallets[request.wallet];
    const auto set = [](auto& kept, const auto& asked) {
        if (asked && *asked == none)
            kept.reset();
        else if (asked)
            kept = asked;
    };
    set(wallet.hour_cap, request.hour_cap_micros);
    set(wallet.day_cap, request.day_budget_micros);
    set(wallet.month_cap, request.month_budget_micros);
    set(wallet.least_return_percent, request.least_return_percent);
    for (const auto& [provider, cap] : request.provider_budgets_micros) {
        if (cap == none)
            wallet.provider_caps.erase(provider);
        else
            wallet.provider_caps[provider] = cap;
    }
    return "set";
}

Answer PlainLedger::switch_wallet(const std::string& name, store::WalletSwitch what) {
    if (!has(name))
        return "unknown_wallet";
    PlainWallet& wallet = wallets[name];
    if (what == store::WalletSwitch::reset && wallet.state != "tripped")
        return "not_tripped";
    if (what == store::WalletSwitch::start && wallet.state != "closed")
        return "not_stopped";
    const bool waits = what == store::WalletSwitch::start && wallet.tripped_below_stop;
    const std::string wanted = what == store::WalletSwitch::stop ? "closed"
                               : waits                           ? "tripped"
                                                                 : "open";
    const std::int64_t time = at();
    keep_mark();
    touch(name, time);
    if (wallet.state != wanted) {
        append(name, time);
        wallet.tripped_below_stop = wanted == "closed" && wallet.state == "tripped";
    }
    wallet.state = wanted;
    return "switched";
}

Answer PlainLedger::rebase() {
    const std::int64_t jump = jump_us();
    if (jump == 0)
        return "not_jumped";
    mark = now;
    std::int64_t chains = 0;
    for (const auto& [name, wallet] : wallets) {
        if (name.find('/') != std::string::npos)
            continue;
        touch(name, at());
        append(name, at());
        ++chains;
    }
    return fmt::format("{} of {}", jump, chains);
}

Answer PlainLedger::close_period(const store::Period& period) {
    const std::int64_t time = at();
    if (time < period.to.micros)
        return "period_not_over";
    keep_mark();
    closed.try_emplace(period.name, period.to.micros);
    closed_until_us = std::max(closed_until_us, period.to.micros);
    std::string text;
    for (const auto& [wallet, held] : holdings(period.to.micros)) {
        touch(wallet, time);
        if (checkpoints_.insert(period.name + " " + wallet).second)
            append(wallet, time);
        text += fmt::format(
            "{} {} {} {} {}; ", wallet, held.purse, held.reserved, held.drawn, held.owed);
    }
    std::int64_t open = 0;
    for (const auto& [task, rounds] : tasks)
        open += rounds.back().is_open() && rounds.back().created_us < period.to.micros ? 1 : 0;
    return text + fmt::format("{} open", open);
}

Answer PlainLedger::note_refusal(const store::Refusal& refusal) {
    const auto [place, fresh] = refusals.try_emplace(refusal.task_id);
    PlainRefusal& kept = place->second;
    const std::int64_t time = at();
    keep_mark();
    kept.first_us = fresh ? time : kept.first_us;
    kept.last_us = time;
    kept.wallet = refusal.wallet;
    kept.amount = refusal.amount_micros;
    ++kept.times;
    return "noted";
}

Answer PlainLedger::move_units(const store::UnitMove& move, bool charge) {
    if (move.units <= 0 || move.units > max_micros)
        return "invalid_cost";
    const std::int64_t delta = charge ? -move.units : move.units;
    const auto known = unit_keys_.find({move.tenant, move.reference_id});
    if (known != unit_keys_.end())
        return known->second == std::pair{move.wallet, delta} ? "again" : "reference_reused";
    const auto held = units.find({move.tenant, move.wallet});
    if (held == units.end() && charge)
        return "wallet_not_found";
    if (charge && held->second < move.units)
        return "insufficient_units";
    units[{move.tenant, move.wallet}] += delta;
    unit_keys_[{move.tenant, move.reference_id}] = {move.wallet, delta};
    return "moved";
}

} // namespace smos::model
