// SPDX-License-Identifier: Apache-2.0
// Numbers for painted backgrounds: dice, noise and the few functions that libm may round otherwise.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace smos::media::backdrop {

struct Point {
    float x = 0;
    float y = 0;
};

inline float real(int value) { return static_cast<float>(value); }

/// The greatest integer not above value; |value| below 2^31.
inline int whole(float value) {
    const int cut = static_cast<int>(value);
    return cut - (value < real(cut) ? 1 : 0);
}

inline float fraction(float value) { return value - real(whole(value)); }
inline float clamp01(float value) { return std::min(1.0F, std::max(0.0F, value)); }
inline float blend(float from, float to, float t) { return from + (to - from) * t; }
inline float square(float value) { return value * value; }

inline float smooth(float low, float high, float value) {
    const float t = clamp01((value - low) / (high - low));
    return t * t * (3.0F - 2.0F * t);
}

/// Sine of a full-turn angle (1 is once around), within 2e-4.
inline float sine(float turns) {
    float t = turns - real(whole(turns + 0.5F));
    t = t > 0.25F ? 0.5F - t : (t < -0.25F ? -0.5F - t : t);
    const float q = t * t;
    return t *
           (6.2831853F + q * (-41.341702F + q * (81.605249F + q * -76.705860F + q * q * 39.5F)));
}

inline float cosine(float turns) { return sine(turns + 0.25F); }

/// Angle of (x, y) in turns, 0..1, within 3e-4.
float angle_turns(float y, float x);

/// A repeatable source of choices (splitmix64). C++ leaves the order of a call's arguments and of
/// operands open, so no expression asks the dice twice outside a braced list.
class Dice {
  public:
    explicit Dice(std::uint64_t seed) : state_(seed) {}
    std::uint64_t next();
    float unit(); ///< 0 <= unit < 1
    float range(float low, float high) { return low + (high - low) * unit(); }
    int below(int count) { return whole(unit() * real(count)); }
    bool chance(float probability) { return unit() < probability; }
    float sign() { return chance(0.5F) ? 1.0F : -1.0F; }
    std::uint32_t seed32() { return static_cast<std::uint32_t>(next() >> 32U); }

  private:
    std::uint64_t state_;
};

inline std::uint32_t scramble(std::uint32_t x) {
    x ^= x >> 16U;
    x *= 0x7feb352dU;
    x ^= x >> 15U;
    x *= 0x846ca68bU;
    return x ^ (x >> 16U);
}

inline std::uint32_t hash_cell(int x, int y, std::uint32_t seed) {
    return scramble(static_cast<std::uint32_t>(x) * 0x9e3779b1U ^
                    scramble(static_cast<std::uint32_t>(y) * 0x85ebca77U ^ seed));
}

/// 0 <= value < 1, one for each integer cell.
inline float cell_unit(int x, int y, std::uint32_t seed) {
    return static_cast<float>(hash_cell(x, y, seed) >> 8U) * (1.0F / 16777216.0F);
}

/// Gradient noise, about -1..1, smooth.
float gradient_noise(float x, float y, std::uint32_t seed);

/// Octaves of gradient noise, each at half the amplitude and twice the frequency, about -1..1.
float layered_noise(float x, float y, int octaves, std::uint32_t seed);

/// Values on a coarse grid, read along pixel rows through a cubic B-spline: smooth shapes for a
/// hundredth of the cost of computing them at every pixel.
class Field {
  public:
    Field(int width_px, int height_px, int step_px);

    /// Fills the grid with value(x_px, y_px).
    template <typename Value>
    void fill(Value&& value) {
        for (int j = 0; j < rows_; ++j) {
            for (int i = 0; i < columns_; ++i) {
                at(i, j) = value(real((i - 1) * step_), real((j - 1) * step_));
            }
        }
    }
    /// Writes width_px values of pixel row y (any y within one step of the image).
    void read_row(float y_px, float* out) const;

  private:
    float& at(int i, int j) {
        return grid_[static_cast<std::size_t>(j) * static_cast<std::size_t>(columns_) +
                     static_cast<std::size_t>(i)];
    }

    int width_;
    int step_;
    int columns_;
    int rows_;
    std::vector<float> grid_;
    std::vector<float> weights_;
};

} // namespace smos::media::backdrop
