// SPDX-License-Identifier: Apache-2.0
// The sync certificate on films that are in time, off by a little, and off by too much; and what is
// known to be wrong with the sound of a timeline beforehand.
#include "libsmos/core/random.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/stages/render/film_heard.hpp"
#include "libsmos/stages/render/film_sound.hpp"
#include "libsmos/stages/render/film_sync.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <numbers>

using namespace smos;
using namespace smos::stages;
using media::AudioBuffer;
using media::SpilledSound;

namespace {

SpilledSound spilled(AudioBuffer audio) {
    media::BufferedSound stream{std::move(audio)};
    auto sound = SpilledSound::of(
        stream, std::filesystem::temp_directory_path(), std::int64_t{1} << 40, "a test's sound");
    REQUIRE(sound);
    return *std::move(sound);
}

AudioBuffer hiss(std::uint64_t seed, std::size_t frames, double peak = 0.2) {
    Random random(seed);
    AudioBuffer out = media::silent_audio(frames);
    double held = 0.0;
    for (std::size_t i = 0; i < frames; ++i) {
        held += 0.3 * (2.0 * random.unit() - 1.0 - held);
        out.samples[2 * i] = out.samples[2 * i + 1] = static_cast<float>(2.0 * peak * held);
    }
    return out;
}

AudioBuffer shifted(const AudioBuffer& audio, std::int64_t late) {
    AudioBuffer out = media::silent_audio(audio.frames());
    for (std::int64_t i = 0; i < static_cast<std::int64_t>(audio.frames()); ++i) {
        const std::int64_t from = i - late;
        for (std::int64_t side = 0; side < 2; ++side)
            if (from >= 0 && from < static_cast<std::int64_t>(audio.frames()))
                out.samples[static_cast<std::size_t>(2 * i + side)] =
                    audio.samples[static_cast<std::size_t>(2 * from + side)];
    }
    return out;
}

/// Two voices over music, four seconds.
struct Scene {
    SpilledSound voice = spilled(hiss(1, 60000));
    SpilledSound music = spilled(hiss(2, 200000, 0.1));
    media::MixRequest request;

    Scene() {
        request.duration_samples = 4 * 48000;
        request.tracks.resize(2);
        request.tracks[0].role = "voice";
        request.tracks[0].sounds = {{"v1", &voice, 20000, 0, 30000},
                                    {"v2", &voice, 100000, 30000, 30000, -3.0, 2000, 2000}};
        request.tracks[1].role = "music";
        request.tracks[1].side_chain = media::SideChain{"voice"};
        request.tracks[1].sounds = {{"m1", &music, 0, 500, 192000}};
    }
    AudioBuffer film() const {
        auto mix = media::mix_tracks(request, std::filesystem::temp_directory_path());
        REQUIRE(mix);
        AudioBuffer out = media::silent_audio(static_cast<std::size_t>(mix->frames()));
        REQUIRE(mix->read(0, out.samples.data(), out.frames()));
        return out;
    }
};

} // namespace

TEST_CASE("a film in time is certified sound by sound") {
    const Scene scene;
    const auto sync = certify_sync(scene.request, spilled(scene.film()));
    REQUIRE_MESSAGE(sync, sync.error().text());
    CHECK(sync->max_error_ms == 0.0);
    REQUIRE(sync->cuts.size() == 3);
    for (const records::SyncCut& cut : sync->cuts) {
        CHECK(cut.state == "verified");
        CHECK(cut.error_samples == 0);
    }
    CHECK(sync->cuts[2].id == "m1");
}

TEST_CASE("three samples late are three samples late") {
    const Scene scene;
    for (const std::int64_t late : {3, -3}) {
        const auto sync = certify_sync(scene.request, spilled(shifted(scene.film(), late)));
        REQUIRE_MESSAGE(sync, sync.error().text());
        for (const records::SyncCut& cut : sync->cuts)
            CHECK(cut.error_samples == late);
        CHECK(*sync->max_error_ms == doctest::Approx(3.0 / 48.0));
    }
}

