// SPDX-License-Identifier: Apache-2.0
// The ledger under load: fills a state file with a long past, and reserves from it for a while.
#include "libsmos/core/fatal.hpp"
#include "libsmos/store/ledger/spend.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <vector>

namespace {

using namespace smos;

constexpr const char* wallet = "default/ava/spring";
// A plan's lines as they come with a record of 2 KB.
const std::string& lines() {
    static const std::string text = [] {
        std::string made = "[";
        for (int i = 0; i < 6; ++i)
            made +=
                fmt::format(R"({}{{"capability":"cap.image.generate","provider":"acme","model":)"
                            R"("painter-2","unit":"image","quantity":1,"micros":{}}})",
                            i == 0 ? "" : ",",
                            i + 1);
        return made + "]";
    }();
    return text;
}

store::Policy wide_policy() {
    store::Policy policy;
    policy.hour_cap_micros = policy.day_budget_micros = max_micros;
    return policy;
}

store::ReserveRequest request(const std::string& task) {
    return {"default", task, wallet, 10, lines(), "bench", {}};
}

/// `entries` in cycles of four, a second of the last hour passing often enough that every second
/// of the window has its row on all three levels.
int fill(const std::string& state, std::int64_t entries) {
    store::Database database{state};
    constexpr std::int64_t window_seconds = 3600;
    const std::int64_t cycles = entries / 4;
    const Instant end = system_now();
    std::int64_t cycle = 0;
    const auto clock = [&] {
        const std::int64_t back =
            window_seconds - cycle * window_seconds / std::max<std::int64_t>(cycles, 1);
        return Instant{end.micros - back * 1'000'000};
    };
    store::Ledger ledger{database, wide_policy(), clock};
    or_fatal(ledger.fund({wallet, max_micros / 2, "bench", false, "bench"}), ExitStatus::bug);
    while (cycle < cycles) {
        const std::int64_t second = clock().micros;
        ledger.together([&] {
            for (int i = 0; i < 250 && cycle < cycles && clock().micros == second; ++i, ++cycle) {
                const std::string task =
                    fmt::format("past-{:032x}", cycle * 2654435761LL % (1LL << 40));
                const auto reserved = or_fatal(ledger.reserve(request(task)), ExitStatus::bug);
                SMOS_EXPECT(reserved.admitted);
                const std::string& id = reserved.reservation->reservation_id;
                auto call =
                    or_fatal(store::Spend::draw(ledger, {id, "cap.test", "acme", "m", "", 10, "k"}),
                             ExitStatus::bug);
                or_fatal(call.settle(10), ExitStatus::bug);
                or_fatal(ledger.close({id, "default", task, false, "published", "bench"}),
                         ExitStatus::bug);
            }
        });
    }
    return 0;
}

/// `many` in each commit. Prints how many, and the latencies of commits in microseconds: p50, p99,
/// most.
int reserve(const std::string& state, const std::string& name, double seconds, int many) {
    store::Database database{state};
    store::Ledger ledger{database, wide_policy()};
    std::vector<std::int64_t> took_us;
    const auto one = [&](int number) {
        const std::string task = fmt::format("{}-{}-{}", name, took_us.size(), number);
        SMOS_EXPECT(or_fatal(ledger.reserve(request(task)), ExitStatus::bug).admitted);
    };
    const std::int64_t end_us = monotonic_us() + static_cast<std::int64_t>(seconds * 1e6);
    for (std::int64_t began_us = monotonic_us(); began_us < end_us;) {
        if (many == 1)
            one(0);
        else
            ledger.together([&] {
                for (int number = 0; number < many; ++number)
                    one(number);
            });
        const std::int64_t now_us = monotonic_us();
        took_us.push_back(now_us - began_us);
        began_us = now_us;
    }
    std::sort(took_us.begin(), took_us.end());
    const std::size_t count = took_us.size();
    std::cout << fmt::format("{} {} {} {}\n",
                             count * static_cast<std::size_t>(many),
                             took_us[count / 2],
                             took_us[count * 99 / 100],
                             took_us.back());
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> words{argv + 1, argv + argc};
    try {
        if (words.size() == 3 && words[0] == "fill")
            return fill(words[1], std::stoll(words[2]));
        if (words.size() == 5 && words[0] == "reserve")
            return reserve(words[1], words[2], std::stod(words[3]), std::stoi(words[4]));
        std::cerr << "ledger_bench fill STATE ENTRIES | reserve STATE NAME SECONDS MANY\n";
        return 64;
    } catch (const Fatal& fatal) {
        std::cerr << fatal.what() << '\n';
        return static_cast<int>(fatal.status());
    }
}
