// SPDX-License-Identifier: Apache-2.0
// Seeded noise and guarded planes.
#include "scene.hpp"

namespace smos::parity {

namespace {

constexpr std::uint8_t guard = 0xa5;
constexpr std::size_t margin = 64;

std::uint8_t sample_of(Noise& noise, Fill fill) {
    const std::uint64_t drawn = noise.next();
    const auto byte = static_cast<std::uint8_t>(drawn >> 32U);
    switch (fill) {
    case Fill::noise:
        return byte;
    case Fill::extremes:
        return byte < 128 ? 0 : 255;
    case Fill::flat:
        return 77;
    case Fill::masks:
        return (drawn & 3U) == 0 ? 255 : ((drawn & 3U) == 1 ? 0 : byte);
    }
    return byte;
}

} // namespace

Noise::Noise(std::string_view seed) {
    for (const char c : seed) {
        state_ = (state_ ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    }
}

std::uint64_t Noise::next() {
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31U);
}

int Noise::between(int low, int high) {
    const auto range = static_cast<std::uint64_t>(high - low) + 1;
    return low + static_cast<int>(next() % range);
}

double Noise::real(double low, double high) {
    return low + (high - low) * (static_cast<double>(next() >> 11U) / 9007199254740992.0);
}

Scene::Scene(Noise& noise, int width, int height, int gap, Fill fill, int channels)
    : width_(width),
      height_(height),
      channels_(channels),
      pitch_(width * channels + gap) {
    const auto rows = static_cast<std::size_t>(pitch_) * static_cast<std::size_t>(height);
    memory_.assign(2 * margin + rows, guard);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width * channels; ++x) {
            view().at(x, y) = sample_of(noise, fill);
        }
    }
}

kernels::Plane<std::uint8_t> Scene::view() {
    return {memory_.empty() ? nullptr : memory_.data() + margin, width_, height_, pitch_};
}

kernels::Plane<const std::uint8_t> Scene::view() const {
    return {memory_.empty() ? nullptr : memory_.data() + margin, width_, height_, pitch_};
}

std::uint64_t hash_bytes(const std::uint8_t* bytes, std::size_t count, std::uint64_t before) {
    std::uint64_t hash = before;
    for (std::size_t i = 0; i < count; ++i) {
        hash = (hash ^ bytes[i]) * 0x100000001b3U;
    }
    return hash;
}

std::uint64_t Scene::hash(std::uint64_t before) const {
    std::uint64_t hash = before;
    for (int y = 0; y < height_; ++y) {
        const auto row = static_cast<std::size_t>(width_) * static_cast<std::size_t>(channels_);
        hash = hash_bytes(view().row(y), row, hash);
    }
    return hash;
}

bool Scene::guards_hold() const {
    const auto pitch = static_cast<std::size_t>(pitch_);
    const auto row = static_cast<std::size_t>(width_) * static_cast<std::size_t>(channels_);
    for (std::size_t i = 0; i < memory_.size(); ++i) {
        const bool before = i < margin;
        const bool after = i >= memory_.size() - margin;
        const bool between = !before && !after && (i - margin) % pitch >= row;
        if ((before || after || between) && memory_[i] != guard) {
            return false;
        }
    }
    return true;
}

} // namespace smos::parity
