// SPDX-License-Identifier: Apache-2.0
// The master: loudness, true peak, ducking, places.
#include "libsmos/core/random.hpp"
#include "libsmos/media/sound/loudness.hpp"
#include "libsmos/media/sound/mix.hpp"
#include "libsmos/media/sound/mix_limiter.hpp"
#include "libsmos/media/sound/music.hpp"
#include "libsmos/media/speech/speech.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <numbers>

using namespace smos::media;

namespace {

AudioBuffer mix_tone(double hz, double peak, double seconds, int channels = 2) {
    AudioBuffer out = silent_audio(static_cast<std::size_t>(seconds * 48000), channels);
    for (std::size_t i = 0; i < out.samples.size(); ++i) {
        const auto frame = static_cast<double>(i / static_cast<std::size_t>(channels));
        out.samples[i] =
            static_cast<float>(peak * std::sin(2.0 * std::numbers::pi * hz * frame / 48000.0));
    }
    return out;
}

/// Level of one frequency in [from, to) of the left channel, by the Fourier sum.
double level_at(const AudioBuffer& audio, double hz, double from_s, double to_s) {
    const auto first = static_cast<std::size_t>(from_s * 48000);
    const auto last = static_cast<std::size_t>(to_s * 48000);
    double cosine = 0.0;
    double sine = 0.0;
    for (std::size_t i = first; i < last; ++i) {
        const double angle = 2.0 * std::numbers::pi * hz * static_cast<double>(i) / 48000.0;
        cosine += double{audio.samples[2 * i]} * std::cos(angle);
        sine += double{audio.samples[2 * i]} * std::sin(angle);
    }
    const double scale = 2.0 / static_cast<double>(last - first);
    return db_of_gain(std::hypot(cosine, sine) * scale);
}

Master mastered(const MixRequest& request) {
    auto master = mix_master(request);
    REQUIRE(master);
    return *std::move(master);
}

} // namespace

TEST_CASE("a narrated piece with music reaches -14 LUFS under the ceiling") {
    for (const Mood mood : {Mood::calm, Mood::energetic}) {
        MixRequest request;
        request.duration_samples = 10 * 48000;
        const auto speech =
            synthesize(speak_form("12,415 people agree: this is it. Or is it?"), {});
        const auto bed = compose_bed({4, mood, request.duration_samples, {}});
        REQUIRE(speech);
        REQUIRE(bed);
        request.voices.push_back({speech->audio, 24000});
        request.music.push_back({*bed, 0, -6.0});
        const Master master = mastered(request);
        CHECK(master.on_target);
        CHECK(master.audio.frames() == 10 * 48000);
        const Loudness measured = measure_loudness(master.audio);
        CHECK(measured.integrated_lufs == master.lufs);
        CHECK(std::abs(measured.integrated_lufs + 14.0) <= 0.3);
        CHECK(measured.true_peak_dbtp <= -1.8);
        CHECK(clipped_runs(master.audio).empty());
        CHECK(mastered(request).audio.samples == master.audio.samples);
    }
}

TEST_CASE("spiky sound is limited and still reaches its loudness") {
    MixRequest request;
    request.duration_samples = 6 * 48000;
    AudioBuffer spiky = mix_tone(220.0, 0.08, 6.0);
    for (std::size_t i = 9600; i < spiky.samples.size(); i += 19200)
        spiky.samples[i] = spiky.samples[i + 1] = 0.9F;
    request.voices.push_back({spiky, 0});
    const Master master = mastered(request);
    CHECK(master.on_target);
    CHECK(master.true_peak_dbtp <= -1.8);
    CHECK(std::abs(master.lufs + 14.0) <= 0.3);
}

TEST_CASE("the music steps back while the voice speaks and comes back after it") {
    MixRequest request;
    request.duration_samples = 8 * 48000;
    request.voices.push_back({mix_tone(1500.0, 0.2, 2.0, 1), 3 * 48000});
    request.music.push_back({mix_tone(300.0, 0.1, 8.0), 0});
    request.duck = {-12.0, 120.0, 450.0};
    const AudioBuffer ducked = mastered(request).audio;
    const double before = level_at(ducked, 300.0, 1.0, 2.5);
    const double during = level_at(ducked, 300.0, 3.1, 4.9);
    const double after = level_at(ducked, 300.0, 6.5, 7.5);
    CHECK(before - during >= 11.0);
    CHECK(before - during <= 12.5);
    CHECK(std::abs(before - after) < 0.3);
    CHECK(before - level_at(ducked, 300.0, 3.0, 3.05) >= 8.0);
    request.duck.db = 0.0;
    const AudioBuffer level = mastered(request).audio;
    CHECK(std::abs(level_at(level, 300.0, 1.0, 2.5) - level_at(level, 300.0, 3.1, 4.9)) < 0.3);
}

