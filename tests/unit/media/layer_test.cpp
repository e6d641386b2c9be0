// SPDX-License-Identifier: Apache-2.0
// Layers from pictures: colours of every pixel format, alpha, chroma where it belongs.
#include "tests/unit/media/scratch.hpp"

#include "libsmos/media/picture/colour_icc.hpp"
#include "libsmos/media/picture/colour_picture.hpp"
#include "libsmos/media/picture/colour_tags.hpp"
#include "libsmos/media/picture/image.hpp"
#include "libsmos/media/picture/layer.hpp"

#include <algorithm>
#include <cmath>

using namespace smos;
using namespace smos::media;
using namespace smos::media::test;

namespace {

PictureHandle picture_like(AVPixelFormat format, int width, int height) {
    PictureHandle picture = make_picture();
    picture->format = format;
    picture->width = width;
    picture->height = height;
    REQUIRE(av_frame_get_buffer(picture.get(), 0) >= 0);
    return picture;
}

void put16(AVFrame& picture, int plane, int column, int row, int value) {
    std::uint8_t* at = picture.data[plane] + row * picture.linesize[plane] + 2 * column;
    at[0] = static_cast<std::uint8_t>(value & 255);
    at[1] = static_cast<std::uint8_t>(value >> 8);
}

Layer layer_from(const AVFrame& picture, const PictureCodes& codes, const StoredSite& site = {}) {
    Result<Layer> layer = layer_of_picture(picture, codes, nullptr, site, "test");
    REQUIRE(layer);
    return *std::move(layer);
}

} // namespace

TEST_CASE("p010: ten bits in the upper part, U and V by turns") {
    const PictureHandle picture = picture_like(AV_PIX_FMT_P010LE, 8, 4);
    for (int y = 0; y < 4; ++y) {
        for (int x = 0; x < 8; ++x)
            put16(*picture, 0, x, y, (64 + 100 * x) << 6);
    }
    for (int y = 0; y < 2; ++y) {
        for (int x = 0; x < 4; ++x) {
            put16(*picture, 1, 2 * x, y, 400 << 6);
            put16(*picture, 1, 2 * x + 1, y, 603 << 6);
        }
    }
    const Layer layer = layer_from(*picture, {});
    CHECK(layer.alpha.empty());
    for (int x = 0; x < 8; ++x)
        CHECK(layer.colour.y()[x] == 16 + 25 * x);
    CHECK(layer.colour.u()[0] == 100);
    CHECK(layer.colour.v()[3] == 151); // 150.75
}

TEST_CASE("chroma in the middle of its block moves onto the even column") {
    const PictureHandle picture = picture_like(AV_PIX_FMT_YUV420P, 8, 2);
    for (int x = 0; x < 8; ++x)
        picture->data[0][x] = picture->data[0][picture->linesize[0] + x] = 100;
    for (int x = 0; x < 4; ++x) {
        picture->data[1][x] = static_cast<std::uint8_t>(64 + 32 * x);
        picture->data[2][x] = 128;
    }
    PictureCodes codes;
    codes.site = {1, 1};
    const Layer moved = layer_from(*picture, codes);
    // A quarter of the way to the left neighbour.
    CHECK(moved.colour.u()[0] == 64);
    CHECK(moved.colour.u()[1] == 88);
    CHECK(moved.colour.u()[3] == 152);
    CHECK(moved.colour.y()[3] == 100);
    const Layer kept = layer_from(*picture, PictureCodes{});
    CHECK(kept.colour.u()[1] == 96);
}

TEST_CASE("a linear ramp of colours keeps its place through every turn") {
    RgbImage image;
    image.width_px = 32;
    image.height_px = 32;
    for (int y = 0; y < 32; ++y) {
        for (int x = 0; x < 32; ++x) {
            const auto red = static_cast<std::uint8_t>(40 + 5 * x);
            const auto blue = static_cast<std::uint8_t>(40 + 5 * y);
            image.pixels.insert(image.pixels.end(), {red, 60, blue});
        }
    }
    const PictureHandle picture = picture_like(AV_PIX_FMT_RGB24, 32, 32);
    for (int y = 0; y < 32; ++y)
        std::copy_n(&image.pixels[static_cast<std::size_t>(96 * y)],
                    96,
                    picture->data[0] + y * picture->linesize[0]);
    PictureCodes codes;
    codes.full_range = true;
    for (int orientation = 1; orientation <= 8; ++orientation) {
        const StoredSite site = stored_site(orientation, 32, 32);
        Result<Layer> stored = layer_of_picture(*picture, codes, nullptr, site, "test");
        REQUIRE(stored);
        const Layer seen = turned_upright(*std::move(stored), orientation);
        const bool swaps = orientation >= 5;
        const bool from_right =
            orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
        const bool from_bottom =
            orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
        CAPTURE(orientation);
        for (int i = 2; i < 13; ++i) {
            for (int j = 2; j < 13; ++j) {
                // Seen at column 2i, between rows 2j and 2j + 1; where that is in the image:
                const double across = 2 * i, down = 2 * j + 0.5;
                const double column = swaps ? down : across, row = swaps ? across : down;
                const double red = 40 + 5 * (from_right ? 31 - column : column);
                const double blue = 40 + 5 * (from_bottom ? 31 - row : row);
                const double luma = 0.2126 * red + 0.7152 * 60 + 0.0722 * blue;
                const double u = 128 + 224 * (blue - luma) / 1.8556 / 255;
                const double v = 128 + 224 * (red - luma) / 1.5748 / 255;
                const int at = j * seen.colour.uv_stride() + i;
                CHECK(std::abs(seen.colour.u()[at] - u) <= 0.51);
                CHECK(std::abs(seen.colour.v()[at] - v) <= 0.51);
            }
        }
    }
}

