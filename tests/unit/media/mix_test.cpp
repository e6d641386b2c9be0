// SPDX-License-Identifier: Apache-2.0
// The master: loudness, true peak, ducking, places.
#include "tests/unit/media/scratch.hpp"

#include "libsmos/core/random.hpp"
#include "libsmos/media/sound/loudness.hpp"
#include "libsmos/media/sound/mix.hpp"
#include "libsmos/media/sound/mix_limiter.hpp"
#include "libsmos/media/sound/mix_master.hpp"
#include "libsmos/media/sound/music.hpp"
#include "libsmos/media/speech/speech.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <memory>
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

/// A mix under work: its sources, its tracks and where they are spilled.
class Desk {
  public:
    explicit Desk(std::int64_t duration_samples) { request.duration_samples = duration_samples; }

    const SpilledSound* source(const AudioBuffer& audio) {
        BufferedSound stream{as_stereo(audio)};
        auto spilled =
            SpilledSound::of(stream, scratch_.path(), std::int64_t{1} << 40, "a test's sound");
        REQUIRE(spilled);
        sources_.push_back(std::make_unique<SpilledSound>(*std::move(spilled)));
        return sources_.back().get();
    }
    MixTrack& track(const std::string& role) {
        request.tracks.push_back({role});
        return request.tracks.back();
    }
    /// All of a sound on a track of its own.
    PlacedSound& put(const std::string& role, const AudioBuffer& audio, std::int64_t at = 0) {
        MixTrack& alone = track(role);
        alone.sounds.push_back(
            {role, source(audio), at, 0, static_cast<std::int64_t>(audio.frames())});
        return alone.sounds.back();
    }
    AudioBuffer mix() {
        auto mixed = mix_tracks(request, scratch_.path());
        REQUIRE_MESSAGE(mixed, mixed.error().text());
        AudioBuffer out = silent_audio(static_cast<std::size_t>(mixed->frames()));
        REQUIRE(mixed->read(0, out.samples.data(), out.frames()));
        return out;
    }
    struct Mastered : Master {
        AudioBuffer audio{};
    };
    /// Read in pieces of 777 frames.
    Mastered master(const MasterGoal& goal = {}) {
        auto mixed = mix_tracks(request, scratch_.path());
        REQUIRE_MESSAGE(mixed, mixed.error().text());
        const auto mastering = Mastering::of(*std::move(mixed), scratch_.path());
        REQUIRE(mastering);
        const auto made = mastering->master(goal);
        REQUIRE_MESSAGE(made, made.error().text());
        Mastered out{*made};
        const auto stream = mastering->play(*made);
        for (;;) {
            std::vector<float> block(2 * 777);
            const auto got = stream->read(block.data(), 777);
            REQUIRE(got);
            out.audio.samples.insert(out.audio.samples.end(),
                                     block.begin(),
                                     block.begin() + static_cast<std::ptrdiff_t>(2 * *got));
            if (*got < 777)
                return out;
        }
    }

    MixRequest request;

  private:
    test::ScratchDirectory scratch_;
    std::vector<std::unique_ptr<SpilledSound>> sources_;
};

AudioBuffer noise(std::uint64_t seed, std::size_t frames, double peak = 0.2) {
    smos::Random random(seed);
    AudioBuffer out = silent_audio(frames);
    for (float& sample : out.samples)
        sample = static_cast<float>((2.0 * random.unit() - 1.0) * peak);
    return out;
}

} // namespace

TEST_CASE("a narrated piece with music reaches -14 LUFS under the ceiling") {
    for (const Mood mood : {Mood::calm, Mood::energetic}) {
        Desk desk{10 * 48000};
        const auto speech =
            synthesize(speak_form("12,415 people agree: this is it. Or is it?"), {});
        const auto bed = compose_bed({4, mood, 10 * 48000, {}});
        REQUIRE(speech);
        REQUIRE(bed);
        desk.put("voice", speech->audio, 24000);
        desk.put("music", *bed).gain_db = -6.0;
        desk.request.tracks.back().side_chain = SideChain{"voice"};
        const Desk::Mastered master = desk.master();
        CHECK(master.on_target);
        CHECK(master.audio.frames() == 10 * 48000);
        const Loudness measured = measure_loudness(master.audio);
        CHECK(measured.integrated_lufs == doctest::Approx(master.lufs).epsilon(1e-6));
        CHECK(std::abs(measured.integrated_lufs + 14.0) <= 0.3);
        CHECK(measured.true_peak_dbtp <= -1.8);
        CHECK(clipped_runs(master.audio).empty());
        CHECK(desk.master().audio.samples == master.audio.samples);
    }
}

TEST_CASE("spiky sound is limited and still reaches its loudness") {
    Desk desk{6 * 48000};
    AudioBuffer spiky = mix_tone(220.0, 0.08, 6.0);
    for (std::size_t i = 9600; i < spiky.samples.size(); i += 19200)
        spiky.samples[i] = spiky.samples[i + 1] = 0.9F;
    desk.put("voice", spiky);
    const Desk::Mastered master = desk.master();
    CHECK(master.on_target);
    CHECK(master.true_peak_dbtp <= -1.8);
    CHECK(std::abs(master.lufs + 14.0) <= 0.3);
    CHECK(measure_loudness(master.audio).true_peak_dbtp <= -1.8);
}