TEST_CASE("ten milliseconds fail the film and name the sound") {
    const Scene scene;
    for (const std::int64_t late : {480, -480}) {
        const auto sync = certify_sync(scene.request, spilled(shifted(scene.film(), late)));
        REQUIRE_FALSE(sync);
        CHECK(sync.error().code == "out_of_sync");
        CHECK(sync.error().where == "v1");
        CHECK(sync.error().message.find(late > 0 ? "10.0 ms too late" : "10.0 ms too early") !=
              std::string::npos);
    }
    // One sound alone.
    Scene moved;
    moved.request.tracks[0].sounds[1].at_samples += 480;
    const SpilledSound film = spilled(moved.film());
    const auto sync = certify_sync(scene.request, film);
    REQUIRE_FALSE(sync);
    CHECK(sync.error().where == "v2");
}

TEST_CASE("what cannot be correlated is unverifiable, never passed") {
    Scene scene;
    AudioBuffer tone = media::silent_audio(100000);
    for (std::size_t i = 0; i < tone.samples.size(); ++i)
        tone.samples[i] = static_cast<float>(
            0.2 * std::sin(2.0 * std::numbers::pi * 440.0 * static_cast<double>(i / 2) / 48000.0));
    const SpilledSound sine = spilled(tone);
    const SpilledSound nothing = spilled(media::silent_audio(100000));
    scene.request.tracks[1].sounds = {{"sine", &sine, 0, 0, 90000},
                                      {"silence", &nothing, 90000, 0, 90000},
                                      {"short", &scene.music, 180000, 0, 300},
                                      {"outside", &scene.music, 400000, 0, 3000},
                                      {"masked", &scene.music, 0, 0, 150000, -100.0}};
    const auto sync = certify_sync(scene.request, spilled(scene.film()));
    REQUIRE_MESSAGE(sync, sync.error().text());
    REQUIRE(sync->cuts.size() == 7);
    CHECK(sync->cuts[0].state == "verified");
    for (std::size_t k = 2; k < sync->cuts.size(); ++k) {
        CAPTURE(sync->cuts[k].id);
        CHECK(sync->cuts[k].state == "unverifiable");
        CHECK_FALSE(sync->cuts[k].error_samples);
    }
}

TEST_CASE("a track that its own role presses down is an error before anything is made") {
    records::Timeline timeline;
    timeline.tracks.resize(2);
    timeline.tracks[1].id = "m";
    timeline.tracks[1].kind = "audio";
    timeline.tracks[1].role = "music";
    timeline.tracks[1].duck.emplace();
    CHECK(check_sound(timeline));
    timeline.tracks[1].duck->key = "music";
    const auto checked = check_sound(timeline);
    REQUIRE_FALSE(checked);
    CHECK(checked.error().where == "timeline.tracks[1].duck.key");
    CHECK(checked.error().message.find("'m'") != std::string::npos);
}

TEST_CASE("loudness that was not reached is a downgrade, a film without sounds is none") {
    records::Timeline timeline;
    timeline.outputs.resize(1);
    timeline.tracks.resize(1);
    CHECK(loudness_downgrades(timeline, {-70.0, -200.0, {}}).empty());
    timeline.tracks[0].sounds.resize(1);
    CHECK(loudness_downgrades(timeline, {-14.4, -1.0, {}}).empty());
    CHECK(loudness_downgrades(timeline, {-14.6, -1.5, {}}).size() == 1);
    CHECK(loudness_downgrades(timeline, {-14.0, -0.9, {}}).size() == 1);
    const auto silent = loudness_downgrades(timeline, {-70.0, -200.0, {}});
    REQUIRE(silent.size() == 1);
    CHECK(silent[0].asked == "output short: -14 LUFS under -1 dBTP");
    CHECK(silent[0].why.find("silent") != std::string::npos);
}
