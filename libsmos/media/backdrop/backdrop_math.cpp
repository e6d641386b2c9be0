// SPDX-License-Identifier: Apache-2.0
// Numbers for painted backgrounds: dice, gradient noise and spline fields.
#include "libsmos/media/backdrop/backdrop_math.hpp"

#include <array>

namespace smos::media::backdrop {

float angle_turns(float y, float x) {
    const float ax = std::abs(x);
    const float ay = std::abs(y);
    const float high = std::max(ax, ay);
    if (high <= 0.0F) {
        return 0.0F;
    }
    const float t = std::min(ax, ay) / high;
    const float q = t * t;
    // Odd polynomial for atan(t) / 2 pi on 0..1.
    float turns = t * (0.1591549F + q * (-0.0525F + q * (0.0278F + q * -0.0095F)));
    turns = ay > ax ? 0.25F - turns : turns;
    turns = x < 0.0F ? 0.5F - turns : turns;
    return y < 0.0F ? 1.0F - turns : turns;
}

std::uint64_t Dice::next() {
    state_ += 0x9e3779b97f4a7c15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31U);
}

float Dice::unit() { return static_cast<float>(next() >> 40U) * (1.0F / 16777216.0F); }

namespace {

float corner(std::uint32_t hash, float x, float y) {
    static constexpr std::array<float, 16> gx = {1,
                                                 0.92F,
                                                 0.71F,
                                                 0.38F,
                                                 0,
                                                 -0.38F,
                                                 -0.71F,
                                                 -0.92F,
                                                 -1,
                                                 -0.92F,
                                                 -0.71F,
                                                 -0.38F,
                                                 0,
                                                 0.38F,
                                                 0.71F,
                                                 0.92F};
    static constexpr std::array<float, 16> gy = {0,
                                                 0.38F,
                                                 0.71F,
                                                 0.92F,
                                                 1,
                                                 0.92F,
                                                 0.71F,
                                                 0.38F,
                                                 0,
                                                 -0.38F,
                                                 -0.71F,
                                                 -0.92F,
                                                 -1,
                                                 -0.92F,
                                                 -0.71F,
                                                 -0.38F};
    const std::size_t i = hash & 15U;
    return gx[i] * x + gy[i] * y;
}

float fade(float t) { return t * t * t * (t * (t * 6.0F - 15.0F) + 10.0F); }

std::array<float, 4> spline_weights(float t) {
    const float u = 1.0F - t;
    return {u * u * u / 6.0F,
            (4.0F - 6.0F * t * t + 3.0F * t * t * t) / 6.0F,
            (4.0F - 6.0F * u * u + 3.0F * u * u * u) / 6.0F,
            t * t * t / 6.0F};
}

} // namespace

float gradient_noise(float x, float y, std::uint32_t seed) {
    const int ix = whole(x);
    const int iy = whole(y);
    const float fx = x - real(ix);
    const float fy = y - real(iy);
    const float u = fade(fx);
    const float top = blend(corner(hash_cell(ix, iy, seed), fx, fy),
                            corner(hash_cell(ix + 1, iy, seed), fx - 1.0F, fy),
                            u);
    const float low = blend(corner(hash_cell(ix, iy + 1, seed), fx, fy - 1.0F),
                            corner(hash_cell(ix + 1, iy + 1, seed), fx - 1.0F, fy - 1.0F),
                            u);
    return blend(top, low, fade(fy)) * 1.5F;
}

float layered_noise(float x, float y, int octaves, std::uint32_t seed) {
    float sum = 0.0F;
    float amplitude = 0.55F;
    for (int i = 0; i < octaves; ++i) {
        sum += amplitude * gradient_noise(x, y, seed + static_cast<std::uint32_t>(i) * 1013U);
        // Turned a little each octave, so that the grid of the noise never shows.
        const float turned_x = 1.6F * x + 1.2F * y;
        y = 1.6F * y - 1.2F * x + 7.3F;
        x = turned_x;
        amplitude *= 0.5F;
    }
    return sum;
}

Field::Field(int width_px, int height_px, int step_px)
    : width_(width_px),
      step_(std::max(1, step_px)),
      columns_(width_px / step_ + 5),
      rows_(height_px / step_ + 6),
      grid_(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows_)) {
    for (int k = 0; k < step_; ++k) {
        for (const float weight : spline_weights(real(k) / real(step_))) {
            weights_.push_back(weight);
        }
    }
}

void Field::read_row(float y_px, float* out) const {
    const float place = std::max(0.0F, y_px / real(step_));
    const int cell = std::min(whole(place), rows_ - 5);
    const auto across = spline_weights(place - real(cell));
    const auto stride = static_cast<std::size_t>(columns_);
    const float* base = grid_.data() + static_cast<std::size_t>(cell) * stride;
    thread_local std::vector<float> line;
    line.resize(stride);
    for (std::size_t i = 0; i < stride; ++i) {
        line[i] = base[i] * across[0] + base[i + stride] * across[1] +
                  base[i + 2 * stride] * across[2] + base[i + 3 * stride] * across[3];
    }
    int x = 0;
    for (const float* p = line.data(); x < width_; ++p) {
        const float* w = weights_.data();
        for (int k = std::min(step_, width_ - x); k > 0; --k, ++x, w += 4) {
            out[x] = p[0] * w[0] + p[1] * w[1] + p[2] * w[2] + p[3] * w[3];
        }
    }
}

} // namespace smos::media::backdrop
