// SPDX-License-Identifier: Apache-2.0
// The meters, against signals whose figures are known, and the change of rate.
#include "libsmos/media/sound/loudness.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <numbers>

using namespace smos::media;

namespace {

AudioBuffer test_tone(double hz, double peak, double seconds, int channels = 2, int rate = 48000) {
    AudioBuffer out = silent_audio(static_cast<std::size_t>(seconds * rate), channels, rate);
    for (std::size_t i = 0; i < out.samples.size(); ++i) {
        const auto frame = static_cast<double>(i / static_cast<std::size_t>(channels));
        out.samples[i] =
            static_cast<float>(peak * std::sin(2.0 * std::numbers::pi * hz * frame / rate));
    }
    return out;
}

} // namespace

TEST_CASE("a stereo tone of 997 Hz at -20 dBFS measures -20 LUFS") {
    const Loudness loudness = measure_loudness(test_tone(997.0, 0.1, 5.0));
    CHECK(loudness.integrated_lufs == doctest::Approx(-20.0).epsilon(0.005));
    CHECK(loudness.momentary_max_lufs == doctest::Approx(-20.0).epsilon(0.005));
    CHECK(loudness.true_peak_dbtp == doctest::Approx(-20.0).epsilon(0.005));
    CHECK(integrated_loudness(test_tone(997.0, 0.1, 5.0)) == loudness.integrated_lufs);
}

TEST_CASE("the true peak lies between the samples") {
    AudioBuffer tone = silent_audio(48000, 1);
    for (std::size_t i = 0; i < tone.samples.size(); ++i)
        tone.samples[i] = static_cast<float>(
            0.5 * std::sin(std::numbers::pi * (static_cast<double>(i) / 2.0 + 0.25)));
    float sample_peak = 0.0F;
    for (const float sample : tone.samples)
        sample_peak = std::max(sample_peak, std::abs(sample));
    CHECK(db_of_gain(double{sample_peak}) == doctest::Approx(-9.03).epsilon(0.01));
    CHECK(measure_loudness(tone).true_peak_dbtp > -6.5);
}

TEST_CASE("silence and short sound read as the floor") {
    CHECK(measure_loudness(silent_audio(48000)).integrated_lufs == loudness_floor_lufs);
    CHECK(measure_loudness(silent_audio(48000)).true_peak_dbtp == -200.0);
    CHECK(measure_loudness(silent_audio(0)).integrated_lufs == loudness_floor_lufs);
    CHECK(integrated_loudness(test_tone(997.0, 0.5, 0.2)) == loudness_floor_lufs);
}

TEST_CASE("silent spans are found with their edges") {
    AudioBuffer tone = test_tone(500.0, 0.3, 3.0);
    for (std::size_t i = 48000; i < 48000 * 3; ++i)
        tone.samples[i] = 0.0F; // frames 24000 to 72000
    const auto spans = silences(tone, -50.0, 300);
    REQUIRE(spans.size() == 1);
    CHECK(std::abs(spans[0].start_ms - 500) <= 2);
    CHECK(std::abs(spans[0].end_ms - 1500) <= 2);
    CHECK(silences(tone, -50.0, 1100).empty());
    CHECK(silences(silent_audio(48000), -50.0, 300).size() == 1);
    CHECK(silences(test_tone(500.0, 0.3, 1.0), -50.0, 10).empty());
}

TEST_CASE("clipped runs are counted by channel, single full-scale samples are not") {
    AudioBuffer tone = test_tone(100.0, 1.5, 0.1);
    for (float& sample : tone.samples)
        sample = std::min(1.0F, std::max(-1.0F, sample));
    CHECK(clipped_runs(tone).size() == 40);
    AudioBuffer clean = test_tone(100.0, 0.9, 0.1);
    clean.samples[2000] = 1.0F;
    CHECK(clipped_runs(clean).empty());
}

TEST_CASE("resampling keeps a tone and removes what the new rate cannot hold") {
    const AudioBuffer up = resample(test_tone(1000.0, 0.5, 1.0, 1, 22050), 48000);
    CHECK(up.frames() == 48000);
    double worst = 0.0;
    for (std::size_t i = 2000; i < 46000; ++i) {
        const double expected =
            0.5 * std::sin(2.0 * std::numbers::pi * 1000.0 * static_cast<double>(i) / 48000.0);
        worst = std::max(worst, std::abs(expected - double{up.samples[i]}));
    }
    CHECK(worst < 1e-3);
    const AudioBuffer down = resample(test_tone(15000.0, 0.5, 1.0, 1, 48000), 22050);
    float peak = 0.0F;
    for (std::size_t i = 500; i + 500 < down.samples.size(); ++i)
        peak = std::max(peak, std::abs(down.samples[i]));
    CHECK(db_of_gain(double{peak}) < -70.0);
    CHECK(resample(silent_audio(0, 1, 22050), 48000).samples.empty());
}
