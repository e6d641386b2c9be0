// SPDX-License-Identifier: Apache-2.0
// The window keeps faces in sight and does not tremble; real faces are in tests/reframe.
#include "tests/unit/media/reframe_scene.hpp"

using namespace smos;
using namespace smos::media;
using namespace smos::media::test;

namespace {

/// 3 windows/s^2 at 30 frames a second on 1080 pixels, and what rounding and thinning may add.
constexpr double most_acceleration_px = 3.0 * 1080 / 900 + 1.0;
/// A cubic easing starts and ends with its peak acceleration.
constexpr double most_jerk_px = 2 * most_acceleration_px;

Reframe over(std::int64_t frames) { return {item_of(frames)}; }

} // namespace

TEST_CASE("a face that trembles by two percent leaves the window at rest") {
    for (const unsigned seed : {1U, 2U, 3U, 4U, 5U, 6U, 7U, 8U}) {
        std::mt19937 random{seed};
        const auto off = [&] { return static_cast<double>(random() % 4001) / 1000.0 - 2.0; };
        const double x = 200 + static_cast<double>(random() % 1520);
        const double size = 80 + static_cast<double>(random() % 420);
        const Reframe scene = over(150);
        const CropPath path = scene.path(sampled(150, [&](std::int64_t) {
            return std::vector{face_at(
                x + off() * size / 100, 500 + off() * size / 100, size * (1 + off() / 100))};
        }));
        CHECK(path.found);
        CHECK_FALSE(path.moves);
        CHECK(path.view.keys.size() == 1);
        CHECK(path.inside_frames == 150);
        const std::vector<double> lefts = scene.lefts(path);
        CHECK(most(lefts, 1) == 0.0);
    }
}

TEST_CASE("a face at rest stands in the middle, at the picture's edge as near as can be") {
    const Reframe scene = over(60);
    const auto middle_of = [&](double x) {
        const CropPath path = scene.path(
            sampled(60, [&](std::int64_t) { return std::vector{face_at(x, 500, 200)}; }));
        const kernels::Window seen = scene.window(path, 30);
        return static_cast<double>(seen.x + seen.width / 2) / 4294967296.0;
    };
    CHECK(middle_of(700) == doctest::Approx(700).epsilon(0.002));
    CHECK(middle_of(1300) == doctest::Approx(1300).epsilon(0.002));
    CHECK(middle_of(100) == doctest::Approx(1080 * 9 / 32.0).epsilon(0.002));
}

TEST_CASE("a face that walks across is followed evenly") {
    for (const double seconds : {2.0, 4.0, 8.0}) {
        const auto frames = static_cast<std::int64_t>(seconds * 30);
        const auto face = [&](std::int64_t frame) {
            return face_at(
                200 + 1500.0 * static_cast<double>(frame) / static_cast<double>(frames), 480, 180);
        };
        const Reframe scene = over(frames);
        const CropPath path = scene.path(
            sampled(frames, [&](std::int64_t frame) { return std::vector{face(frame)}; }));
        CHECK(path.moves);
        CHECK(path.view.keys.size() <= 16);
        const std::vector<double> lefts = scene.lefts(path);
        for (std::size_t n = 0; n + 1 < lefts.size(); ++n)
            CHECK(lefts[n + 1] >= lefts[n] - 0.01);
        CHECK(most(lefts, 2) <= most_acceleration_px);
        CHECK(most(lefts, 3) <= most_jerk_px);
        for (std::int64_t frame = 0; frame < frames; ++frame)
            CHECK(scene.holds(path, frame, face(frame)));
        CHECK(path.inside_frames == frames);
        MESSAGE(seconds << " s: " << path.view.keys.size() << " keys, peaks " << most(lefts, 1)
                        << " " << most(lefts, 2) << " " << most(lefts, 3));
    }
}

namespace {

/// People walk, stop and turn like people: a speed that changes slowly, at most 0.45 of the
/// picture's width in a second.
struct Walk {
    std::vector<double> x, y;
    double size = 0;

