// SPDX-License-Identifier: Apache-2.0
// The model's reservations: gates, calls and how both end.
#include "tests/model/plain_ledger.hpp"

#include "libsmos/core/hash.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace smos::model {
namespace {

constexpr std::int64_t second = 1'000'000;

std::string told(const PlainReservation& one) {
    return fmt::format("{} {} amount {} drawn {} spent {} overrun {}",
                       one.state,
                       one.outcome,
                       one.amount,
                       one.drawn,
                       one.spent,
                       one.overrun);
}

std::string gate(const char* name, Micros value, Micros limit, bool& passed) {
    passed = passed && value <= limit;
    return fmt::format(" {}{}{}/{}", name, value <= limit ? '+' : '-', value, limit);
}

std::string gate(const char* name, bool good, bool& passed) {
    passed = passed && good;
    return fmt::format(" {}{}", name, good ? '+' : '-');
}

} // namespace

PlainReservation* PlainLedger::latest(const std::string& task) {
    const auto found = tasks.find(task);
    return found == tasks.end() ? nullptr : &found->second.back();
}

PlainReservation* PlainLedger::find(const std::string& id) {
    for (auto& [task, rounds] : tasks)
        for (PlainReservation& one : rounds)
            if (one.id == id)
                return &one;
    return nullptr;
}

bool PlainLedger::end_reservation(PlainReservation& one,
                                  const std::string& state,
                                  const std::string& outcome,
                                  bool at_once,
                                  std::int64_t at_us) {
    for (const PlainCall& call : one.calls)
        if (call.state == "open" && !at_once && is_alive(call, at_us))
            return false;
    for (PlainCall& call : one.calls) {
        if (call.state != "open")
            continue;
        call.state = "in_doubt";
        call.actual = call.ceiling;
        book_call(one, call, at_us);
    }
    touch(one.wallet, at_us);
    append(one.wallet, at_us);
    move(one.purse, at_us, {one.held(), -one.held(), 0, 0});
    one.state = state;
    one.outcome = outcome;
    one.closed_us = at_us;
    return true;
}

void PlainLedger::expire_due() {
    std::vector<PlainReservation*> due;
    const std::int64_t time = at();
    for (auto& [task, rounds] : tasks)
        if (rounds.back().is_open() && rounds.back().expires_us <= time)
            due.push_back(&rounds.back());
    std::sort(due.begin(), due.end(), [](const PlainReservation* a, const PlainReservation* b) {
        return a->expires_us < b->expires_us;
    });
    for (PlainReservation* one : due)
        end_reservation(*one, "expired", "expired", false, time);
}

std::string PlainLedger::provider_gate(const Asked& asked, bool& passed) const {
    std::map<std::string, Micros> wanted;
    for (const PlainLine& line : asked.lines)
        wanted[line.provider] += line.micros;
    std::optional<Use> tightest;
    for (const std::string& name : up(asked.wallet)) {
        for (const auto& [provider, cap] : wallets.at(name).provider_caps) {
            const auto line = wanted.find(provider);
            if (line == wanted.end())
                continue;
            const Use use{name,
                          in_month(name, at(), provider) + held_for(name, provider) + line->second,
                          cap};
            if (!tightest || use.cap - use.used < tightest->cap - tightest->used)
                tightest = use;
        }
    }
    return tightest ? gate("provider_budget", tightest->used, tightest->cap, passed) : "";
}

std::string PlainLedger::roi_gate(const Asked& asked, bool& passed) const {
    for (const std::string& name : up(asked.wallet)) {
        const auto percent = wallets.at(name).least_return_percent;
        if (!percent)
            continue;
        if (!asked.expected)
            return gate("roi", false, passed);
        const Micros wanted = (asked.amount * *percent + 99) / 100;
        passed = passed && *asked.expected >= wanted;
        return fmt::format(
            " roi{}{}/{}", *asked.expected >= wanted ? '+' : '-', *asked.expected, wanted);
    }
    return "";
}

