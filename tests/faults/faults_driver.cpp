// SPDX-License-Identifier: Apache-2.0
// One process of the fault tests: races for a cap, dies between a reservation and its call, holds
// the gate, or takes wallets in one order or the other.
#include "libsmos/core/fatal.hpp"
#include "libsmos/core/random.hpp"
#include "libsmos/store/ledger/spend.hpp"

#include <fmt/format.h>

#include <array>
#include <csignal>
#include <iostream>
#include <unistd.h>

namespace {

using namespace smos;

constexpr Micros price = 10;
constexpr std::array wallets{"default/ava/spring", "default/ava/summer", "default/bob/spring"};

// Written and flushed only after the commit: whoever reads the line may count on it.
void acknowledge(const std::string& what) { std::cout << what << std::endl; }

store::Policy policy_of(Micros cap, std::int64_t seconds) {
    store::Policy policy;
    policy.hour_cap_micros = cap;
    policy.day_budget_micros = max_micros;
    policy.reservation_seconds = seconds;
    return policy;
}

void spend(store::Ledger& ledger, const std::string& id, Micros micros) {
    auto call = or_fatal(store::Spend::draw(ledger, {id, "cap", "acme", "m", "", price, "call"}),
                         ExitStatus::bug);
    or_fatal(call.settle(micros), ExitStatus::bug);
}

// Of the admitted some are paid in full, some in part, some released, and some forgotten with a
// time that is over at once, so that anybody's next reservation gives them back.
int mix(const std::string& state, const std::string& name, std::int64_t count, Micros cap) {
    Random random{std::hash<std::string>{}(name)};
    store::Database database{state};
    store::Ledger patient{database, policy_of(cap, 3600)};
    store::Ledger hasty{database, policy_of(cap, 0)};
    std::int64_t admitted = 0;
    for (std::int64_t number = 0; number < count; ++number) {
        const std::string task = fmt::format("{}-{}", name, number);
        const std::uint64_t what = random.below(5);
        store::Ledger& ledger = what == 0 ? hasty : patient;
        const std::string wallet = wallets[random.below(wallets.size())];
        const auto outcome = ledger.reserve({"default", task, wallet, price, "[]", "mix"});
        SMOS_EXPECT(bool{outcome});
        if (!outcome->admitted)
            continue;
        ++admitted;
        const std::string& id = outcome->reservation->reservation_id;
        if (what >= 2)
            spend(ledger, id, what == 2 ? static_cast<Micros>(random.below(price)) : price);
        if (what != 0)
            or_fatal(ledger.close({id, "default", task, what == 1, "failed", "mix"}),
                     ExitStatus::bug);
    }
    acknowledge(fmt::format("admitted {}", admitted));
    return 0;
}

// Reserves and pays in full until nothing more is admitted.
int fill_up(const std::string& state, const std::string& name, Micros cap) {
    store::Database database{state};
    store::Ledger ledger{database, policy_of(cap, 3600)};
    std::int64_t admitted = 0;
    for (;; ++admitted) {
        const std::string task = fmt::format("{}-{}", name, admitted);
        const std::string wallet = wallets[static_cast<std::size_t>(admitted) % wallets.size()];
        const auto outcome = ledger.reserve({"default", task, wallet, price, "[]", "fill"});
        SMOS_EXPECT(bool{outcome});
        if (!outcome->admitted)
            break;
        spend(ledger, outcome->reservation->reservation_id, price);
        or_fatal(
            ledger.close(
                {outcome->reservation->reservation_id, "default", task, false, "failed", "fill"}),
            ExitStatus::bug);
    }
    acknowledge(fmt::format("admitted {}", admitted));
    return 0;
}

// Dies after COUNT reservations, before any call.
int perish(const std::string& state, const std::string& name, std::int64_t count) {
    store::Database database{state};
    store::Ledger ledger{database, policy_of(max_micros, 3600)};
    for (std::int64_t number = 0; number < count; ++number) {
        const std::string task = fmt::format("{}-{}", name, number);
        const auto outcome = ledger.reserve({"default", task, wallets[0], price, "[]", "perish"});
        SMOS_EXPECT(outcome && outcome->admitted);
        acknowledge("reserved " + task);
    }
    ::raise(SIGKILL);
    return 0;
}

// Takes the gate and keeps it until somebody kills it.
int hold(const std::string& state) {
    store::Database database{state};
    database.transaction("hold", [] {
        acknowledge("held");
        for (;;)
            ::pause();
    });
    return 0;
}

// Commits of several wallets at once, in one order or in the other.
int pairs(const std::string& state, const std::string& name, std::int64_t count) {
    store::Database database{state};
    store::Ledger ledger{database, policy_of(max_micros, 3600)};
    for (std::int64_t number = 0; number < count; ++number) {
        const bool backwards = (static_cast<std::size_t>(number) + name.size()) % 2 == 0;
        ledger.together([&] {
            for (std::size_t index = 0; index < wallets.size(); ++index) {
                const char* wallet = wallets[backwards ? wallets.size() - 1 - index : index];
                const auto funding = ledger.fund(
                    {wallet, price, fmt::format("{}-{}-{}", name, number, wallet), false, "pairs"});
                SMOS_EXPECT(bool{funding});
            }
        });
    }
    acknowledge("booked");
    return 0;
}

int dispatch(const std::vector<std::string>& words) {
    const std::string verb = words.empty() ? "" : words[0];
    if (verb == "mix" && words.size() == 5)
        return mix(words[1], words[2], std::stoll(words[3]), std::stoll(words[4]));
    if (verb == "fill" && words.size() == 4)
        return fill_up(words[1], words[2], std::stoll(words[3]));
    if (verb == "perish" && words.size() == 4)
        return perish(words[1], words[2], std::stoll(words[3]));
    if (verb == "hold" && words.size() == 2)
        return hold(words[1]);
    if (verb == "pairs" && words.size() == 4)
        return pairs(words[1], words[2], std::stoll(words[3]));
    std::cerr << "faults_driver mix STATE NAME N CAP | fill STATE NAME CAP | perish STATE NAME N"
                 " | hold STATE | pairs STATE NAME N\n";
    return 64;
}

} // namespace

int main(int argc, char** argv) {
    try {
        return dispatch({argv + 1, argv + argc});
    } catch (const Fatal& fatal) {
        std::cerr << fatal.what() << '\n';
        return static_cast<int>(fatal.status());
    }
}
