// SPDX-License-Identifier: Apache-2.0
// A film's master, what is done when the codec spoils it, and what its name depends on.
#include "libsmos/core/file.hpp"
#include "libsmos/core/random.hpp"
#include "libsmos/stages/render/film_sound.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <vector>

using namespace smos;
using namespace smos::stages;

namespace {

/// Four seconds of spiky noise as the music of a film.
struct Piece {
    std::string folder = (std::filesystem::temp_directory_path() / random_uuid()).string();
    std::map<std::string, std::string> files{{"m", folder + "/m.wav"}};
    records::Timeline timeline;

    Piece() {
        Random random(4);
        media::AudioBuffer noise = media::silent_audio(4 * 48000);
        for (std::size_t i = 0; i < noise.samples.size(); ++i)
            noise.samples[i] =
                static_cast<float>((2.0 * random.unit() - 1.0) * (i % 24000 < 400 ? 0.9 : 0.05));
        REQUIRE(make_directories(folder));
        REQUIRE(write_file_atomically(files["m"], media::wav_bytes(noise)));
        timeline.assets["m"].checksum = "sha256:00";
        timeline.assets["m"].uri = "file:" + files["m"];
        timeline.outputs.resize(1);
        timeline.tracks.resize(2);
        timeline.tracks[0].id = "v";
        timeline.tracks[0].kind = "video";
        timeline.tracks[0].items.resize(1);
        timeline.tracks[0].items[0].id = "c";
        timeline.tracks[0].items[0].gen = records::TimelineEffect{"colour", {}, {}};
        timeline.tracks[0].items[0].at = records::TimelineTime::of(0);
        timeline.tracks[0].items[0].dur = records::TimelineTime::of(120);
        timeline.tracks[1].id = "m";
        timeline.tracks[1].kind = "audio";
        timeline.tracks[1].role = "music";
        timeline.tracks[1].sounds.resize(1);
        records::TimelineSound& sound = timeline.tracks[1].sounds[0];
        sound.id = "m1";
        sound.asset = "m";
        sound.at_samples = records::TimelineTime::of(0);
        sound.dur_samples = records::TimelineTime::of(4 * 48000);
    }
    ~Piece() {
        std::error_code ignored;
        std::filesystem::remove_all(folder, ignored);
    }
};

media::Loudness loudness_of(media::SoundStream& stream) {
    media::LoudnessMeter meter{media::LoudnessMeter::Reach::loudness_and_peak};
    std::vector<float> block(2 * 1000);
    for (;;) {
        const auto got = stream.read(block.data(), 1000);
        REQUIRE(got);
        meter.add(block.data(), *got);
        if (*got < 1000)
            return meter.measured();
    }
}

} // namespace

TEST_CASE("a master that the codec spoils is corrected, but not for ever") {
    Piece piece;
    FilmSound sound{piece.timeline, piece.files, piece.folder};
    CHECK(sound.duration_samples() == 4 * 48000);
    SoundTake take{sound};
    auto first = take.next(nullptr);
    REQUIRE_MESSAGE(first, first.error().text());
    const media::Loudness before = loudness_of(**first);
    CHECK(std::abs(before.integrated_lufs + 14.0) < 0.3);
    CHECK(before.true_peak_dbtp <= -1.8);

    media::HeardSound heard;
    heard.loudness = {-14.1, -14.0, -0.2}; // 0.8 dB over the ceiling
    auto second = take.next(&heard);
    REQUIRE(second);
    REQUIRE(*second);
    const media::Loudness after = loudness_of(**second);
    CHECK(after.true_peak_dbtp <= -2.6);
    CHECK(std::abs(after.integrated_lufs + 14.0) < 0.3);

    heard.loudness = {-15.0, -14.0, -2.0}; // a whole LU is missing
    auto third = take.next(&heard);
    REQUIRE(third);
    REQUIRE(*third);
    CHECK(loudness_of(**third).integrated_lufs > after.integrated_lufs + 0.5);
    CHECK_FALSE(*take.next(&heard));

    SoundTake content{sound};
    REQUIRE(content.next(nullptr));
    heard.loudness = {-14.3, -14.0, -1.2};
    CHECK_FALSE(*content.next(&heard));
    CHECK(std::distance(std::filesystem::directory_iterator{piece.folder}, {}) == 1);
}

TEST_CASE("a sound's name says what its samples depend on and nothing else") {
    Piece piece;
    const Digest key = sound_key(piece.timeline);
    const auto changed = [&](auto change) {
        records::Timeline other = piece.timeline;
        change(other);
        return sound_key(other) != key;
    };
    CHECK_FALSE(changed([](records::Timeline& t) { t.outputs[0].crop = "face"; }));
    CHECK_FALSE(changed([](records::Timeline& t) { t.tracks[0].items[0].blend = "add"; }));
    CHECK(changed([](records::Timeline& t) { t.outputs[0].lufs = records::Micro::of(-16); }));
    CHECK(changed([](records::Timeline& t) { t.outputs[0].true_peak = records::Micro::of(-2); }));
    CHECK(changed([](records::Timeline& t) { t.tracks[1].gain = records::Micro::of(1); }));
    CHECK(changed([](records::Timeline& t) { t.tracks[1].duck.emplace(); }));
    CHECK(changed([](records::Timeline& t) { t.tracks[1].sounds[0].in_samples = 1; }));
    CHECK(changed([](records::Timeline& t) { t.assets["m"].checksum = "sha256:01"; }));
    CHECK(changed(
        [](records::Timeline& t) { t.tracks[0].items[0].dur = records::TimelineTime::of(121); }));
}
