// SPDX-License-Identifier: Apache-2.0
// The music bed: a pure function, without holes, clicks or copies.
#include "libsmos/core/hash.hpp"
#include "libsmos/media/sound/loudness.hpp"
#include "libsmos/media/sound/music.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <future>
#include <set>

using namespace smos::media;

namespace {

constexpr Mood all_moods[] = {
    Mood::calm, Mood::energetic, Mood::dark, Mood::luxurious, Mood::playful, Mood::futuristic};

AudioBuffer bed_of(std::uint64_t seed, Mood mood, double seconds = 18.0) {
    auto bed = compose_bed({seed, mood, static_cast<std::int64_t>(seconds * 48000), {}});
    REQUIRE(bed);
    return *std::move(bed);
}

std::string bed_hash(std::uint64_t seed, Mood mood) {
    return smos::sha256_hex(wav_bytes(bed_of(seed, mood, 6.0)));
}

} // namespace

TEST_CASE("the same request gives the same bed, another seed or mood another one") {
    std::set<std::string> hashes;
    for (const Mood mood : all_moods)
        for (std::uint64_t seed = 1; seed <= 3; ++seed)
            hashes.insert(bed_hash(seed, mood));
    CHECK(hashes.size() == 18);
    CHECK(hashes.count(bed_hash(2, Mood::dark)) == 1);
    auto elsewhere = std::async(std::launch::async, [] { return bed_hash(2, Mood::dark); });
    CHECK(elsewhere.get() == bed_hash(2, Mood::dark));
}

TEST_CASE("every mood fills its time at one level") {
    for (const Mood mood : all_moods) {
        CAPTURE(std::string(name_of(mood)));
        const AudioBuffer bed = bed_of(5, mood);
        CHECK(bed.frames() == 18 * 48000);
        CHECK(bed.channels == 2);
        const Loudness loudness = measure_loudness(bed);
        CHECK(std::abs(loudness.integrated_lufs - bed_loudness_lufs) < 0.5);
        CHECK(loudness.true_peak_dbtp < -3.0);
        CHECK(clipped_runs(bed).empty());
        CHECK(silences(bed, -50.0, 1000).empty());
        CHECK(std::abs(bed.samples.front()) < 1e-4F);
        CHECK(std::abs(bed.samples.back()) < 1e-4F);
    }
}

TEST_CASE("no sample jumps: held sounds have no clicks") {
    for (const Mood mood : {Mood::calm, Mood::dark}) {
        const AudioBuffer bed = bed_of(9, mood);
        float largest = 0.0F;
        for (std::size_t i = 2; i < bed.samples.size(); ++i)
            largest = std::max(largest, std::abs(bed.samples[i] - bed.samples[i - 2]));
        CHECK(largest < 0.18F);
    }
}

TEST_CASE("left and right differ, and mono keeps the music") {
    const AudioBuffer bed = bed_of(3, Mood::luxurious);
    double side = 0.0;
    double mid = 0.0;
    for (std::size_t i = 0; i < bed.samples.size(); i += 2) {
        const double left = double{bed.samples[i]};
        const double right = double{bed.samples[i + 1]};
        side += (left - right) * (left - right);
        mid += (left + right) * (left + right);
    }
    CHECK(side > 0.01 * mid);
    CHECK(side < 0.7 * mid);
}

TEST_CASE("short, empty and impossible requests") {
    CHECK(bed_of(1, Mood::calm, 0.0).samples.empty());
    CHECK(bed_of(1, Mood::energetic, 0.001).frames() == 48);
    CHECK(bed_of(1, Mood::playful, 1.0).frames() == 48000);
    CHECK(!compose_bed({1, Mood::calm, -1, {}}));
    CHECK(!compose_bed({1, Mood::calm, std::int64_t{601} * 48000, {}}));
    CHECK(!compose_bed({1, Mood::calm, 48000, 49}));
    const auto slow = compose_bed({1, Mood::calm, 480000, 60});
    const auto fast = compose_bed({1, Mood::calm, 480000, 120});
    REQUIRE(slow);
    REQUIRE(fast);
    CHECK(slow->samples != fast->samples);
}

TEST_CASE("moods have names") {
    for (const Mood mood : all_moods)
        CHECK(mood_named(name_of(mood)) == mood);
    CHECK(!mood_named("Calm"));
    CHECK(!mood_named(""));
}
