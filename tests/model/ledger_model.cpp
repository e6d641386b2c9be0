// SPDX-License-Identifier: Apache-2.0
// The ledger under one seed, in worlds of some thousand steps: after every step the store equals a
// plain model. A failure prints its seed, world and step, and the few steps that it needs.
#include "tests/model/ledger_simulation.hpp"

#include <cstdlib>
#include <cstring>
#include <numeric>

namespace smos::model {
namespace {

constexpr std::size_t world_steps = 2'000;
constexpr std::size_t audit_steps = 500;
constexpr int most_replays = 150;

struct Failure {
    std::size_t step = 0;
    std::string verb;
    std::string what;
};

struct Run {
    std::size_t faults = 0;
    std::map<std::string, std::size_t> answers{};
    std::optional<Failure> failure{};
};

std::uint64_t seed_of(std::uint64_t seed, std::size_t world) {
    return Random{seed * 1'000'003 + world}.next();
}

Run run(std::uint64_t seed, const std::vector<std::size_t>& steps, bool traces = false) {
    LedgerSimulation simulation{seed};
    simulation.traces = traces;
    Run made;
    std::size_t number = 0;
    try {
        for (std::size_t i = 0; i < steps.size(); ++i) {
            number = steps[i];
            simulation.step(number);
            if (number % audit_steps == audit_steps - 1 || i + 1 == steps.size())
                simulation.audit();
        }
    } catch (const LedgerBroken& broken) {
        made.failure = Failure{number, simulation.verb(), broken.what};
    } catch (const Fatal& fatal) {
        made.failure = Failure{number, simulation.verb(), fatal.what()};
    }
    made.faults = simulation.faults();
    made.answers = simulation.answers();
    return made;
}

/// Leaves out what it fails without.
std::vector<std::size_t> shrunk(std::uint64_t seed, std::vector<std::size_t> steps) {
    int replays = 0;
    for (std::size_t size = steps.size() / 2; size > 0; size /= 2) {
        for (std::size_t from = 0; from < steps.size() && replays < most_replays;) {
            std::vector<std::size_t> fewer{steps.begin(),
                                           steps.begin() + static_cast<std::ptrdiff_t>(from)};
            const std::size_t to = std::min(from + size, steps.size());
            fewer.insert(fewer.end(), steps.begin() + static_cast<std::ptrdiff_t>(to), steps.end());
            ++replays;
            const Run again = fewer.empty() ? Run{} : run(seed, fewer);
            if (again.failure) {
                while (fewer.back() > again.failure->step)
                    fewer.pop_back();
                steps = fewer;
            } else {
                from = to;
            }
        }
    }
    return steps;
}

void tell(std::uint64_t seed, std::size_t world, const Failure& failure, bool shrinks) {
    fmt::print(stderr,
               "seed {} world {} step {} ({}): {}\nreplay: ledger_model --seed {} --world {}\n",
               seed,
               world,
               failure.step,
               failure.verb,
               failure.what,
               seed,
               world);
    if (!shrinks)
        return;
    std::vector<std::size_t> steps(failure.step + 1);
    std::iota(steps.begin(), steps.end(), std::size_t{0});
    steps = shrunk(seed_of(seed, world), steps);
    const Run again = run(seed_of(seed, world), steps);
    std::string text;
    for (const std::size_t step : steps)
        text += fmt::format("{}{}", text.empty() ? "" : ",", step);
    fmt::print(stderr,
               "{} steps do: {}\nreplay: ledger_model --seed {} --world {} --only {}\n",
               steps.size(),
               again.failure ? again.failure->verb + ": " + again.failure->what : "nothing",
               seed,
               world,
               text);
}

struct Plan {
    std::uint64_t seed = 1;
    std::uint64_t seeds = 1;
    std::size_t steps = 1'000'000;
    std::optional<std::size_t> world{};
    std::vector<std::size_t> only{};
    bool shrinks = true;
    bool verbose = false;
};

bool run_seed(const Plan& plan, std::uint64_t seed) {
    const std::size_t worlds = (plan.steps + world_steps - 1) / world_steps;
    std::size_t faults = 0;
    std::map<std::string, std::size_t> answers;
    for (std::size_t world = plan.world.value_or(0); world < plan.world.value_or(worlds - 1) + 1;
         ++world) {
        std::vector<std::size_t> steps = plan.only;
        if (steps.empty()) {
            steps.resize(
                std::min(plan.steps - (plan.world ? 0 : world * world_steps), world_steps));
            std::iota(steps.begin(), steps.end(), std::size_t{0});
        }
        const Run made = run(seed_of(seed, world), steps, plan.verbose && !plan.only.empty());
        if (made.failure) {
            tell(seed, world, *made.failure, plan.shrinks && plan.only.empty());
            return false;
        }
        faults += made.faults;
        for (const auto& [answer, times] : made.answers)
            answers[answer] += times;
    }
    std::size_t heard = 0;
    for (const auto& [answer, times] : answers) {
        heard += times;
        if (plan.verbose)
            fmt::print("{:>9} {}\n", times, answer);
    }
    fmt::print("seed {}: {} steps, {} faults, {} answers of {} kinds\n",
               seed,
               plan.steps,
               faults,
               heard,
               answers.size());
    return plan.world || plan.steps < world_steps || (faults > 0 && answers.size() > 60);
}

std::vector<std::size_t> numbers_of(const char* text) {
    std::vector<std::size_t> numbers;
    for (char* end = nullptr; *text != '\0'; text = *end == ',' ? end + 1 : end)
        numbers.push_back(std::strtoull(text, &end, 10));
    return numbers;
}

} // namespace
} // namespace smos::model

int main(int argc, char** argv) {
    smos::model::Plan plan;
    for (int i = 1; i < argc; ++i) {
        const std::string_view name = argv[i];
        if (name == "--verbose" || name == "--as-it-is") {
            (name == "--verbose" ? plan.verbose : plan.shrinks) = name == "--verbose";
            continue;
        }
        if (i + 1 == argc)
            return 64;
        const char* text = argv[++i];
        const std::uint64_t value = std::strtoull(text, nullptr, 10);
        if (name == "--seed")
            plan.seed = value;
        else if (name == "--seeds")
            plan.seeds = value;
        else if (name == "--steps")
            plan.steps = value;
        else if (name == "--world")
            plan.world = value;
        else if (name == "--only")
            plan.only = smos::model::numbers_of(text);
        else
            return 64;
    }
    bool good = true;
    for (std::uint64_t i = 0; i < plan.seeds; ++i)
        good = smos::model::run_seed(plan, plan.seed + i) && good;
    return good ? 0 : 1;
}
