// SPDX-License-Identifier: Apache-2.0
// The arithmetic of faces; how well people are told apart is proved in tests/critic.
#include "tests/unit/media/scratch.hpp"

#include "libsmos/media/faces/faces.hpp"

using namespace smos;
using namespace smos::media;

namespace {

/// An upright face: the template of the aligned face, four times as large at (100, 100).
Face upright() {
    Face face;
    face.x = 100;
    face.y = 100;
    face.width = 112 * 3;
    face.height = 112 * 4;
    face.score = 0.95;
    for (std::size_t i = 0; i < face.landmarks.size(); ++i) {
        face.landmarks[i] = {100 + kernels::arcface_template[i].x * 3,
                             100 + kernels::arcface_template[i].y * 3};
    }
    return face;
}

std::string flaw(const Face& face) { return flaw_of(face, 1080, 1920); }

} // namespace

TEST_CASE("an upright face has no flaw") { CHECK(flaw(upright()).empty()); }

TEST_CASE("landmarks that no face has are found out") {
    Face swapped = upright();
    std::swap(swapped.landmarks[0], swapped.landmarks[3]);
    std::swap(swapped.landmarks[1], swapped.landmarks[4]);
    CHECK(flaw(swapped) == "implausible");
    Face nose_below_mouth = upright();
    nose_below_mouth.landmarks[2].y += 200;
    CHECK(flaw(nose_below_mouth) == "implausible");
    Face one_point = upright();
    one_point.landmarks.fill({200, 200});
    CHECK(flaw(one_point) == "implausible");
    Face not_a_number = upright();
    not_a_number.landmarks[0].x = std::nan("");
    CHECK(flaw(not_a_number) == "implausible");
}

TEST_CASE("faces that networks misjudge carry the reason") {
    Face profile = upright();
    profile.landmarks[2].x += 80;
    CHECK(flaw(profile) == "turned");
    Face doubtful = upright();
    doubtful.score = 0.85;
    CHECK(flaw(doubtful) == "doubtful");
    Face outside = upright();
    CHECK(flaw_of(outside, 250, 1920) == "cut_off");
    Face small = upright();
    for (auto& point : small.landmarks)
        point = {point.x / 8, point.y / 8};
    small.width /= 8;
    small.height /= 8;
    CHECK(flaw(small) == "too_small");
    Face tilted = upright();
    for (auto& point : tilted.landmarks) {
        const double x = point.x - 268, y = point.y - 268;
        point = {268 + x * 0.707 - y * 0.707, 268 + x * 0.707 + y * 0.707};
    }
    CHECK(flaw(tilted) == "tilted");
}

TEST_CASE("similarity is calibrated: 0.60 at one in 100, 0.75 at one in 1000, rising") {
    CHECK(calibrated_similarity(0.336) == doctest::Approx(0.60).epsilon(0.002));
    CHECK(calibrated_similarity(0.422) == doctest::Approx(0.75).epsilon(0.002));
    CHECK(calibrated_similarity(0.0) == doctest::Approx(0.0925).epsilon(0.01));
    for (int i = -99; i < 100; ++i)
        CHECK(calibrated_similarity(i / 100.0) < calibrated_similarity((i + 1) / 100.0));
}

TEST_CASE("embeddings are compared by their direction") {
    CHECK(cosine({1, 0}, {3, 0}) == doctest::Approx(1));
    CHECK(cosine({1, 0}, {0, 2}) == doctest::Approx(0));
    CHECK(cosine({1, 0}, {1, 0, 0}) == 0);
    CHECK(cosine({0, 0}, {1, 0}) == 0);
    const Embedding mean = mean_embedding({{1, 0}, {0, 1}});
    CHECK(mean[0] == doctest::Approx(std::sqrt(0.5)));
    CHECK(mean_embedding({}).empty());
    CHECK(mean_embedding({{0, 0}}).empty());
    CHECK(mean_embedding({{std::nanf(""), 1}}).empty());
}

TEST_CASE("without the calibrated models there is no reader") {
    const test::ScratchDirectory folder;
    CHECK(FaceReader::open({}).error().code == "no_model");
    const FaceModels absent{folder / "a.onnx", folder / "b.onnx"};
    CHECK(FaceReader::open(absent).error().code == "no_model");
    test::write_bytes(folder / "a.onnx", "not a network");
    test::write_bytes(folder / "b.onnx", "not a network either");
    CHECK(FaceReader::open(absent).error().code == "uncalibrated_model");
}
