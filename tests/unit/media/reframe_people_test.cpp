// SPDX-License-Identifier: Apache-2.0
// Who is followed: several people, gaps, errors of the detector, cuts and authored moves.
#include "tests/unit/media/reframe_scene.hpp"

using namespace smos;
using namespace smos::media;
using namespace smos::media::test;

namespace {

Reframe over(std::int64_t frames) { return {item_of(frames)}; }

double middle(const Reframe& scene, const CropPath& path, std::int64_t frame) {
    const kernels::Window seen = scene.window(path, frame);
    return static_cast<double>(seen.x + seen.width / 2) / 4294967296.0;
}

records::Curve::Key key(std::int64_t at, std::vector<std::int64_t> view, records::Easing ease) {
    return {at, std::move(view), ease};
}

} // namespace

TEST_CASE("two people who fit are both kept in sight") {
    const Reframe scene = over(90);
    const CropPath path = scene.path(sampled(90, [](std::int64_t) {
        return std::vector{face_at(1100, 500, 180), face_at(1400, 520, 170)};
    }));
    CHECK(path.faces == 2);
    CHECK_FALSE(path.moves);
    CHECK(path.inside_frames == 90);
    CHECK(middle(scene, path, 45) == doctest::Approx(1250).epsilon(0.01));
}

TEST_CASE("of two people who do not fit, the greater one is followed") {
    const Reframe scene = over(90);
    const CropPath path = scene.path(sampled(90, [](std::int64_t) {
        return std::vector{face_at(300, 500, 180), face_at(1500, 520, 240)};
    }));
    CHECK(path.faces == 1);
    CHECK(middle(scene, path, 45) == doctest::Approx(1500).epsilon(0.01));
    CHECK(path.inside_frames == 90);
}

TEST_CASE("whoever is seen longest counts for more than a larger face in passing") {
    const Reframe scene = over(150);
    const CropPath path = scene.path(sampled(150, [](std::int64_t frame) {
        std::vector<FaceBox> faces{face_at(400, 500, 200)};
        if (frame >= 60 && frame < 75)
            faces.push_back(face_at(1500, 500, 260));
        return faces;
    }));
    CHECK_FALSE(path.moves);
    CHECK(middle(scene, path, 67) == doctest::Approx(400).epsilon(0.01));
}

TEST_CASE("missing detections are bridged and one stray detection is not followed") {
    const auto face = [](std::int64_t frame) {
        return face_at(400 + 6.0 * static_cast<double>(frame), 500, 200);
    };
    const Reframe scene = over(150);
    const CropPath path = scene.path(sampled(150, [&](std::int64_t frame) {
        std::vector<FaceBox> faces;
        if (frame < 40 || frame >= 80)
            faces.push_back(face(frame));
        if (frame == 100)
            faces.push_back(face_at(100, 900, 300));
        return faces;
    }));
    CHECK(path.faces == 1);
    CHECK(path.face_frames == 150);
    for (std::int64_t frame = 0; frame < 150; ++frame)
        CHECK(scene.holds(path, frame, face(frame)));
}

TEST_CASE("without a face, or with doubtful ones only, nothing is moved and it says so") {
    Reframe scene = over(60);
    CHECK_FALSE(scene.path({}).found);
    CHECK(scene.path({}).view.empty());
    const auto doubtful = sampled(60, [](std::int64_t) {
        FaceBox box = face_at(300, 300, 200);
        box.sure = false;
        return std::vector{box};
    });
    CHECK_FALSE(scene.path(doubtful).found);
    scene.item.anim.view = records::Curve::constant({1'100'000, 300'000, 700'000});
    const CropPath kept = scene.path({{0, {}, false}});
    CHECK_FALSE(kept.found);
    CHECK(kept.view.keys.front().value == scene.item.anim.view.keys.front().value);
}

TEST_CASE("one look is enough for a still") {
    const Reframe scene = over(120);
    const CropPath path = scene.path({{0, {face_at(1500, 400, 300)}, false}});
    CHECK(path.found);
    CHECK(path.face_frames == 120);
    CHECK(path.inside_frames == 120);
    CHECK(path.view.keys.size() == 1);
}

TEST_CASE("at a cut the window jumps, within one frame and not before") {
    const Reframe scene = over(120);
    std::vector<FaceSample> samples = sampled(120, [](std::int64_t frame) {
        return std::vector{face_at(frame < 63 ? 400 : 1500, 500, 200)};
    });
    samples.insert(samples.begin() + 13, {63, {face_at(1500, 500, 200)}, true});
    const CropPath path = scene.path(samples);
    CHECK_FALSE(path.moves);
    for (std::int64_t frame = 0; frame < 120; ++frame)
        CHECK(middle(scene, path, frame) ==
              doctest::Approx(frame < 63 ? 400 : 1500).epsilon(0.005));
    CHECK(path.view.keys.size() == 3);
    // The same without a cut is one eased pan.
    for (FaceSample& sample : samples)
        sample.cut = false;
    const CropPath panned = scene.path(samples);
    CHECK(panned.moves);
    CHECK(most(scene.lefts(panned), 2) < 5);
}

TEST_CASE("a flash is no cut: the face stays where it was") {
    const Reframe scene = over(120);
    const auto face = [](std::int64_t frame) {
        return face_at(500 + 7.0 * static_cast<double>(frame), 500, 200);
    };
    auto samples = sampled(120, [&](std::int64_t frame) { return std::vector{face(frame)}; });
    samples[10].cut = true;
    const CropPath path = scene.path(samples);
    CHECK(path.moves);
    CHECK(path.inside_frames == 120);
    CHECK(most(scene.lefts(path), 2) < 5);
}

