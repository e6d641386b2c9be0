// SPDX-License-Identifier: Apache-2.0
// Reading media back: the right colours and samples, and errors for everything that is broken.
#include "tests/unit/media/scratch.hpp"

#include "libsmos/media/backdrop/backdrop.hpp"
#include "libsmos/media/codec/decode.hpp"

#include <algorithm>
#include <array>
#include <cstring>

using namespace smos;
using namespace smos::media;
using namespace smos::media::test;

namespace {

constexpr std::array<Rgb, 6> patch_colours{
    {{230, 30, 40}, {20, 200, 60}, {30, 60, 220}, {240, 240, 240}, {12, 12, 16}, {250, 210, 30}}};

/// Two by three patches of 64x64.
RgbImage patches() {
    RgbImage image;
    image.width_px = 128;
    image.height_px = 192;
    for (int y = 0; y < 192; ++y) {
        for (int x = 0; x < 128; ++x) {
            const Rgb& colour = patch_colours[static_cast<std::size_t>(y / 64 * 2 + x / 64)];
            image.pixels.insert(image.pixels.end(), {colour.r, colour.g, colour.b});
        }
    }
    return image;
}

void check_patches(const RgbImage& image, double tolerance) {
    for (std::size_t patch = 0; patch < patch_colours.size(); ++patch) {
        std::array<double, 3> sum{};
        const int left = static_cast<int>(patch % 2) * 64, top = static_cast<int>(patch / 2) * 64;
        for (int y = top; y < top + 64; ++y) {
            for (int x = left; x < left + 64; ++x) {
                for (std::size_t c = 0; c < 3; ++c)
                    sum[c] +=
                        image.pixels[static_cast<std::size_t>((y * image.width_px + x) * 3) + c];
            }
        }
        const Rgb& colour = patch_colours[patch];
        CAPTURE(patch);
        CHECK(std::abs(sum[0] / 4096 - colour.r) <= tolerance);
        CHECK(std::abs(sum[1] / 4096 - colour.g) <= tolerance);
        CHECK(std::abs(sum[2] / 4096 - colour.b) <= tolerance);
    }
}

/// Reads to the end; the code of the error, or "" if there was none.
std::string code_of_reading(const std::string& path, const DecodeLimits& limits = {}) {
    const Result<std::unique_ptr<VideoReader>> reader = VideoReader::open(path, limits);
    if (!reader)
        return reader.error().code;
    for (;;) {
        const Result<std::optional<TimedFrame>> next = (*reader)->next();
        if (!next)
            return next.error().code;
        if (!*next)
            return "";
    }
}

} // namespace

TEST_CASE("RGB survives the conversion to a frame and back") {
    check_patches(to_rgb(to_frame(patches())), 1.5);
    RgbImage odd;
    odd.width_px = 5;
    odd.height_px = 3;
    odd.pixels.assign(45, 200);
    const RgbImage back = to_rgb(to_frame(odd));
    CHECK(back.width_px == 5);
    CHECK(back.height_px == 3);
    CHECK(*std::min_element(back.pixels.begin(), back.pixels.end()) >= 199);
    CHECK(to_frame(RgbImage{}).empty());
}

TEST_CASE("white, black and grey are where BT.709 limited range puts them") {
    const auto luma_of = [](std::uint8_t level) {
        RgbImage grey;
        grey.width_px = grey.height_px = 2;
        grey.pixels.assign(12, level);
        const Frame frame = to_frame(grey);
        CHECK(frame.u()[0] == 128);
        CHECK(frame.v()[0] == 128);
        return static_cast<int>(frame.y()[0]);
    };
    CHECK(luma_of(0) == 16);
    CHECK(luma_of(255) == 235);
    CHECK(luma_of(128) == 126);
}

TEST_CASE("colours survive encoding and decoding") {
    const ScratchDirectory scratch;
    const std::string path = scratch / "patches.mp4";
    EncodeOptions options = small_options();
    options.width_px = 128;
    options.height_px = 192;
    options.gops = plain_gops(12);
    Result<std::unique_ptr<Encoder>> encoder = Encoder::open(path, options);
    REQUIRE(encoder);
    for (int i = 0; i < 12; ++i) {
        REQUIRE((*encoder)->next());
        REQUIRE((*encoder)->push(to_frame(patches())));
    }
    REQUIRE((*encoder)->finish());
    const Result<std::unique_ptr<VideoReader>> reader = VideoReader::open(path);
    REQUIRE(reader);
    const Result<std::optional<TimedFrame>> frame = (*reader)->next();
    REQUIRE(frame);
    REQUIRE(frame->has_value());
    check_patches(to_rgb((*frame)->frame), 2.0);
}

