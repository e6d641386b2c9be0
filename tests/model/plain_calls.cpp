// SPDX-License-Identifier: Apache-2.0
// The model's calls: drawn from a reservation, ended, and what a dead process leaves.
#include "tests/model/plain_ledger.hpp"

#include "libsmos/core/hash.hpp"

#include <algorithm>

namespace smos::model {
namespace {

constexpr std::int64_t second = 1'000'000;

} // namespace

PlainCall* PlainLedger::find_call(const std::string& id, PlainReservation** of) {
    for (auto& [task, rounds] : tasks)
        for (PlainReservation& one : rounds)
            for (PlainCall& call : one.calls)
                if (call.id == id) {
                    if (of != nullptr)
                        *of = &one;
                    return &call;
                }
    return nullptr;
}

bool PlainLedger::is_alive(const PlainCall& call, std::int64_t at_us) const {
    return call.owner == Owner::here ||
           (call.owner == Owner::elsewhere && at_us - call.opened_us < 3600 * second);
}

void PlainLedger::book_call(PlainReservation& one, PlainCall& call, std::int64_t at_us) {
    PlainWallet& purse = wallets.at(one.purse);
    touch(one.wallet, at_us);
    const Micros actual = *call.actual;
    const Micros within = std::min(actual, call.ceiling);
    const Micros covered = std::min(actual - within, one.held() - one.drawn);
    const Micros from_purse = std::min(actual - within - covered, available(one.purse));
    const Micros owed = actual - within - covered - from_purse;
    append(one.wallet, at_us);
    move(one.purse, at_us, {0, 0, -within, 0});
    if (within < call.ceiling) {
        append(one.wallet, at_us);
        move(one.purse, at_us, {0, call.ceiling - within, within - call.ceiling, 0});
    }
    if (covered > 0) {
        append(one.wallet, at_us);
        move(one.purse, at_us, {0, -covered, 0, 0});
    }
    if (from_purse > 0) {
        append(one.wallet, at_us);
        move(one.purse, at_us, {-from_purse, 0, 0, 0});
    }
    if (owed > 0) {
        append(one.wallet, at_us);
        move(one.purse, at_us, {0, 0, 0, owed});
    }
    purse.owed += owed;
    one.drawn -= call.ceiling;
    one.spent += actual;
    one.overrun += from_purse + owed;
    post(one.wallet, one.purse, call.provider, actual, at_us);
}

bool PlainLedger::is_in_doubt(const std::string& task) const {
    const auto rounds = tasks.find(task);
    if (rounds == tasks.end() || rounds->second.empty())
        return false;
    const auto& calls = rounds->second.back().calls;
    return std::any_of(calls.begin(), calls.end(), [](const PlainCall& call) {
        return call.state == "in_doubt" && call.ceiling > 0;
    });
}

/// What a new call is refused for; empty: nothing.
Answer PlainLedger::may_draw(const PlainReservation& one, const Drawn& drawn) const {
    if (!one.is_open())
        return "reservation_closed";
    if (one.expires_us <= at())
        return "reservation_expired";
    if (drawn.ceiling > one.held() - one.drawn)
        return "above_reservation";
    if (drawn.ceiling == 0)
        return "";
    for (const std::string& name : up(one.wallet))
        if (wallets.at(name).state == "closed")
            return "stopped";
    for (const std::string& name : up(one.wallet)) {
        const auto cap = wallets.at(name).provider_caps.find(drawn.provider);
        if (cap != wallets.at(name).provider_caps.end() &&
            in_month(name, at(), drawn.provider) + asked_of(name, drawn.provider) + drawn.ceiling >
                cap->second)
            return "provider_budget";
    }
    return "";
}

Answer PlainLedger::draw(const Drawn& drawn) {
    if (drawn.ceiling < 0 || drawn.ceiling > max_micros)
        return "bad_amount";
    if (jump_us() > 0 && drawn.ceiling > 0)
        throw Shut{};
    const std::int64_t time = at();
    if (drawn.ceiling > 0)
        keep_mark(); // a refusal is committed too
    if (drawn.lost_lease)
        return "lost_lease";
    PlainReservation* one = find(drawn.reservation);
    if (one == nullptr)
        return "unknown_reservation";
    PlainCall* known = nullptr;
    for (PlainCall& call : one->calls)
        known = call.key == drawn.key ? &call : known;
    std::int64_t attempt = 1;
    if (known != nullptr) {
        const bool same = known->provider == drawn.provider && known->ceiling == drawn.ceiling;
        attempt = known->attempt + 1;
        if (known->state == "done")
            return same ? "finished " + known->answer : "differs";
        if (known->state == "in_doubt" && !same)
            return "differs";
        if (known->state == "open") {
            if (known->owner != Owner::here)
                keep_mark();
            if (known->owner != Owner::here && is_alive(*known, time))
                return "in_flight";
            known->state = known->ceiling == 0 ? "failed" : "in_doubt";
            known->actual = known->ceiling;
            keep_mark();
            book_call(*one, *known, time);
        }
        if (known->state == "in_doubt" && known->ceiling > 0)
            return "in_doubt";
    }
    keep_mark();
    // A wallet is looked at only when the reservation itself lets the call through.
    const Answer refused = may_draw(*one, drawn);
    if (!refused.empty() && refused != "stopped" && refused != "provider_budget")
        return refused;
    touch(one->wallet, time);
    if (!refused.empty())
        return refused;
    PlainCall made;
    made.id = name_uuid({"spend", one->id, drawn.key, std::to_string(attempt)});
    made.key = drawn.key;
    made.capability = drawn.capability;
    made.provider = drawn.provider;
    made.ceiling = drawn.ceiling;
    made.attempt = attempt;
    made.opened_us = time;
    append(one->wallet, time);
    move(one->purse, time, {0, -made.ceiling, made.ceiling, 0});
    one->drawn += made.ceiling;
    one->calls.push_back(std::move(made));
    return "drawn";
}

Answer PlainLedger::end(const std::string& id,
                        const std::string& state,
                        Micros actual,
                        const std::string& answer) {
    if (actual < 0 || actual > max_micros)
        return "bad_amount";
    PlainReservation* one = nullptr;
    PlainCall* call = find_call(id, &one);
    if (call == nullptr || call->owner != Owner::here)
        return "not_open";
    if (call->state != "open")
        return call->state == state && call->actual == actual && call->answer == answer
                   ? ""
                   : "not_open";
    const std::int64_t time = at();
    call->state = state;
    call->actual = actual;
    call->answer = answer;
    keep_mark();
    book_call(*one, *call, time);
    return "";
}

} // namespace smos::model