std::string PlainLedger::limit_gates(const Asked& asked, bool& passed) const {
    bool stopped = false;
    bool tripped = false;
    for (const std::string& name : up(asked.wallet)) {
        stopped = stopped || wallets.at(name).state == "closed";
        tripped = tripped || wallets.at(name).state == "tripped";
    }
    std::string text = gate("kill_switch", !stopped, passed);
    text += gate("wallet_open", !tripped, passed);
    text += gate("balance", asked.amount, available(purse_of(asked.wallet)), passed);
    for (const auto& [name, window] :
         {std::pair{"hour_breaker", 'h'}, {"day_budget", 'd'}, {"month_budget", 'm'}}) {
        if (const auto use = tightest(asked.wallet, window, at()))
            text += gate(name, use->used + asked.amount, use->cap, passed);
    }
    text += provider_gate(asked, passed);
    return text + roi_gate(asked, passed);
}

Answer PlainLedger::reserve(const Asked& asked) {
    if (jump_us() > 0)
        throw Shut{};
    if (asked.lost_lease)
        return "lost_lease";
    if (asked.task.empty())
        return "no_task";
    return reserve_now(asked);
}

Answer PlainLedger::reserve_now(const Asked& asked) {
    const std::int64_t time = at();
    bool passed = true;
    std::string gates = gate("amount", asked.amount >= 0 && asked.amount <= max_micros, passed);
    keep_mark();
    if (!passed)
        return "refused" + gates;
    expire_due();
    const PlainReservation* before = latest(asked.task);
    const bool stands = before != nullptr && (before->is_open() || before->outcome == "published");
    if (stands && before->wallet == asked.wallet && before->amount == asked.amount)
        return "again" + before->gates;
    gates += gate("task_unique", !stands, passed);
    gates += gate("wallet_exists", has(asked.wallet), passed);
    if (!has(asked.wallet))
        return "refused" + gates;
    touch(asked.wallet, time);
    gates += limit_gates(asked, passed);
    if (!passed)
        return "refused" + gates;
    PlainReservation made;
    made.task = asked.task;
    made.wallet = asked.wallet;
    made.purse = purse_of(asked.wallet);
    made.round = before == nullptr ? 1 : before->round + 1;
    made.id = dated_uuid(time, {"reservation", tenant, asked.task, std::to_string(made.round)});
    made.amount = asked.amount;
    made.created_us = time;
    made.expires_us = time + policy.reservation_seconds * second;
    made.lines = asked.lines;
    made.gates = gates;
    append(made.wallet, time);
    move(made.purse, time, {-made.amount, made.amount, 0, 0});
    tasks[asked.task].push_back(std::move(made));
    return "admitted" + gates;
}

Answer PlainLedger::reserve_again(const std::string& task) {
    const PlainReservation* before = latest(task);
    if (before == nullptr)
        return "admitted";
    if (before->is_open())
        return "again" + before->gates;
    Asked asked;
    asked.task = task;
    asked.wallet = before->wallet;
    asked.amount = std::max<Micros>(before->amount - before->spent, 0);
    asked.lines = before->lines;
    for (const PlainCall& call : before->calls) {
        Micros paid = call.actual.value_or(0);
        for (PlainLine& line : asked.lines) {
            if (line.capability != call.capability || line.provider != call.provider)
                continue;
            const Micros taken = std::min(line.micros, paid);
            line.micros -= taken;
            paid -= taken;
        }
    }
    return reserve_now(asked);
}

Answer PlainLedger::close(const std::string& id,
                          const std::string& task,
                          bool release,
                          const std::string& outcome,
                          bool lost_lease) {
    if (lost_lease)
        return "lost_lease";
    PlainReservation* one = find(id);
    if (one == nullptr)
        return "unknown_reservation";
    if (one->task != task)
        return "other_task";
    const std::string wanted = release ? "released" : "settled";
    if (!one->is_open())
        return one->state == wanted || one->state == "expired" ? told(*one) : "closed_otherwise";
    const std::int64_t time = at();
    if (!end_reservation(*one, wanted, outcome, false, time))
        return "in_flight";
    keep_mark();
    return told(*one);
}

void PlainLedger::abandon(const std::string& task, const std::string& outcome) {
    PlainReservation* one = latest(task);
    if (one == nullptr || !one->is_open())
        return;
    const bool paid = one->spent > 0 || one->drawn > 0;
    end_reservation(*one, paid ? "settled" : "released", outcome, true, now.wall.micros);
}

} // namespace smos::model
