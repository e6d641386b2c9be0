// SPDX-License-Identifier: Apache-2.0
// Finding sounds in mixes: to the sample where it can be told, and not at all where it cannot.
#include "libsmos/core/random.hpp"
#include "libsmos/media/sound/audio.hpp"
#include "libsmos/media/sound/correlate.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <numbers>

using namespace smos::media;

namespace {

constexpr std::size_t piece_frames = 20000;
constexpr std::size_t around_frames = piece_frames + 2 * SoundFinder::reach_frames;

/// Noise through a one-pole low pass: as little alike as speech and music are.
std::vector<float> dull_noise(std::uint64_t seed, std::size_t frames, double peak) {
    smos::Random random(seed);
    std::vector<float> out(frames);
    double held = 0.0;
    for (float& sample : out) {
        held += 0.2 * (2.0 * random.unit() - 1.0 - held);
        sample = static_cast<float>(3.0 * peak * held);
    }
    return out;
}

/// `piece` times `gain`, `late` samples behind where it should be, over other noise.
std::vector<float>
surroundings(const std::vector<float>& piece, std::int64_t late, double gain, double other) {
    std::vector<float> around = dull_noise(99, around_frames, other);
    const auto first = static_cast<std::size_t>(SoundFinder::reach_frames + late);
    for (std::size_t i = 0; i < piece.size() && first + i < around.size(); ++i)
        around[first + i] += static_cast<float>(gain) * piece[i];
    return around;
}

} // namespace

TEST_CASE("a sound is found to the sample, under another four times as strong") {
    SoundFinder finder;
    const std::vector<float> piece = dull_noise(1, piece_frames, 0.2);
    for (const std::int64_t late : {0, 3, -3, 1, 480, -480, 12000}) {
        const auto found = finder.find(piece, surroundings(piece, late, 0.25, 0.2));
        REQUIRE(found);
        CHECK(found->late_samples == late);
        CHECK(found->certainty > 9.0);
    }
}

TEST_CASE("what cannot be told is not told") {
    SoundFinder finder;
    const std::vector<float> piece = dull_noise(1, piece_frames, 0.2);
    CHECK_FALSE(finder.find(piece, surroundings(piece, 0, 0.0, 0.2)));    // not there
    CHECK_FALSE(finder.find(piece, surroundings(piece, 0, 0.0001, 0.2))); // masked
    CHECK_FALSE(finder.find(std::vector<float>(piece_frames), surroundings(piece, 0, 1.0, 0.1)));
    CHECK_FALSE(finder.find(piece, std::vector<float>(around_frames)));
    std::vector<float> sine(piece_frames);
    std::vector<float> saw(piece_frames);
    for (std::size_t i = 0; i < sine.size(); ++i) {
        const double turns = 440.0 * static_cast<double>(i) / 48000.0;
        sine[i] = static_cast<float>(0.3 * std::sin(2.0 * std::numbers::pi * turns));
        saw[i] = static_cast<float>(0.3 * (turns - std::floor(turns)) - 0.15);
    }
    CHECK_FALSE(finder.find(sine, surroundings(sine, 0, 1.0, 0.0001)));
    CHECK_FALSE(finder.find(sine, surroundings(sine, 0, 1.0, 0.05)));
    CHECK_FALSE(finder.find(saw, surroundings(saw, 0, 1.0, 0.0001)));
}

TEST_CASE("the same source again near by is no error where it is meant") {
    SoundFinder finder;
    const std::vector<float> piece = dull_noise(1, piece_frames, 0.2);
    std::vector<float> around = surroundings(piece, 0, 0.5, 0.05);
    for (std::size_t i = 0; i < piece.size(); ++i)
        around[SoundFinder::reach_frames + 2000 + i] += piece[i];
    const auto louder = finder.find(piece, around);
    CHECK((!louder || louder->late_samples == 2000));
    const auto meant = finder.find(piece, around, {2000});
    REQUIRE(meant);
    CHECK(meant->late_samples == 0);
}