TEST_CASE("any role steps back while its key sounds and comes back after it") {
    for (const char* key : {"voice", "sound"}) {
        Desk desk{8 * 48000};
        desk.put(key, mix_tone(1500.0, 0.2, 2.0), 3 * 48000);
        desk.put("music", mix_tone(300.0, 0.1, 8.0));
        desk.put("ambience", mix_tone(200.0, 0.1, 8.0));
        desk.request.tracks[1].side_chain = SideChain{key, {-12.0, 120.0, 450.0}};
        desk.request.tracks[2].side_chain = SideChain{"nobody", {-12.0, 120.0, 450.0}};
        const AudioBuffer ducked = desk.mix();
        const double before = level_at(ducked, 300.0, 1.0, 2.5);
        const double during = level_at(ducked, 300.0, 3.1, 4.9);
        CHECK(before - during >= 11.0);
        CHECK(before - during <= 12.5);
        CHECK(std::abs(before - level_at(ducked, 300.0, 6.5, 7.5)) < 0.3);
        CHECK(before - level_at(ducked, 300.0, 3.0, 3.05) >= 8.0);
        CHECK(std::abs(level_at(ducked, 200.0, 1.0, 2.5) - level_at(ducked, 200.0, 3.1, 4.9)) <
              0.1);
        desk.request.tracks[2].side_chain = SideChain{key, {-6.0, 10.0, 50.0}};
        const AudioBuffer both = desk.mix();
        const double less = level_at(both, 200.0, 1.0, 2.5) - level_at(both, 200.0, 3.1, 4.9);
        CHECK(less > 5.5);
        CHECK(less < 6.5);
        CHECK(std::abs(level_at(both, 300.0, 3.1, 4.9) - during) < 0.1);
    }
}

TEST_CASE("real speech ducks a bed by more than 6 dB") {
    const auto speech = synthesize(speak_form("This is a sentence that goes on for a while."), {});
    REQUIRE(speech);
    AudioBuffer voice = silent_audio(6 * 48000);
    const AudioBuffer spoken = as_stereo(speech->audio);
    std::copy(spoken.samples.begin(), spoken.samples.end(), voice.samples.begin() + 2 * 96000);
    KeyEnvelope key;
    for (std::size_t at = 0; at < voice.frames(); at += 1000) // any pieces
        key.add(&voice.samples[2 * at], std::min<std::size_t>(1000, voice.frames() - at));
    key.finish();
    DuckGain gain{key, {}};
    std::vector<float> curve(voice.frames());
    for (float& value : curve)
        value = gain.next();
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
    Desk desk{1000};
    AudioBuffer click{48000, 1, {0.5F}};
    desk.put("voice", click, 123);
    desk.put("voice", click, -1);
    desk.put("voice", click, 1000);
    desk.put("voice", {48000, 2, {0.1F, 0.2F, 0.3F, 0.4F}}, -1);
    const Desk::Mastered master = desk.master();
    CHECK(master.audio.frames() == 1000);
    CHECK(master.audio.samples[246] == 0.5F);
    CHECK(master.audio.samples[0] == 0.3F);
    CHECK(master.audio.samples[1] == 0.4F);
    CHECK(master.audio.samples[2] == 0.0F);
    CHECK_FALSE(master.on_target);
}

TEST_CASE("a source in twenty pieces mixes to the samples of the whole") {
    constexpr std::int64_t length = 3 * 48000 + 17;
    Desk desk{length};
    const SpilledSound* source = desk.source(noise(7, static_cast<std::size_t>(length) + 500));
    desk.track("music").sounds.push_back({"whole", source, 0, 333, length, -3.0});
    const AudioBuffer whole = desk.mix();
    desk.request.tracks[0].sounds.clear();
    for (std::int64_t k = 0; k < 20; ++k) {
        const std::int64_t from = length * k / 20;
        const std::int64_t to = length * (k + 1) / 20;
        desk.request.tracks[0].sounds.push_back(
            {"piece", source, from, 333 + from, to - from, -3.0});
    }
    CHECK(desk.mix().samples == whole.samples);
    desk.request.tracks[0].sounds[7].in_samples += 1;
    CHECK(desk.mix().samples != whole.samples);
}

TEST_CASE("the gains of item and track add up, fades start and end at nothing") {
    Desk desk{48000};
    AudioBuffer level = silent_audio(48000, 1);
    for (float& sample : level.samples)
        sample = 0.1F;
    PlacedSound& sound = desk.put("music", level);
    sound.gain_db = -2.0;
    sound.fade_in_samples = 4800;
    sound.fade_out_samples = 9600;
    desk.request.tracks[0].gain_db = -4.0;
    const AudioBuffer mixed = desk.mix();
    CHECK(std::abs(mixed.samples.front()) < 1e-6F);
    CHECK(std::abs(mixed.samples.back()) < 1e-6F);
    CHECK(db_of_gain(double{mixed.samples[48000]} / 0.1) == doctest::Approx(-6.0).epsilon(0.001));
}

