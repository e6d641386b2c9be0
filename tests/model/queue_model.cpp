// SPDX-License-Identifier: Apache-2.0
// The queue under one seed: after every step the store's rows equal those of a plain model. A
// failure prints its seed and step; queue_model --seed N --steps N plays it again.
#include "tests/model/simulation.hpp"

#include <cstdlib>

namespace smos::model {
namespace {

bool run(std::uint64_t seed, std::size_t steps) {
    Simulation simulation{seed};
    std::size_t number = 0;
    try {
        for (; number < steps; ++number)
            simulation.step(number);
    } catch (const Broken& broken) {
        fmt::print(stderr,
                   "seed {} step {}: {}\nreplay: queue_model --seed {} --steps {}\n",
                   seed,
                   number,
                   broken.what,
                   seed,
                   number + 1);
        return false;
    }
    fmt::print("seed {}: {} steps, {} faults, {} done\n",
               seed,
               steps,
               simulation.faults(),
               simulation.done());
    return simulation.faults() > 0 && simulation.done() > 0;
}

} // namespace
} // namespace smos::model

int main(int argc, char** argv) {
    std::uint64_t seed = 1;
    std::uint64_t seeds = 1;
    std::size_t steps = 1'000'000;
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string_view name = argv[i];
        const std::uint64_t value = std::strtoull(argv[i + 1], nullptr, 10);
        if (name == "--seed")
            seed = value;
        else if (name == "--seeds")
            seeds = value;
        else if (name == "--steps")
            steps = value;
        else
            return 64;
    }
    bool good = true;
    for (std::uint64_t i = 0; i < seeds; ++i)
        good = smos::model::run(seed + i, steps) && good;
    return good ? 0 : 1;
}
