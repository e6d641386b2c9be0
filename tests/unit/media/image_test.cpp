// SPDX-License-Identifier: Apache-2.0
// Still pictures: every format that we read, and headers that lie.
#include "tests/unit/media/scratch.hpp"

#include "libsmos/media/picture/image.hpp"

#include <cstring>
#include <sys/mount.h>
#include <unistd.h>

using namespace smos;
using namespace smos::media;
using namespace smos::media::test;

namespace {

RgbImage gradient(int width, int height) {
    RgbImage image;
    image.width_px = width;
    image.height_px = height;
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            image.pixels.push_back(static_cast<std::uint8_t>(x * 255 / width));
            image.pixels.push_back(static_cast<std::uint8_t>(y * 255 / height));
            image.pixels.push_back(90);
        }
    }
    return image;
}

double mean_difference(const RgbImage& a, const RgbImage& b) {
    REQUIRE(a.pixels.size() == b.pixels.size());
    double sum = 0;
    for (std::size_t i = 0; i < a.pixels.size(); ++i)
        sum += std::abs(a.pixels[i] - b.pixels[i]);
    return sum / static_cast<double>(a.pixels.size());
}

/// An APP1 segment with an orientation and nothing else.
std::string with_orientation(const std::string& jpeg, char orientation) {
    std::string exif("Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0", 25);
    exif += orientation;
    exif += std::string("\0\0\0\0\0\0", 6);
    std::string segment("\xFF\xE1\0", 3);
    segment += static_cast<char>(exif.size() + 2);
    return jpeg.substr(0, 2) + segment + exif + jpeg.substr(2);
}

std::string anymap(const std::string& head, const std::string& data) { return head + data; }

} // namespace

TEST_CASE("PNG is exact, and always the same bytes") {
    const ScratchDirectory scratch;
    const RgbImage image = gradient(67, 45);
    REQUIRE(save_png(scratch / "a.png", image));
    const Result<RgbImage> back = load_image(scratch / "a.png");
    REQUIRE_MESSAGE(back, back.error().text());
    CHECK(back->width_px == 67);
    CHECK(back->height_px == 45);
    CHECK(back->pixels == image.pixels);
    CHECK(*encode_png(image) == bytes_of(scratch / "a.png"));
}

TEST_CASE("JPEG is close, and always the same bytes") {
    const ScratchDirectory scratch;
    const RgbImage image = gradient(128, 96);
    REQUIRE(save_jpeg(scratch / "a.jpg", image));
    const Result<RgbImage> back = load_image(scratch / "a.jpg");
    REQUIRE_MESSAGE(back, back.error().text());
    CHECK(mean_difference(image, *back) < 2.0);
    CHECK(*encode_jpeg(image) == bytes_of(scratch / "a.jpg"));
    CHECK_FALSE(encode_jpeg(image, 1));
    CHECK_FALSE(encode_jpeg(RgbImage{}));
}

TEST_CASE("EXIF orientation turns the picture upright") {
    const RgbImage image = gradient(96, 64);
    const std::string jpeg = *encode_jpeg(image, 2);
    struct Expected {
        char orientation;
        int width;
        bool red_grows_right, red_grows_down, red_grows_left, red_grows_up;
    };
    // Red grows along the stored x axis.
    for (const Expected& expected : {Expected{1, 96, true, false, false, false},
                                     Expected{2, 96, false, false, true, false},
                                     Expected{3, 96, false, false, true, false},
                                     Expected{4, 96, true, false, false, false},
                                     Expected{5, 64, false, true, false, false},
                                     Expected{6, 64, false, true, false, false},
                                     Expected{7, 64, false, false, false, true},
                                     Expected{8, 64, false, false, false, true}}) {
        CAPTURE(static_cast<int>(expected.orientation));
        const Result<RgbImage> got =
            decode_image(with_orientation(jpeg, expected.orientation), "test");
        REQUIRE_MESSAGE(got, got.error().text());
        CHECK(got->width_px == expected.width);
        const int w = got->width_px, h = got->height_px;
        const auto red = [&](int x, int y) {
            return int{got->pixels[static_cast<std::size_t>((y * w + x) * 3)]};
        };
        const int across = red(w - 3, h / 2) - red(2, h / 2);
        const int down = red(w / 2, h - 3) - red(w / 2, 2);
        CHECK((across > 150) == expected.red_grows_right);
        CHECK((across < -150) == expected.red_grows_left);
        CHECK((down > 150) == expected.red_grows_down);
        CHECK((down < -150) == expected.red_grows_up);
    }
    const Result<RgbImage> turned = decode_image(with_orientation(jpeg, 6), "test");
    // Stored top left is shown top right: little red, little green.
    CHECK(int{turned->pixels[63 * 3 + 1]} < 20);
}

