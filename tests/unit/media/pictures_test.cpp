// SPDX-License-Identifier: Apache-2.0
// Stills that are loaded before they are asked for are the same stills.
#include "tests/unit/media/scratch.hpp"

#include "libsmos/core/file.hpp"
#include "libsmos/media/compose/pictures.hpp"
#include "libsmos/media/picture/image.hpp"

#include <doctest/doctest.h>

using namespace smos;
using namespace smos::media;
using smos::media::test::ScratchDirectory;

namespace {

RgbImage noise_of(int width_px, int height_px) {
    RgbImage image{width_px, height_px, {}};
    std::uint32_t state = 1;
    for (int i = 0; i < 3 * width_px * height_px; ++i) {
        state = state * 1664525 + 1013904223;
        image.pixels.push_back(static_cast<std::uint8_t>(state >> 24U));
    }
    return image;
}

} // namespace

TEST_CASE("a still that was expected is the still that was not") {
    const ScratchDirectory scratch;
    const std::string path = scratch / "still.png";
    REQUIRE(save_png(path, noise_of(96, 160)));
    for (const int sharers : {1, 2}) {
        Pictures plain{{{"a", path}}, 1 << 20, sharers};
        const auto wanted = plain.still("a", {48, 80});
        REQUIRE(wanted);
        for (const kernels::Size expected : {kernels::Size{48, 80}, kernels::Size{24, 40}}) {
            Pictures ahead{{{"a", path}}, 1 << 20, sharers};
            ahead.expect("a", expected);
            ahead.expect("a", expected);
            const auto shown = ahead.still("a", {48, 80});
            REQUIRE(shown);
            CHECK(shown->layer->colour.bytes == wanted->layer->colour.bytes);
            CHECK(shown->full.height == 160);
        }
    }
}

TEST_CASE("what is wrong with an expected still is said when it is asked for") {
    const ScratchDirectory scratch;
    const std::string path = scratch / "still.png";
    REQUIRE(write_file_atomically(path, "no picture"));
    Pictures pictures{{{"a", path}}, 1 << 20};
    pictures.expect("a", {48, 80});
    pictures.expect("unknown", {48, 80});
    const auto shown = pictures.still("a", {48, 80});
    REQUIRE_FALSE(shown);
    CHECK(shown.error().code == "not_an_image");
    CHECK(shown.error().where.find("timeline.assets.a") != std::string::npos);
}

TEST_CASE("nobody has to ask for what was expected") {
    const ScratchDirectory scratch;
    const std::string path = scratch / "still.png";
    REQUIRE(save_png(path, noise_of(96, 160)));
    Pictures pictures{{{"a", path}, {"b", path}, {"c", path}}, 1 << 20};
    for (const char* asset : {"a", "b", "c"})
        pictures.expect(asset, {48, 80});
    pictures.forget("b");
    CHECK(pictures.still("c", {48, 80}));
}