TEST_CASE("a close-up that hardly fits is held as well as it can be, in little room") {
    Reframe scene = over(600);
    std::mt19937 random{5};
    const CropPath path = scene.path(sampled(600, [&](std::int64_t frame) {
        const double x = 960 + 150 * std::sin(static_cast<double>(frame) / 60);
        return std::vector{face_at(x + static_cast<double>(random() % 7) - 3, 540, 560)};
    }));
    CHECK(path.found);
    CHECK(path.too_large == 0);
    CHECK(path.inside_frames >= 480);
    CHECK(most(scene.lefts(path), 2) <= 5);
}

TEST_CASE("an authored zoom keeps its shape and is aimed at the face") {
    Reframe scene = over(90);
    using records::Easing;
    scene.item.anim.view.keys = {key(0, {1'000'000, 500'000, 500'000}, Easing::linear),
                                 key(89, {1'250'000, 500'000, 500'000}, Easing::cubic_io)};
    const CropPath path = scene.path({{0, {face_at(1500, 420, 220)}, false}});
    CHECK(path.inside_frames == 90);
    CHECK_FALSE(path.moves);
    CHECK(path.view.keys.size() == 2);
    for (std::int64_t frame = 0; frame < 90; ++frame)
        CHECK(records::value_at(path.view, 0, frame) ==
              records::value_at(scene.item.anim.view, 0, frame));
    CHECK(middle(scene, path, 45) == doctest::Approx(1500).epsilon(0.02));
}

TEST_CASE("a view that says where to look is moved just as far as comfort asks") {
    Reframe scene = over(90);
    scene.item.anim.view = records::Curve::constant({1'000'000, 300'000, 500'000});
    const double own = 0.3 * (1920 - 607.5) + 303.75;
    const CropPath same = scene.path({{0, {face_at(own + 90, 420, 120)}, false}});
    CHECK(same.view.keys.front().value == scene.item.anim.view.keys.front().value);
    const CropPath moved = scene.path({{0, {face_at(own + 300, 420, 120)}, false}});
    CHECK(moved.inside_frames == 90);
    CHECK(middle(scene, moved, 45) == doctest::Approx(own + 300 - 0.3 * 607.5).epsilon(0.01));
}

TEST_CASE("an authored pan that would leave the face is bent, its zoom is kept") {
    Reframe scene = over(120);
    using records::Easing;
    scene.item.anim.view.keys = {key(-10, {1'100'000, 100'000, 500'000}, Easing::linear),
                                 key(140, {1'200'000, 900'000, 500'000}, Easing::cubic_io)};
    const FaceBox face = face_at(900, 500, 250);
    const CropPath path = scene.path({{0, {face}, false}});
    for (std::int64_t frame = 0; frame < 120; ++frame) {
        CHECK(scene.holds(path, frame, face));
        CHECK(std::abs(records::value_at(path.view, 0, frame) -
                       records::value_at(scene.item.anim.view, 0, frame)) <= 66);
    }
    CHECK(most(scene.lefts(path), 2) <= 5);
}

TEST_CASE("a face higher than the window's middle is framed with air above") {
    Reframe scene = over(30);
    scene.source = {1080, 1920};
    scene.canvas = {1920, 1080};
    const CropPath path = scene.path({{0, {face_at(540, 500, 300)}, false}});
    const kernels::Window seen = scene.window(path, 10);
    const double above = (350 - static_cast<double>(seen.y) / 4294967296.0) /
                         (static_cast<double>(seen.height) / 4294967296.0);
    CHECK(path.inside_frames == 30);
    CHECK(above > 0.10);
    CHECK(above < 0.30);
}

TEST_CASE("a face larger than the window fills it about its middle") {
    const Reframe scene = over(30);
    const CropPath path = scene.path({{0, {face_at(1200, 540, 900)}, false}});
    CHECK(path.found);
    CHECK(path.too_large == 30);
    CHECK(middle(scene, path, 10) == doctest::Approx(1200).epsilon(0.01));
}

TEST_CASE("boxes that lie outside the picture, or hardly exist, do no harm") {
    const Reframe scene = over(30);
    for (const FaceBox& box : {FaceBox{-5000, -5000, 10, 10, 900, true},
                               FaceBox{-100, 100, 300, 300, 900, true},
                               FaceBox{1800, 900, 400, 400, 900, true},
                               FaceBox{0, 0, 1, 1, 0, true},
                               FaceBox{-1'000'000, -1'000'000, 2'000'000, 2'000'000, 1000, true}}) {
        const CropPath path = scene.path({{0, {box}, false}, {25, {box}, false}});
        for (const auto& each : path.view.keys) {
            CHECK(each.value[1] >= 0);
            CHECK(each.value[1] <= 1'000'000);
        }
    }
}

TEST_CASE("a picture that already has the shape is left alone") {
    Reframe scene = over(30);
    scene.canvas = {1280, 720};
    const CropPath path = scene.path({{0, {face_at(300, 300, 200)}, false}});
    CHECK(path.found);
    CHECK_FALSE(path.moves);
    CHECK(path.view.keys.size() == 1);
    CHECK(path.view.keys.front().value == std::vector<std::int64_t>{1'000'000, 500'000, 500'000});
}