TEST_CASE("grey, 16 bits and colour anymaps") {
    const Result<RgbImage> grey = decode_image(
        anymap("P5\n# a comment\n4 2\n255\n", std::string("\0\x40\x80\xFF\0\x40\x80\xFF", 8)), "g");
    REQUIRE_MESSAGE(grey, grey.error().text());
    REQUIRE(grey->pixels.size() == 24);
    CHECK(grey->pixels[3] == 0x40);
    CHECK(grey->pixels[4] == 0x40);
    CHECK(grey->pixels[9] == 0xFF);
    const Result<RgbImage> deep =
        decode_image(anymap("P5 2 1 65535\n", std::string("\x80\0\xFF\xFF", 4)), "d");
    REQUIRE_MESSAGE(deep, deep.error().text());
    CHECK(std::abs(int{deep->pixels[0]} - 128) <= 1);
    CHECK(deep->pixels[3] == 255);
    const Result<RgbImage> colour = decode_image(anymap("P6 1 1 255\n", "\x10\x20\x30"), "c");
    REQUIRE_MESSAGE(colour, colour.error().text());
    CHECK(colour->pixels == std::vector<std::uint8_t>{0x10, 0x20, 0x30});
}

TEST_CASE("WebP, lossless and lossy") {
    // 16x8 of one colour, made by libwebp.
    const std::string lossless(
        "\122\111\106\106\036\000\000\000\127\105\102\120\126\120\070\114\021\000\000\000\057\017"
        "\300\001\000\007\120\230\002\027\242\377\201\210\350\177\000\000",
        38);
    const std::string lossy(
        "\122\111\106\106\100\000\000\000\127\105\102\120\126\120\070\040\064\000\000\000\320\001"
        "\000\235\001\052\020\000\010\000\000\300\022\045\240\002\164\272\001\370\000\003\260\000"
        "\376\367\304\137\377\162\001\354\200\173\040\037\302\177\377\260\317\373\014\377\260\317"
        "\377\256\264\000\000\000",
        72);
    for (const std::string& bytes : {lossless, lossy}) {
        const Result<RgbImage> image = decode_image(bytes, "webp");
        REQUIRE_MESSAGE(image, image.error().text());
        CHECK(image->width_px == 16);
        CHECK(image->height_px == 8);
        CHECK(std::abs(int{image->pixels[0]} - 0xC0) <= 4);
        CHECK(std::abs(int{image->pixels[1]} - 0x30) <= 4);
        CHECK(std::abs(int{image->pixels[2]} - 0x10) <= 4);
        CHECK(decode_image(bytes, "webp", 127).error().code == "too_large");
    }
}

TEST_CASE("transparency lies over black") {
    // RGBA 2x1: half transparent red, and green that cannot be seen. Made with zlib level 0.
    const std::string png("\211\120\116\107\015\012\032\012\000\000\000\015\111\110\104\122\000\000"
                          "\000\002\000\000\000\001"
                          "\010\006\000\000\000\364\042\177\212\000\000\000\024\111\104\101\124\170"
                          "\001\001\011\000\366\377"
                          "\000\377\000\000\200\000\377\000\000\015\176\002\177\141\174\114\346\000"
                          "\000\000\000\111\105\116"
                          "\104\256\102\140\202",
                          77);
    const Result<RgbImage> image = decode_image(png, "alpha");
    REQUIRE_MESSAGE(image, image.error().text());
    CHECK(image->pixels == std::vector<std::uint8_t>{128, 0, 0, 0, 0, 0});
}

TEST_CASE("a header that claims too much is refused before anything is decoded") {
    std::string png = *encode_png(gradient(8, 8));
    png[16] = png[20] = '\x7F';
    const Result<RgbImage> huge = decode_image(png, "bomb.png");
    REQUIRE_FALSE(huge);
    CHECK(huge.error().code == "too_large");
    CHECK(huge.error().where == "bomb.png");
    CHECK(decode_image("P6 99999999 99999999 255\n", "x").error().code == "too_large");
    CHECK(decode_image(*encode_png(gradient(8, 8)), "x", 63).error().code == "too_large");
    CHECK(decode_image(*encode_jpeg(gradient(8, 8)), "x", 63).error().code == "too_large");
}

TEST_CASE("what is no picture, or half of one, is an error") {
    for (const char* text : {"",
                             "P",
                             "P5",
                             "P6 0 0 255\n",
                             "hello",
                             "\x89PNG\r\n\x1A\n",
                             "RIFF0000WEBP",
                             "\xFF\xD8\xFF",
                             "GIF89a",
                             "<svg/>"})
        CHECK(decode_image(text, "x").error().code == "not_an_image");
    const std::string png = *encode_png(gradient(64, 64));
    const std::string jpeg = *encode_jpeg(gradient(64, 64));
    CHECK_FALSE(decode_image(std::string_view{png}.substr(0, png.size() / 2), "x"));
    CHECK_FALSE(decode_image(std::string_view{jpeg}.substr(0, 200), "x"));
    CHECK_FALSE(decode_image("P6 100 100 255\nshort", "x"));
    CHECK(load_image("/").error().code == "cannot_read");
}

TEST_CASE("a still on a full disk leaves nothing") {
    const ScratchDirectory scratch;
    if (::geteuid() != 0 || ::mount("tmpfs", scratch.path().c_str(), "tmpfs", 0, "size=8k") != 0) {
        MESSAGE("SKIPPED: mounting a small file system needs root: " << std::strerror(errno));
        return;
    }
    CHECK_FALSE(save_jpeg(scratch / "a.jpg", gradient(1200, 1200), 2));
    CHECK(scratch.entries() == 0);
    CHECK(::umount(scratch.path().c_str()) == 0);
}