TEST_CASE("hostile profiles and chunks are refused and read nowhere") {
    std::string profile(400, '\0');
    CHECK(recipe_of_icc("", false, "x").error().code == "damaged");
    CHECK(recipe_of_icc(profile, false, "x").error().code == "damaged");
    profile.replace(36, 4, "acsp");
    profile.replace(12, 4, "mntr");
    profile.replace(16, 4, "RGB ");
    profile.replace(20, 4, "XYZ ");
    profile.replace(128, 4, std::string("\0\0\0\x08", 4));
    profile.replace(132, 12, std::string("rTRC\xFF\xFF\xFF\xF0\xFF\xFF\xFF\xFF", 12));
    const Result<ColourRecipe> recipe = recipe_of_icc(profile, false, "x.png");
    REQUIRE_FALSE(recipe);
    CHECK(recipe.error().code == "unsupported_colour");
    CHECK(recipe.error().text().find("rTRC") != std::string::npos);
    CHECK(exif_orientation("") == 1);
    CHECK(exif_orientation(std::string("II*\0\xFF\xFF\xFF\xFF", 8)) == 1);
    CHECK(png_colour("\x89PNG\r\n\x1A\n").orientation == 1);
}

TEST_CASE("powers without libm are powers") {
    for (double base = 1e-6; base < 100; base *= 1.7) {
        for (const double exponent : {0.2, 1 / 2.4, 1.0, 2.2, 78.84375, -3.5}) {
            const double expected = std::pow(base, exponent);
            if (expected > 1e-290)
                CHECK(std::abs(fixed_pow(base, exponent) - expected) <= 1e-12 * expected);
        }
    }
    CHECK(fixed_pow(0, 2.4) == 0);
}

TEST_CASE("tables are within a sixteenth of a level of the formulas") {
    ColourRecipe recipe;
    recipe.to_light.fill(pq_curve());
    recipe.to_bt709 = *bt709_of_rgb(bt2020_primaries);
    recipe.target = ColourRecipe::Target::bt1886;
    recipe.peak = 1000 / sdr_white_nits;
    const ColourTransform transform(recipe);
    double worst = 0;
    for (int i = 0; i < 9 * 9 * 9; ++i) {
        const int codes[3] = {i % 9 * 5000, i / 9 % 9 * 5000, i / 81 * 5000};
        std::array<std::uint16_t, 3> table{};
        Vector3 light{};
        for (std::size_t c = 0; c < 3; ++c) {
            table[c] = static_cast<std::uint16_t>(codes[c]);
            light[c] = pq_nits(codes[c] / 65535.0) / sdr_white_nits;
        }
        transform.apply(&table[0], &table[1], &table[2], 1);
        const double greatest = std::max({light[0], light[1], light[2]});
        const double share = greatest > 0 ? tone_mapped(greatest, recipe.peak) / greatest : 1;
        const Vector3 mapped = product(recipe.to_bt709, light);
        for (std::size_t c = 0; c < 3; ++c) {
            const double code = bt1886_code(std::clamp(mapped[c] * share, 0.0, 1.0));
            worst = std::max(worst, std::abs(table[c] / 257.0 - code * 255));
        }
    }
    MESSAGE("worst of the tables: " << worst << " levels");
    CHECK(worst < 1.0 / 16);
}

TEST_CASE("an unpainted frame is black where no picture will be written, and copies are whole") {
    Frame frame = Frame::unpainted(70, 5);
    for (int row = 0; row < 5; ++row) {
        for (int x = 70; x < frame.y_stride(); ++x)
            CHECK(frame.y()[row * frame.y_stride() + x] == 16);
    }
    for (int row = 0; row < 3; ++row) {
        for (int x = 35; x < frame.uv_stride(); ++x) {
            CHECK(frame.u()[row * frame.uv_stride() + x] == 128);
            CHECK(frame.v()[row * frame.uv_stride() + x] == 128);
        }
    }
    const Frame black(70, 5);
    CHECK(std::count(black.bytes.begin(), black.bytes.end(), 16) ==
          static_cast<std::ptrdiff_t>(black.y_size()));
    CHECK(std::count(black.bytes.begin(), black.bytes.end(), 128) ==
          static_cast<std::ptrdiff_t>(2 * black.uv_size()));
    CHECK(reinterpret_cast<std::uintptr_t>(black.y()) % 64 == 0);
    Frame copy = black;
    CHECK((copy.bytes == black.bytes));
    copy.y()[3] = 17;
    CHECK_FALSE((copy.bytes == black.bytes));
    frame = copy;
    CHECK((frame.bytes == copy.bytes));
    const Frame moved = std::move(copy);
    CHECK(copy.empty()); // NOLINT(bugprone-use-after-move): it says so
    CHECK((moved.bytes == frame.bytes));
    CHECK(Frame::unpainted(0, 0).empty());
}
