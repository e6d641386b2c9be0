// SPDX-License-Identifier: Apache-2.0
// What the critic sees and hears in made-up pictures and sounds.
#include "tests/unit/media/scratch.hpp"

#include "libsmos/media/inspect/inspect.hpp"
#include "libsmos/media/inspect/inspect_picture.hpp"

using namespace smos;
using namespace smos::media;

namespace {

/// Horizontal strokes of `text` on `ground`, each with `outline` around it.
Frame strokes(int text, int outline, int ground) {
    Frame frame(1080, 400);
    for (int y = 0; y < 400; ++y) {
        const int phase = y % 100;
        int luma = ground;
        if (phase >= 30 && phase < 70)
            luma = phase >= 42 && phase < 58 ? text : outline;
        for (int x = 0; x < 1080; ++x)
            frame.y()[y * frame.y_stride() + x] = static_cast<std::uint8_t>(luma);
    }
    return frame;
}

AudioBuffer chord(double limit) {
    AudioBuffer sound;
    for (int i = 0; i < 48000 * 4; ++i) {
        const double t = i / 48000.0;
        double value = 0;
        for (int k = 1; k <= 12; ++k)
            value += 0.08 * std::sin(t * (300.0 + 211.7 * k) + k);
        value = std::clamp(value, -limit, limit);
        sound.samples.insert(sound.samples.end(), 2, static_cast<float>(value));
    }
    return sound;
}

std::vector<TimeRange> frozen(const std::vector<Frame>& frames,
                              const std::vector<CaptionBox>& boxes) {
    FreezeWatch watch{boxes};
    std::int64_t at = 0;
    for (const Frame& frame : frames) {
        watch.see(small_plane(frame), at, at + 33);
        at += 33;
    }
    watch.finish();
    return watch.ranges;
}

} // namespace

TEST_CASE("text is held against what surrounds it, not against the picture") {
    const CaptionBox box{0, 1000, 0, 0, 1080, 400, ""};
    CHECK(text_contrast(strokes(235, 20, 40), box) > 15);
    CHECK(text_contrast(strokes(235, 20, 200), box) > 15); // the outline saves it
    CHECK(text_contrast(strokes(235, 200, 200), box) < 2);
    CHECK(text_contrast(strokes(150, 125, 16), box) < 2); // a bad outline on black
    CHECK(text_contrast(strokes(120, 120, 120), box) == doctest::Approx(1));
    const CaptionBox outside{0, 1000, 5000, 5000, 10, 10, ""};
    CHECK(text_contrast(strokes(235, 20, 40), outside) == 1.0);
}

TEST_CASE("the safe area allows one pixel of rounding") {
    const SafeArea safe;
    const CaptionBox inside{0, 1, 65, 192, 886, 1344, ""};
    CHECK(inside_safe_area(inside, safe, 1080, 1920));
    CaptionBox low = inside;
    low.height += 3;
    CHECK_FALSE(inside_safe_area(low, safe, 1080, 1920));
    CaptionBox right = inside;
    right.width += 3;
    CHECK_FALSE(inside_safe_area(right, safe, 1080, 1920));
}

TEST_CASE("sound that was cut off piles up at its level, whole sound does not") {
    CHECK(pile_up(chord(10.0)) < 1.3);
    CHECK(pile_up(chord(0.3)) > 3);
    CHECK(pile_up(chord(0.15)) > 3);
    CHECK(pile_up(silent_audio(48000)) == 0);
    CHECK(pile_up(AudioBuffer{}) == 0);
}

TEST_CASE("a still picture is frozen, a slow move and a cut are not") {
    const std::vector<Frame> still(40, test::moving_frame(320, 480, 3));
    REQUIRE(frozen(still, {}).size() == 1);
    CHECK(frozen(still, {}).front().length_ms() == 40 * 33);
    std::vector<Frame> moving, cut;
    for (int i = 0; i < 40; ++i) {
        moving.push_back(test::moving_frame(320, 480, i));
        cut.push_back(test::moving_frame(320, 480, i < 10 ? 0 : 90));
    }
    CHECK(frozen(moving, {}).empty());
    REQUIRE(frozen(cut, {}).size() == 1);
    CHECK(frozen(cut, {}).front().from_ms == 330);
}

TEST_CASE("captions that change over a still picture do not hide that it is frozen") {
    std::vector<Frame> frames;
    for (int i = 0; i < 40; ++i) {
        frames.push_back(test::moving_frame(320, 480, 3));
        for (int y = 200; y < 260; ++y)
            for (int x = 40; x < 280; ++x)
                frames.back().y()[y * frames.back().y_stride() + x] = i % 2 == 0 ? 16 : 235;
    }
    CHECK(frozen(frames, {}).empty());
    CHECK(frozen(frames, {{0, 2000, 40, 200, 240, 60, ""}}).size() == 1);
}

TEST_CASE("black frames are joined over rounded times") {
    BlackWatch watch;
    const SmallPlane black = small_plane(Frame(160, 160));
    const SmallPlane bright = small_plane(test::moving_frame(160, 160, 0));
    watch.see(bright, 0, 33);
    watch.see(black, 33, 66);
    watch.see(black, 67, 100);
    watch.see(bright, 100, 133);
    watch.see(black, 133, 166);
    REQUIRE(watch.ranges.size() == 2);
    CHECK(watch.ranges[0].from_ms == 33);
    CHECK(watch.ranges[0].to_ms == 100);
}

TEST_CASE("a finished file is measured as a whole") {
    const test::ScratchDirectory folder;
    const std::string path = folder / "clip.mp4";
    REQUIRE(test::encode_clip(path, 30, test::small_options(), 1000));
    InspectRequest request;
    std::vector<std::int64_t> sampled;
    request.sample_every_ms = 300;
    request.on_sample = [&](const TimedFrame& timed) {
        sampled.push_back(timed.pts_ms);
        return Result<void>{};
    };
    const auto seen = inspect(path, request);
    REQUIRE(seen);
    CHECK(seen->frames == 30);
    CHECK(seen->video_ms == 1000);
    CHECK(seen->black.empty());
    CHECK(seen->frozen.empty());
    CHECK(std::abs(seen->sound_ms - 1000) <= 1);
    CHECK(seen->has_sound);
    CHECK(sampled == std::vector<std::int64_t>{0, 300, 600, 900});
    const std::string bytes = test::bytes_of(path);
    test::write_bytes(folder / "cut.mp4", std::string_view{bytes}.substr(0, bytes.size() / 2));
    CHECK_FALSE(inspect(folder / "cut.mp4", {}));
    request.interrupted = [] { return true; };
    CHECK(inspect(path, request).error().code == "interrupted");
}
