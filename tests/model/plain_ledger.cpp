// SPDX-License-Identifier: Apache-2.0
// The model's clock, wallets and windows.
#include "tests/model/plain_ledger.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>

namespace smos::model {
namespace {

constexpr std::int64_t second = 1'000'000;
constexpr std::int64_t day_seconds = 86'400;

bool is_below(const std::string& wallet, const std::string& above) {
    return wallet == above || wallet.rfind(above + "/", 0) == 0;
}

} // namespace

std::string chain_name(const std::string& wallet) { return wallet.substr(0, wallet.find('/')); }

bool good_name(const std::string& wallet) {
    return !wallet.empty() && wallet.find(' ') == std::string::npos && wallet.front() != '/' &&
           wallet.back() != '/' && std::count(wallet.begin(), wallet.end(), '/') < 4;
}

std::int64_t month_number(std::int64_t sec) {
    const std::time_t time = sec;
    std::tm parts{};
    gmtime_r(&time, &parts);
    return (std::int64_t{parts.tm_year} + 1900) * 12 + parts.tm_mon;
}

std::int64_t PlainLedger::jump_us() const {
    if (!mark || mark->boot.boot_id != now.boot.boot_id)
        return 0;
    const std::int64_t wall = now.wall.micros - mark->wall.micros;
    const std::int64_t ahead = wall - (now.boot.us - mark->boot.us);
    return ahead > 5 * second ? ahead : 0;
}

/// A watched clock leaves a mark every 10 s, at the first look and in another boot; never an
/// earlier one than it left.
void PlainLedger::keep_mark() {
    if (jump_us() > 0)
        return;
    const bool due =
        !mark ||
        (now.wall.micros >= mark->wall.micros &&
         (mark->boot.boot_id != now.boot.boot_id || now.boot.us - mark->boot.us >= 10 * second));
    if (due)
        mark = now;
}

std::vector<std::string> PlainLedger::up(const std::string& wallet) {
    std::vector<std::string> names{wallet};
    while (names.back().find('/') != std::string::npos)
        names.push_back(names.back().substr(0, names.back().rfind('/')));
    return names;
}

void PlainLedger::touch(const std::string& wallet, std::int64_t at_us) {
    for (const std::string& name : up(wallet)) {
        std::int64_t& sec = wallets.at(name).last_sec;
        sec = std::max(sec, at_us / second);
    }
}

void PlainLedger::create(const std::string& wallet) {
    for (const std::string& name : up(wallet))
        wallets.try_emplace(name);
}

void PlainLedger::append(const std::string& wallet, std::int64_t at_us) {
    if (at_us < closed_until_us)
        throw Shut{};
    ++entries[chain_name(wallet)];
}

void PlainLedger::move(const std::string& purse, std::int64_t at_us, PlainHoldings by) {
    moves_.push_back({at_us, purse, by});
}

std::map<std::string, PlainHoldings> PlainLedger::holdings(std::int64_t until_us) const {
    std::map<std::string, PlainHoldings> sums;
    for (const Move& each : moves_) {
        if (each.at_us >= until_us)
            continue;
        PlainHoldings& sum = sums[each.wallet];
        sum.purse += each.by.purse;
        sum.reserved += each.by.reserved;
        sum.drawn += each.by.drawn;
        sum.owed += each.by.owed;
    }
    return sums;
}

std::string PlainLedger::purse_of(const std::string& wallet) const {
    for (const std::string& name : up(wallet))
        if (wallets.at(name).funded > 0)
            return name;
    return wallet;
}

Micros PlainLedger::reserved(const std::string& purse) const {
    Micros sum = 0;
    for (const auto& [task, rounds] : tasks)
        if (rounds.back().is_open() && rounds.back().purse == purse)
            sum += rounds.back().held();
    return sum;
}

Micros PlainLedger::reserved_below(const std::string& wallet) const {
    Micros sum = 0;
    for (const auto& [task, rounds] : tasks)
        if (rounds.back().is_open() && is_below(rounds.back().wallet, wallet))
            sum += rounds.back().held();
    return sum;
}

Micros PlainLedger::available(const std::string& purse) const {
    const PlainWallet& wallet = wallets.at(purse);
    return std::max<Micros>(wallet.funded - wallet.spent - reserved(purse), 0);
}

std::int64_t PlainLedger::last(const std::string& wallet, std::int64_t at_us) const {
    return std::max(wallets.at(wallet).last_sec, at_us / second);
}

Micros PlainLedger::in_hour(const std::string& wallet, std::int64_t at_us) const {
    Micros sum = 0;
    const std::int64_t from = last(wallet, at_us) - 3600;
    for (const Posted& each : wallets.at(wallet).posted)
        sum += each.sec >= from ? each.amount : 0;
    return sum;
}

Micros PlainLedger::in_day(const std::string& wallet, std::int64_t at_us) const {
    Micros sum = 0;
    const std::int64_t day = last(wallet, at_us) / day_seconds;
    for (const Posted& each : wallets.at(wallet).posted)
        sum += each.sec / day_seconds == day ? each.amount : 0;
    return sum;
}

/// With one provider, or with all where none is named.
Micros PlainLedger::in_month(const std::string& wallet,
                             std::int64_t at_us,
                             const std::string& provider) const {
    Micros sum = 0;
    const std::int64_t month = month_number(last(wallet, at_us));
    for (const Posted& each : wallets.at(wallet).posted)
        if ((provider.empty() || each.provider == provider) && each.month == month)
            sum += each.amount;
    return sum;
}

/// What open reservations below still hold for a provider: their lines less what was paid to it.
Micros PlainLedger::held_for(const std::string& wallet, const std::string& provider) const {
    Micros sum = 0;
    for (const auto& [task, rounds] : tasks) {
        const PlainReservation& one = rounds.back();
        if (!one.is_open() || !is_below(one.wallet, wallet))
            continue;
        Micros left = 0;
        for (const PlainLine& line : one.lines)
            left += line.provider == provider ? line.micros : 0;
        for (const PlainCall& call : one.calls)
            left -= call.provider == provider ? call.actual.value_or(0) : 0;
        sum += std::max<Micros>(left, 0);
    }
    return sum;
}

/// What calls without an answer may still cost.
Micros PlainLedger::asked_of(const std::string& wallet, const std::string& provider) const {
    Micros sum = 0;
    for (const auto& [task, rounds] : tasks) {
        const PlainReservation& one = rounds.back();
        if (!one.is_open() || !is_below(one.wallet, wallet))
            continue;
        for (const PlainCall& call : one.calls)
            sum += call.state == "open" && call.provider == provider ? call.ceiling : 0;
    }
    return sum;
}

std::optional<PlainLedger::Use>
PlainLedger::tightest(const std::string& wallet, char window, std::int64_t at_us) const {
    std::optional<Use> found;
    for (const std::string& name : up(wallet)) {
        const PlainWallet& one = wallets.at(name);
        const bool root = name.find('/') == std::string::npos;
        std::optional<Micros> cap = window == 'h'   ? one.hour_cap
                                    : window == 'd' ? one.day_cap
                                                    : one.month_cap;
        if (!cap && root && window != 'm')
            cap = window == 'h' ? policy.hour_cap_micros : policy.day_budget_micros;
        if (!cap)
            continue;
        const Micros spent = window == 'h'   ? in_hour(name, at_us)
                             : window == 'd' ? in_day(name, at_us)
                                             : in_month(name, at_us, "");
        const Use use{name, spent + reserved_below(name), *cap};
        if (!found || use.cap - use.used < found->cap - found->used)
            found = use;
    }
    return found;
}

/// What was spent counts in the windows of the whole path, and trips what it fills.
void PlainLedger::post(const std::string& wallet,
                       const std::string& purse,
                       const std::string& provider,
                       Micros amount,
                       std::int64_t at_us) {
    wallets.at(purse).spent += amount;
    if (amount == 0)
        return;
    for (const std::string& name : up(wallet)) {
        PlainWallet& one = wallets.at(name);
        // What left the month is never asked for again.
        const std::int64_t month = month_number(last(name, at_us));
        one.posted.erase(std::remove_if(one.posted.begin(),
                                        one.posted.end(),
                                        [&](const Posted& each) {
                                            return each.month < month &&
                                                   each.sec < last(name, at_us) - 3600;
                                        }),
                         one.posted.end());
        one.posted.push_back({last(name, at_us), month, provider, amount});
        one.paid[provider] += amount;
    }
    for (const std::string& name : up(wallet)) {
        PlainWallet& one = wallets.at(name);
        const bool root = name.find('/') == std::string::npos;
        if (one.state != "open" || (!one.hour_cap && !root))
            continue;
        if (in_hour(name, at_us) >= one.hour_cap.value_or(policy.hour_cap_micros)) {
            append(name, at_us);
            one.state = "tripped";
        }
    }
}

Micros PlainLedger::left(const std::string& wallet) const {
    if (!has(wallet))
        return 0;
    Micros least = available(purse_of(wallet));
    for (const char window : {'h', 'd', 'm'})
        if (const auto use = tightest(wallet, window, at()))
            least = std::min(least, use->cap - use->used);
    return std::max<Micros>(least, 0);
}

Micros PlainLedger::to_trip(const std::string& wallet) const {
    Micros least = max_micros;
    for (const std::string& name : up(wallet)) {
        const PlainWallet& one = wallets.at(name);
        if (one.hour_cap || name.find('/') == std::string::npos)
            least = std::min(least,
                             one.hour_cap.value_or(policy.hour_cap_micros) - in_hour(name, at()));
    }
    return least;
}

std::vector<std::int64_t> PlainLedger::edges_us() const {
    std::vector<std::int64_t> edges{(at() / second / day_seconds + 1) * day_seconds * second};
    for (const auto& [task, rounds] : tasks) {
        if (rounds.back().is_open())
            edges.push_back(rounds.back().expires_us);
        for (const PlainCall& call : rounds.back().calls)
            if (call.state == "open")
                edges.push_back(call.opened_us + 3600 * second);
    }
    for (const auto& [name, wallet] : wallets)
        if (!wallet.posted.empty())
            edges.push_back((wallet.posted.back().sec + 3600) * second);
    return edges;
}

std::string PlainLedger::shown(const std::string& wallet) const {
    if (!has(wallet))
        return "none";
    const std::int64_t wall = now.wall.micros;
    const PlainWallet& one = wallets.at(wallet);
    const std::string purse = purse_of(wallet);
    const Use hour = *tightest(wallet, 'h', wall);
    const Use day = *tightest(wallet, 'd', wall);
    const auto month = tightest(wallet, 'm', wall);
    std::string state = "open";
    for (const std::string& name : up(wallet))
        if (state == "open")
            state = wallets.at(name).state;
    return fmt::format("{} funded {} spent {} reserved {} owed {} available {} of {} hour {}/{} {} "
                       "day {}/{} {} month {}/{} {}",
                       wallet,
                       one.funded,
                       one.spent,
                       reserved(wallet),
                       one.owed,
                       available(purse),
                       purse,
                       hour.used,
                       hour.cap,
                       hour.wallet,
                       day.used,
                       day.cap,
                       day.wallet,
                       month ? month->used : 0,
                       month ? month->cap : -1,
                       state);
}

} // namespace smos::model
