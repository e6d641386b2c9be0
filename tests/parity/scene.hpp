// SPDX-License-Identifier: Apache-2.0
// Planes of seeded noise with a guard around every row, and the hash of what they hold.
#pragma once

#include "libsmos/kernels/plane.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace smos::parity {

// splitmix64: the same numbers on every machine.
class Noise {
  public:
    explicit Noise(std::string_view seed);

    std::uint64_t next();
    // Uniform in [low, high].
    int between(int low, int high);
    double real(double low, double high);

  private:
    std::uint64_t state_ = 0x9e3779b97f4a7c15U;
};

enum class Fill { noise, extremes, flat, masks };

// A plane that owns its memory. Every row ends in guard bytes, and so do both ends.
class Scene {
  public:
    Scene() = default;
    // `gap` more bytes per row than the pixels need.
    Scene(Noise& noise, int width, int height, int gap, Fill fill, int channels = 1);

    [[nodiscard]] kernels::Plane<std::uint8_t> view();
    [[nodiscard]] kernels::Plane<const std::uint8_t> view() const;
    [[nodiscard]] int width() const { return width_; }
    [[nodiscard]] int height() const { return height_; }
    [[nodiscard]] bool operator==(const Scene& other) const { return memory_ == other.memory_; }
    // FNV-1a of the pixels, row by row, guards left out.
    [[nodiscard]] std::uint64_t hash(std::uint64_t before) const;
    [[nodiscard]] bool guards_hold() const;

  private:
    std::vector<std::uint8_t> memory_;
    int width_ = 0;
    int height_ = 0;
    int channels_ = 1;
    int pitch_ = 0;
};

inline constexpr std::uint64_t hash_start = 0xcbf29ce484222325U;
[[nodiscard]] std::uint64_t
hash_bytes(const std::uint8_t* bytes, std::size_t count, std::uint64_t before);

} // namespace smos::parity