    Walk(unsigned seed, std::int64_t frames) {
        std::mt19937 random{seed};
        const auto unit = [&] { return static_cast<double>(random() % 10001) / 10000.0; };
        size = 90 + 210 * unit();
        double at = 300 + 1300 * unit(), speed = 0, wanted = 0;
        for (std::int64_t frame = 0; frame < frames; ++frame) {
            if (random() % 50 == 0)
                wanted = unit() < 0.4 ? 0 : (unit() - 0.5) * 0.9 * 1920 / 30;
            if ((at < 250 && wanted < 0) || (at > 1670 && wanted > 0))
                wanted = -wanted;
            speed += (wanted - speed) * 0.06;
            at += speed;
            x.push_back(at);
            y.push_back(480 + 20 * std::sin(static_cast<double>(frame) / 20));
        }
    }
    FaceBox at(std::int64_t frame) const {
        const auto n = static_cast<std::size_t>(frame);
        return face_at(x[n], y[n], size);
    }
};

} // namespace

TEST_CASE("whoever walks as people do stays inside, and the window moves like a tripod's") {
    double speed = 0, acceleration = 0, jerk = 0;
    std::size_t keys = 0;
    for (unsigned seed = 1; seed <= 40; ++seed) {
        const std::int64_t frames = 60 + seed * 4;
        const Walk walk{seed, frames};
        const Reframe scene = over(frames);
        std::mt19937 random{seed};
        const CropPath path = scene.path(sampled(frames, [&](std::int64_t frame) {
            FaceBox box = walk.at(frame);
            box.x += static_cast<std::int64_t>(random() % 5) - 2;
            box.y += static_cast<std::int64_t>(random() % 5) - 2;
            return std::vector{box};
        }));
        CAPTURE(seed);
        int lost = 0;
        for (std::int64_t frame = 0; frame < frames; ++frame)
            lost += !scene.holds(path, frame, walk.at(frame));
        CHECK(lost == 0);
        const std::vector<double> lefts = scene.lefts(path);
        CHECK(most(lefts, 2) <= most_acceleration_px);
        CHECK(most(lefts, 3) <= most_jerk_px);
        speed = std::max(speed, most(lefts, 1));
        acceleration = std::max(acceleration, most(lefts, 2));
        jerk = std::max(jerk, most(lefts, 3));
        keys = std::max(keys, path.view.keys.size());
    }
    MESSAGE("40 walks: peaks of speed " << speed << ", acceleration " << acceleration << ", jerk "
                                        << jerk << " pixels a frame; at most " << keys << " keys");
}

TEST_CASE("the same samples give the same curve") {
    const Walk walk{7, 200};
    const auto samples =
        sampled(200, [&](std::int64_t frame) { return std::vector{walk.at(frame)}; });
    const Reframe scene = over(200);
    const CropPath a = scene.path(samples), b = scene.path(samples);
    REQUIRE(a.view.keys.size() == b.view.keys.size());
    for (std::size_t i = 0; i < a.view.keys.size(); ++i) {
        CHECK(a.view.keys[i].at == b.view.keys[i].at);
        CHECK(a.view.keys[i].value == b.view.keys[i].value);
        CHECK(a.view.keys[i].ease == b.view.keys[i].ease);
    }
}

TEST_CASE("a long shot is searched in parts without a seam") {
    const std::int64_t frames = 3000;
    const auto face = [](std::int64_t frame) {
        return face_at(960 + 600 * std::sin(static_cast<double>(frame) / 60), 500, 200);
    };
    const Reframe scene = over(frames);
    const CropPath path =
        scene.path(sampled(frames, [&](std::int64_t frame) { return std::vector{face(frame)}; }));
    CHECK(path.inside_frames == frames);
    const std::vector<double> lefts = scene.lefts(path);
    CHECK(most(lefts, 2) <= most_acceleration_px);
    CHECK(most(lefts, 3) <= most_jerk_px);
}
