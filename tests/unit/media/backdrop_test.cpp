// SPDX-License-Identifier: Apache-2.0
// Painted backgrounds: repeatable, varied, safe for any words, and quiet where captions stand.
#include "libsmos/media/backdrop/backdrop.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <string>

using namespace smos::media;

namespace {

const std::array<const char*, 6> styles = {"neon night city",
                                           "soft pastel",
                                           "warm editorial minimal",
                                           "luxury gold",
                                           "swiss bauhaus",
                                           "citrus fresh"};

BackdropRequest request_of(const std::string& family, std::uint64_t seed, int width, int height) {
    BackdropRequest request;
    request.prompt = "a story worth telling";
    request.mood = "energetic";
    request.shot_type = "medium";
    request.palette = palette_for(styles[seed % styles.size()], seed);
    request.seed = seed;
    request.width_px = width;
    request.height_px = height;
    request.family = family;
    return request;
}

std::uint64_t fnv1a(const std::vector<std::uint8_t>& bytes, std::uint64_t hash) {
    for (const std::uint8_t byte : bytes) {
        hash = (hash ^ byte) * 1099511628211ULL;
    }
    return hash;
}

// WCAG 2.1 relative luminance.
double luminance_of(const std::uint8_t* pixel) {
    const auto linear = [](std::uint8_t code) {
        const double c = static_cast<double>(code) / 255.0;
        return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(pixel[0]) + 0.7152 * linear(pixel[1]) + 0.0722 * linear(pixel[2]);
}

struct Band {
    double mean = 0.0;
    double peak = 0.0;
};

Band luminance_between(const RgbImage& image, double from, double to) {
    Band band;
    std::size_t count = 0;
    const auto width = static_cast<std::size_t>(image.width_px);
    const auto first = static_cast<std::size_t>(std::ceil(from * image.height_px));
    const auto last = static_cast<std::size_t>(std::floor(to * image.height_px));
    for (std::size_t i = first * width; i < last * width; ++i, ++count) {
        const double y = luminance_of(image.pixels.data() + i * 3);
        band.mean += y;
        band.peak = std::max(band.peak, y);
    }
    band.mean /= static_cast<double>(std::max<std::size_t>(count, 1));
    return band;
}

double contrast_with_white(double luminance) { return 1.05 / (luminance + 0.05); }

} // namespace

TEST_CASE("the same request paints the same bytes on every machine") {
    std::uint64_t hash = 14695981039346656037ULL;
    std::uint64_t seed = 1;
    for (const std::string& family : backdrop_families()) {
        hash = fnv1a(paint_backdrop(request_of(family, seed++, 108, 192)).pixels, hash);
    }
    CHECK(hash == 14152603493799755312ULL);
}

TEST_CASE("the number of threads does not show") {
    for (const std::string& family : backdrop_families()) {
        CAPTURE(family);
        const BackdropRequest request = request_of(family, 5, 90, 160);
        CHECK(paint_backdrop(request, 1).pixels == paint_backdrop(request, 7).pixels);
    }
}

TEST_CASE("another seed, prompt or palette is another picture") {
    for (const std::string& family : backdrop_families()) {
        CAPTURE(family);
        const BackdropRequest request = request_of(family, 6, 54, 96);
        const RgbImage image = paint_backdrop(request);
        BackdropRequest other = request;
        other.seed = 7;
        CHECK(paint_backdrop(other).pixels != image.pixels);
        other = request;
        other.prompt += " again";
        CHECK(paint_backdrop(other).pixels != image.pixels);
        other = request;
        other.palette.stops[2] = {10, 200, 90};
        CHECK(paint_backdrop(other).pixels != image.pixels);
    }
}

TEST_CASE("every composition is reached by words and seeds alone") {
    std::set<std::string> seen;
    BackdropRequest request = request_of("", 1, 9, 16);
    for (std::uint64_t seed = 0; seed < 4000; ++seed) {
        request.seed = seed;
        request.mood = seed % 2 == 0 ? "" : "calm";
        request.shot_type = seed % 3 == 0 ? "close" : "";
        seen.insert(backdrop_family(request));
    }
    CHECK(seen.size() == backdrop_families().size());
}

TEST_CASE("words steer the composition") {
    const std::array<std::array<const char*, 2>, 9> asked = {
        {{"stocks and profits: the market is rising", "chart"},
         {"neural networks connect the internet", "network"},
         {"a processor chip on a circuit board", "circuit"},
         {"a rocket orbits the planet among the stars", "space"},
         {"forest and mountain trees in the fog", "hills"},
         {"the city skyline, streets and towers at night", "skyline"},
         {"a song from the new album, vinyl sound", "pulse"},
         {"athletes running the olympic race", "track"},
         {"a fruit recipe from the kitchen, fresh lemon juice", "citrus"}}};
    for (const auto& pair : asked) {
        const std::string prompt = pair[0];
        const std::string family = pair[1];
        CAPTURE(prompt);
        int hits = 0;
        for (std::uint64_t seed = 0; seed < 60; ++seed) {
            BackdropRequest request = request_of("", seed, 9, 16);
            request.prompt = prompt;
            hits += backdrop_family(request) == family ? 1 : 0;
        }
        CHECK(hits >= 30);
    }
}

TEST_CASE("scenes of one video need not repeat a composition") {
    BackdropRequest request = request_of("", 3, 9, 16);
    request.prompt = "the stock market is rising";
    std::set<std::string> seen;
    for (std::size_t i = 0; i < backdrop_families().size(); ++i) {
        const std::string family = backdrop_family(request);
        CHECK(seen.insert(family).second);
        request.avoid.push_back(family);
    }
}

TEST_CASE("odd sizes are painted and impossible ones are empty") {
    const std::array<std::array<int, 2>, 6> sizes = {
        {{1, 1}, {3, 7}, {7, 3}, {1, 200}, {200, 1}, {108, 192}}};
    for (const std::string& family : backdrop_families()) {
        CAPTURE(family);
        for (const auto& [width, height] : sizes) {
            const RgbImage image = paint_backdrop(request_of(family, 2, width, height));
            CHECK(image.width_px == width);
            CHECK(image.height_px == height);
            CHECK(image.pixels.size() ==
                  static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3);
        }
        for (const auto& [width, height] :
             {std::array{0, 9}, std::array{9, -1}, std::array{16385, 1}}) {
            CHECK(paint_backdrop(request_of(family, 2, width, height)).pixels.empty());
        }
    }
}

TEST_CASE("white captions keep a contrast of 4.5 to 1 on every pixel of their zone") {
    const std::array<const char*, 4> moods = {"energetic", "playful", "raw", "calm"};
    for (const std::string& family : backdrop_families()) {
        for (std::uint64_t seed = 0; seed < 12; ++seed) {
            BackdropRequest request = request_of(family, seed, 54, 96);
            request.mood = moods[seed % moods.size()];
            const RgbImage image = paint_backdrop(request);
            const Band zone = luminance_between(image, 0.55, 0.80);
            CAPTURE(family);
            CAPTURE(seed);
            CHECK(zone.mean < 0.12);
            CHECK(zone.peak < 0.17);
            CHECK(contrast_with_white(zone.peak) >= 4.5);
            // Calm, but a picture: something above the captions is brighter than they stand on.
            CHECK(luminance_between(image, 0.0, 0.5).peak > zone.mean + 0.02);
        }
    }
}

TEST_CASE("even a white palette leaves the caption zone dark") {
    BackdropRequest request = request_of("", 9, 54, 96);
    request.palette.stops.fill({255, 255, 255});
    for (const std::string& family : backdrop_families()) {
        CAPTURE(family);
        request.family = family;
        CHECK(luminance_between(paint_backdrop(request), 0.55, 0.80).peak < 0.17);
    }
}

TEST_CASE("smooth gradients are dithered, not banded") {
    const RgbImage image = paint_backdrop(request_of("mesh", 4, 216, 384));
    std::size_t equal = 0;
    const std::size_t pixels = image.pixels.size() / 3;
    for (std::size_t i = 1; i < pixels; ++i) {
        const std::uint8_t* p = image.pixels.data() + i * 3;
        equal += std::equal(p, p + 3, p - 3) ? 1U : 0U;
    }
    CHECK(equal < pixels / 2);
}

TEST_CASE("hostile words are only words") {
    const std::array<std::string, 8> texts = {
        std::string(),
        std::string("\0\0stock\0", 8),
        std::string(1 << 20, 'a'),
        "../../etc/passwd; $(rm -rf /) `id` <script>alert(1)</script>",
        "\xff\xfe\x80\xc3 broken \xf0\x9f",
        "\xe2\x80\xae right to left \xd8\xa7\xd9\x84 \xf0\x9f\x9a\x80",
        "%s%n%x {} {0} \\\"'\r\n\t",
        std::string(5000, '\n')};
    for (const std::string& text : texts) {
        BackdropRequest request = request_of(text, 8, 27, 48);
        request.prompt = text;
        request.mood = text;
        request.shot_type = text;
        request.avoid = {text};
        request.palette = palette_for(text, 8);
        CHECK(paint_backdrop(request).pixels.size() == 27U * 48U * 3U);
    }
}

TEST_CASE("palettes follow words and seed") {
    const auto same = [](const Palette& a, const Palette& b) {
        return std::equal(a.stops.begin(), a.stops.end(), b.stops.begin(), [](Rgb x, Rgb y) {
            return x.r == y.r && x.g == y.g && x.b == y.b;
        });
    };
    CHECK(same(palette_for("neon night city", 1), palette_for("neon night city", 1)));
    CHECK_FALSE(same(palette_for("neon night city", 1), palette_for("soft pastel", 1)));
    CHECK_FALSE(same(palette_for("neon night city", 1), palette_for("neon night city", 2)));
    for (const char* style : styles) {
        for (std::uint64_t seed = 0; seed < 50; ++seed) {
            const Palette palette = palette_for(style, seed);
            const Rgb dark = palette.stops.front();
            const Rgb light = palette.stops.back();
            CHECK(luminance_of(&dark.r) < 0.06);
            CHECK(luminance_of(&light.r) > 0.75);
        }
    }
}