TEST_CASE("silence stays silence") {
    Desk desk{48000};
    desk.put("voice", silent_audio(48000));
    const Desk::Mastered master = desk.master();
    CHECK_FALSE(master.on_target);
    CHECK(master.lufs == loudness_floor_lufs);
    for (const float sample : master.audio.samples)
        REQUIRE(sample == 0.0F);
    desk.request.duration_samples = 0;
    CHECK(desk.master().audio.samples.empty());
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

TEST_CASE("the limiter in pieces is the limiter in one") {
    AudioBuffer whole = noise(11, 30000, 1.5);
    const AudioBuffer in = whole;
    limit_true_peak(whole, -2.0);
    TruePeaks meter;
    LimiterGain limiter{-2.0};
    std::vector<float> peaks, gains;
    for (std::size_t at = 0; at < in.frames(); at += 501) {
        peaks.clear();
        meter.add(&in.samples[2 * at], std::min<std::size_t>(501, in.frames() - at), peaks);
        limiter.add(peaks.data(), peaks.size(), 1.0F, gains);
    }
    peaks.clear();
    meter.finish(peaks);
    limiter.add(peaks.data(), peaks.size(), 1.0F, gains);
    limiter.finish(gains);
    REQUIRE(gains.size() == in.frames());
    for (std::size_t i = 0; i < in.samples.size(); ++i)
        REQUIRE(in.samples[i] * gains[i / 2] == whole.samples[i]);
}

TEST_CASE("requests out of range are refused by name") {
    const auto refused = [](auto change) {
        Desk desk{48000};
        desk.put("voice", mix_tone(440.0, 0.1, 1.0));
        desk.request.tracks[0].side_chain = SideChain{"sound"};
        change(desk.request);
        const auto mixed = mix_tracks(desk.request, std::filesystem::temp_directory_path());
        return !mixed && mixed.error().code == "bad_request" && !mixed.error().hint.empty();
    };
    CHECK_FALSE(refused([](MixRequest&) {}));
    CHECK(refused([](MixRequest& r) { r.duration_samples = -1; }));
    CHECK(refused([](MixRequest& r) { r.duration_samples = std::int64_t{1} << 60; }));
    CHECK(refused([](MixRequest& r) { r.tracks[0].side_chain->duck.db = 3.0; }));
    CHECK(refused([](MixRequest& r) { r.tracks[0].side_chain->key = "voice"; }));
    CHECK(refused([](MixRequest& r) { r.tracks[0].gain_db = std::nan(""); }));
    CHECK(refused([](MixRequest& r) { r.tracks[0].sounds[0].gain_db = 300.0; }));
    CHECK(refused([](MixRequest& r) {
        r.tracks[0].sounds[0].at_samples = std::numeric_limits<std::int64_t>::min();
    }));
    CHECK(refused([](MixRequest& r) { r.tracks[0].sounds[0].in_samples = -1; }));
    CHECK(refused([](MixRequest& r) { r.tracks[0].sounds[0].fade_in_samples = -5; }));
    Desk desk{48000};
    desk.put("voice", mix_tone(440.0, 0.1, 1.0));
    auto mixed = mix_tracks(desk.request, std::filesystem::temp_directory_path());
    REQUIRE(mixed);
    const auto mastering = Mastering::of(*std::move(mixed), std::filesystem::temp_directory_path());
    REQUIRE(mastering);
    MasterGoal goal;
    goal.lufs = std::nan("");
    CHECK(mastering->master(goal).error().code == "bad_request");
}

TEST_CASE("a sound with a sample that is no number is refused where it came from") {
    const test::ScratchDirectory scratch;
    AudioBuffer broken = mix_tone(440.0, 0.1, 1.0);
    broken.samples[7] = std::nanf("");
    BufferedSound stream{broken};
    const auto spilled = SpilledSound::of(stream, scratch.path(), 48000, "voice.wav");
    REQUIRE_FALSE(spilled);
    CHECK(spilled.error().code == "damaged");
    CHECK(spilled.error().where == "voice.wav");
}

TEST_CASE("spilled sound is silent outside of itself and leaves no file") {
    const test::ScratchDirectory scratch;
    BufferedSound stream{noise(5, 100)};
    const auto spilled = SpilledSound::of(stream, scratch.path(), 60, "noise");
    REQUIRE(spilled);
    CHECK(spilled->frames() == 60);
    CHECK(scratch.entries() == 0);
    std::vector<float> got(2 * 80, 9.0F);
    REQUIRE(spilled->read(-10, got.data(), 80));
    const AudioBuffer sent = noise(5, 100);
    for (std::size_t i = 0; i < got.size(); ++i)
        REQUIRE(got[i] == (i < 20 || i >= 140 ? 0.0F : sent.samples[i - 20]));
    REQUIRE(spilled->read(1000, got.data(), 80));
    CHECK(std::all_of(got.begin(), got.end(), [](float value) { return value == 0.0F; }));
    CHECK(SpilledSound::create(scratch / "none", 2).error().code == "cannot_create");
}