TEST_CASE("sound comes back in place, without priming and padding") {
    const ScratchDirectory scratch;
    const std::string path = scratch / "clip.mp4";
    const AudioBuffer sent = tone(2777);
    EncodeOptions options = small_options();
    options.gops = plain_gops(84);
    Result<std::unique_ptr<Encoder>> encoder = Encoder::open(path, options);
    REQUIRE(encoder);
    REQUIRE((*encoder)->set_audio(sent));
    REQUIRE(draw_clip(**encoder, options));
    REQUIRE((*encoder)->finish());
    const Result<AudioBuffer> got = decode_audio(path);
    REQUIRE_MESSAGE(got, got.error().text());
    CHECK(got->sample_rate == 48000);
    CHECK(got->channels == 2);
    REQUIRE(got->samples.size() == sent.samples.size());
    // Nowhere does it fit better than where it was.
    const auto error_at = [&](std::ptrdiff_t lag) {
        double sum = 0;
        for (std::ptrdiff_t i = 9600; i < static_cast<std::ptrdiff_t>(sent.samples.size()) - 9600;
             ++i)
            sum += std::abs(double{got->samples[static_cast<std::size_t>(i + 2 * lag)]} -
                            double{sent.samples[static_cast<std::size_t>(i)]});
        return sum / static_cast<double>(sent.samples.size());
    };
    CHECK(error_at(0) < 0.02);
    for (const std::ptrdiff_t lag : {-1024, -64, -4, 4, 64, 1024})
        CHECK(error_at(lag) > 1.5 * error_at(0));
    DecodeLimits limits;
    limits.duration_ms = 1000;
    CHECK(decode_audio(path, limits).error().code == "too_large");
}

TEST_CASE("a video without sound says so") {
    const ScratchDirectory scratch;
    const std::string path = scratch / "silent.mp4";
    REQUIRE(encode_clip(path, 10, small_options()));
    CHECK(decode_audio(path).error().code == "no_audio");
    CHECK_FALSE(probe(path)->has_audio);
}

TEST_CASE("limits hold") {
    const ScratchDirectory scratch;
    const std::string path = scratch / "clip.mp4";
    REQUIRE(encode_clip(path, 60, small_options(), 2000));
    DecodeLimits pixels;
    pixels.pixels = 160 * 240 - 1;
    CHECK(code_of_reading(path, pixels) != "");
    DecodeLimits streams;
    streams.streams = 1;
    CHECK(code_of_reading(path, streams) != "");
    DecodeLimits duration;
    duration.duration_ms = 1999;
    CHECK(code_of_reading(path, duration) == "too_large");
    DecodeLimits wall;
    wall.wall_ms = -1;
    CHECK(code_of_reading(path, wall) == "too_slow");
    CHECK(code_of_reading(path) == "");
}

TEST_CASE("a video that is cut anywhere is an error") {
    const ScratchDirectory scratch;
    const std::string path = scratch / "clip.mp4";
    REQUIRE(encode_clip(path, 70, small_options(), 2333));
    const std::string whole = bytes_of(path);
    for (int eighth = 0; eighth < 8; ++eighth) {
        CAPTURE(eighth);
        const std::string cut = scratch / "cut.mp4";
        write_bytes(cut, whole.substr(0, whole.size() * static_cast<std::size_t>(eighth) / 8 + 7));
        CHECK(code_of_reading(cut) != "");
        CHECK_FALSE(probe(cut));
    }
}

TEST_CASE("damaged files never crash the reader") {
    const ScratchDirectory scratch;
    const std::string path = scratch / "clip.mp4";
    REQUIRE(encode_clip(path, 40, small_options(), 1333));
    const std::string whole = bytes_of(path);
    std::uint32_t state = 12345;
    const auto draw = [&](std::size_t bound) {
        state = state * 1664525U + 1013904223U;
        return static_cast<std::size_t>(state >> 8U) % bound;
    };
    int errors = 0;
    for (int round = 0; round < 60; ++round) {
        std::string bytes = whole;
        // Half of the rounds hit the index.
        const std::size_t reach =
            round % 2 == 0 ? std::min<std::size_t>(2500, bytes.size()) : bytes.size();
        for (int hit = 0; hit < 12; ++hit)
            bytes[draw(reach)] = static_cast<char>(draw(256));
        const std::string damaged = scratch / "damaged.mp4";
        write_bytes(damaged, bytes);
        errors += code_of_reading(damaged).empty() ? 0 : 1;
        const Result<AudioBuffer> sound = decode_audio(damaged);
        const Result<MediaInfo> info = probe(damaged);
        errors += sound && info ? 0 : 1;
    }
    CHECK(errors > 0);
}

TEST_CASE("what is no media file is an error that names it") {
    const ScratchDirectory scratch;
    const std::string path = scratch / "file";
    const auto code_of = [&](std::string_view bytes) {
        write_bytes(path, bytes);
        const Result<MediaInfo> info = probe(path);
        CHECK_FALSE(info);
        CHECK(info.error().where == path);
        return info.error().code;
    };
    CHECK(code_of("") == "not_media");
    CHECK(code_of("just a text file with words in it\n") == "not_media");
    CHECK(code_of(std::string(70000, '\0')) == "not_media");
    // Playlists that name other files are not followed.
    CHECK(code_of("#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n") == "not_media");
    CHECK(code_of("ffconcat version 1.0\nfile /etc/passwd\n") == "not_media");
    CHECK(probe(scratch.path()).error().code == "cannot_read");
    CHECK(probe(scratch / "none").error().code == "cannot_read");
    CHECK(probe("concat:a|b").error().code == "cannot_read");
    CHECK(probe("http://localhost/a.mp4").error().code == "cannot_read");
}
