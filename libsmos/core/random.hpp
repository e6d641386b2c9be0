// SPDX-License-Identifier: Apache-2.0
// A seeded generator with a fixed formula: the same seed draws the same numbers on every machine.
#pragma once

#include <cstddef>
#include <cstdint>

namespace smos {

/// SplitMix64 (Steele, Lea, Flood 2014).
class Random {
  public:
    explicit Random(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() {
        state_ += 0x9E3779B97F4A7C15ULL;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
        return z ^ (z >> 31U);
    }
    /// 0 <= result < bound; bound > 0. The bias is below 2^-32 for the small bounds used here.
    std::size_t below(std::size_t bound) {
        return static_cast<std::size_t>((next() >> 32U) * bound >> 32U);
    }
    /// [0, 1)
    double unit() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }

  private:
    std::uint64_t state_;
};

} // namespace smos