TEST_CASE("real speech ducks a bed by more than 6 dB") {
    const auto speech = synthesize(speak_form("This is a sentence that goes on for a while."), {});
    REQUIRE(speech);
    AudioBuffer voice = silent_audio(6 * 48000);
    for (std::size_t i = 0; i < speech->audio.samples.size(); ++i)
        voice.samples[2 * 96000 + i] = speech->audio.samples[i];
    const auto curve = duck_curve(voice, {});
    CHECK(curve.size() == voice.frames());
    CHECK(curve[48000] == 1.0F);
    double quietest = 1.0;
    for (const SpokenWord& word : speech->words) {
        const auto middle = 96000 + static_cast<std::size_t>(word.start_ms + word.end_ms) * 24;
        CHECK(db_of_gain(double{curve[middle]}) < -6.0);
        quietest = std::min(quietest, double{curve[middle]});
    }
    CHECK(db_of_gain(quietest) >= -12.0001);
    for (std::size_t i = 1; i < curve.size(); ++i)
        REQUIRE(std::abs(curve[i] - curve[i - 1]) < 0.002F);
}

TEST_CASE("sounds lie at their sample, cut at the ends of the timeline") {
    MixRequest request;
    request.duration_samples = 1000;
    AudioBuffer click{48000, 1, {0.5F}};
    request.voices.push_back({click, 123});
    request.voices.push_back({click, -1});
    request.voices.push_back({click, 1000});
    request.voices.push_back({{48000, 2, {0.1F, 0.2F, 0.3F, 0.4F}}, -1});
    const Master master = mastered(request);
    CHECK(master.audio.frames() == 1000);
    CHECK(master.audio.samples[246] == 0.5F);
    CHECK(master.audio.samples[0] == 0.3F);
    CHECK(master.audio.samples[1] == 0.4F);
    CHECK(master.audio.samples[2] == 0.0F);
    CHECK_FALSE(master.on_target);
}

TEST_CASE("fades start and end at nothing") {
    MixRequest request;
    request.duration_samples = 48000;
    AudioBuffer level = silent_audio(48000, 1);
    for (float& sample : level.samples)
        sample = 0.1F;
    request.music.push_back({level, 0, 0.0, 4800, 9600});
    const Master master = mastered(request);
    CHECK(std::abs(master.audio.samples.front()) < 1e-6F);
    CHECK(std::abs(master.audio.samples.back()) < 1e-6F);
    CHECK(master.audio.samples[48000] > 0.05F);
}

TEST_CASE("silence stays silence") {
    MixRequest request;
    request.duration_samples = 48000;
    request.voices.push_back({silent_audio(48000), 0});
    const Master master = mastered(request);
    CHECK_FALSE(master.on_target);
    CHECK(master.lufs == loudness_floor_lufs);
    for (const float sample : master.audio.samples)
        REQUIRE(sample == 0.0F);
    request.duration_samples = 0;
    CHECK(mastered(request).audio.samples.empty());
}

TEST_CASE("the limiter keeps the true peak of noise under its ceiling") {
    smos::Random random(3);
    AudioBuffer noise = silent_audio(96000);
    for (float& sample : noise.samples)
        sample = static_cast<float>(2.0 * random.unit() - 1.0) * 1.4F;
    limit_true_peak(noise, -3.0);
    CHECK(measure_loudness(noise).true_peak_dbtp < -2.6);
    AudioBuffer quiet = mix_tone(1000.0, 0.1, 1.0);
    const auto before = quiet.samples;
    limit_true_peak(quiet, -3.0);
    CHECK(quiet.samples == before);
}

TEST_CASE("requests out of range are refused by name") {
    const auto refused = [](auto change) {
        MixRequest request;
        request.duration_samples = 48000;
        request.voices.push_back({mix_tone(440.0, 0.1, 1.0), 0});
        change(request);
        const auto master = mix_master(request);
        return !master && master.error().code == "bad_request" && !master.error().hint.empty();
    };
    CHECK_FALSE(refused([](MixRequest&) {}));
    CHECK(refused([](MixRequest& r) { r.duration_samples = -1; }));
    CHECK(refused([](MixRequest& r) { r.duration_samples = std::int64_t{1} << 60; }));
    CHECK(refused([](MixRequest& r) { r.duck.db = 3.0; }));
    CHECK(refused([](MixRequest& r) { r.target_lufs = std::nan(""); }));
    CHECK(refused([](MixRequest& r) { r.voices[0].audio.sample_rate = 44100; }));
    CHECK(refused([](MixRequest& r) { r.voices[0].audio.samples[7] = std::nanf(""); }));
    CHECK(refused([](MixRequest& r) { r.voices[0].gain_db = 300.0; }));
    CHECK(refused(
        [](MixRequest& r) { r.voices[0].at_samples = std::numeric_limits<std::int64_t>::min(); }));
    CHECK(refused([](MixRequest& r) { r.voices[0].fade_in_samples = -5; }));
}
