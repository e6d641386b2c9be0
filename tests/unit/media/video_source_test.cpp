// SPDX-License-Identifier: Apache-2.0
// Videos by time, made by our own encoder.
#include "tests/unit/media/scratch.hpp"

#include "libsmos/media/codec/video_source.hpp"
#include "libsmos/media/compose/video_players.hpp"

#include <algorithm>
#include <array>

using namespace smos;
using namespace smos::media;
using namespace smos::media::test;

namespace {

std::shared_ptr<const Layer> layer_at(VideoSource& source, std::int64_t num, std::int64_t den) {
    const Result<SourcePicture> shown = source.at({num, den});
    REQUIRE(shown);
    return shown->layer;
}

} // namespace

TEST_CASE("the same pictures in any order, for any cache, with any number of threads") {
    const ScratchDirectory scratch;
    const std::string path = scratch / "clip.mp4";
    REQUIRE(encode_clip(path, 90, small_options()));
    VideoSourceOptions frugal;
    frugal.cache_bytes = 1;
    frugal.threads = 3;
    const auto first = VideoSource::open(path);
    const auto second = VideoSource::open(path, frugal);
    REQUIRE(first);
    REQUIRE(second);
    CHECK((*first)->info().frames == 90);
    CHECK_FALSE((*first)->info().variable);
    CHECK((*first)->info().duration.num == 3);
    CHECK((*first)->info().width_px == 160);
    CHECK((*first)->info().colour.matrix == "bt709");
    CHECK_FALSE((*first)->info().colour.matrix_guessed);
    std::vector<PixelBytes> straight;
    for (int i = 0; i < 90; ++i)
        straight.push_back(layer_at(**first, i, 30)->colour.bytes);
    for (int i = 89; i >= 0; i -= 7) {
        CHECK(layer_at(**second, i, 30)->colour.bytes == straight[static_cast<std::size_t>(i)]);
        const int jump = (i * 37) % 90;
        CHECK(layer_at(**first, jump, 30)->colour.bytes ==
              straight[static_cast<std::size_t>(jump)]);
    }
}

TEST_CASE("before the start and behind the end") {
    const ScratchDirectory scratch;
    const std::string path = scratch / "clip.mp4";
    REQUIRE(encode_clip(path, 10, small_options()));
    const auto source = VideoSource::open(path);
    REQUIRE(source);
    const Result<SourcePicture> early = (*source)->at({-1, 3});
    const Result<SourcePicture> last = (*source)->at({9, 30});
    const Result<SourcePicture> late = (*source)->at({10, 30});
    REQUIRE(early);
    REQUIRE(last);
    REQUIRE(late);
    CHECK(early->before_start);
    CHECK(early->index == 0);
    CHECK_FALSE(last->past_end);
    CHECK(late->past_end);
    CHECK(late->layer == last->layer);
}

TEST_CASE("a picture that the caller keeps stays") {
    const ScratchDirectory scratch;
    const std::string path = scratch / "clip.mp4";
    REQUIRE(encode_clip(path, 20, small_options()));
    VideoSourceOptions frugal;
    frugal.cache_bytes = 1;
    const auto source = VideoSource::open(path, frugal);
    REQUIRE(source);
    const auto kept = layer_at(**source, 3, 30);
    const PixelBytes bytes = kept->colour.bytes;
    (void)layer_at(**source, 15, 30);
    CHECK(kept->colour.bytes == bytes);
}

TEST_CASE("errors name the file and the reason") {
    const ScratchDirectory scratch;
    CHECK(VideoSource::open(scratch / "absent.mp4").error().code == "cannot_read");
    write_bytes(scratch / "text.mp4", "no film at all");
    const auto text = VideoSource::open(scratch / "text.mp4");
    REQUIRE_FALSE(text);
    CHECK(text.error().code == "not_media");
    CHECK(text.error().where == scratch / "text.mp4");
    const std::string path = scratch / "clip.mp4";
    REQUIRE(encode_clip(path, 40, small_options()));
    VideoSourceOptions small;
    small.limits.pixels = 1000;
    CHECK(VideoSource::open(path, small).error().code == "too_large");
    const std::string bytes = bytes_of(path);
    write_bytes(scratch / "cut.mp4", bytes.substr(0, bytes.size() * 2 / 3));
    CHECK(VideoSource::open(scratch / "cut.mp4").error().code == "truncated");
}

TEST_CASE("what one reader passes over, another finds once") {
    const ScratchDirectory scratch;
    const std::string path = scratch / "clip.mp4";
    REQUIRE(encode_clip(path, 90, small_options()));
    const auto plain = VideoSource::open(path);
    const auto shared = VideoSource::open(path);
    REQUIRE(plain);
    REQUIRE(shared);
    VideoSource& source = **shared;
    (void)layer_at(source, 5, 30);
    CHECK(source.is_within_reach(40));
    CHECK_FALSE(source.is_within_reach(3));
    const auto check = [&](std::int64_t index, const OtherReaders& others) {
        const Result<SourcePicture> shown = source.at({index, 30}, others);
        REQUIRE(shown);
        CHECK(shown->index == index);
        CHECK(shown->layer->colour.bytes == layer_at(**plain, index, 30)->colour.bytes);
    };
    check(40, {5, true});
    for (std::int64_t i = 6; i < 40; ++i) {
        CHECK(source.is_within_reach(i));
        check(i, {i, true});
        if (i % 3 == 0)
            check(40 + i / 3, {i, false}); // the one in front goes on
        CHECK_FALSE(source.is_within_reach(i));
    }
    check(20, {20, true}); // all the same when nobody has kept it
}

TEST_CASE("no more is passed over than there is room for") {
    const ScratchDirectory scratch;
    const std::string path = scratch / "clip.mp4";
    REQUIRE(encode_clip(path, 60, small_options()));
    VideoSourceOptions tight;
    tight.shared_bytes = 10 * std::size_t{160} * 90 * 3;
    const auto source = VideoSource::open(path, tight);
    REQUIRE(source);
    (void)layer_at(**source, 5, 30);
    CHECK((*source)->is_within_reach(10));
    CHECK_FALSE((*source)->is_within_reach(50));
}

TEST_CASE("lanes at work some pictures apart get the pictures that each would get alone") {
    const ScratchDirectory scratch;
    const std::string path = scratch / "clip.mp4";
    REQUIRE(encode_clip(path, 90, small_options()));
    const auto plain = VideoSource::open(path);
    REQUIRE(plain);
    VideoPlayers players{1};
    constexpr std::int64_t lanes = 3, group = 10;
    // Groups of ten pictures go round among the lanes, which are not equally fast; every picture
    // is shown twice, as in a film that is faster than its video.
    for (std::int64_t round = 0; round < 90 / (lanes * group); ++round) {
        std::array<std::int64_t, lanes> done{};
        for (std::int64_t turn = 0; *std::min_element(done.begin(), done.end()) < 2 * group;
             ++turn) {
            const auto lane = static_cast<std::size_t>((turn * turn + turn / 5) % lanes);
            if (done[lane] == 2 * group)
                continue;
            const auto at = static_cast<std::int64_t>(lane);
            const std::int64_t index = (round * lanes + at) * group + done[lane]++ / 2;
            const auto shown = players.picture(path, {index, 30}, static_cast<int>(lane));
            REQUIRE(shown);
            CHECK((*shown)->colour.bytes == layer_at(**plain, index, 30)->colour.bytes);
        }
    }
}

TEST_CASE("a decoder that nobody asks for rests, and gives the same pictures afterwards") {
    const ScratchDirectory scratch;
    const std::string path = scratch / "clip.mp4";
    REQUIRE(encode_clip(path, 240, small_options()));
    const auto plain = VideoSource::open(path);
    REQUIRE(plain);
    VideoPlayers players{1};
    const auto check = [&](std::int64_t index, int lane) {
        const auto shown = players.picture(path, {index, 30}, lane);
        REQUIRE(shown);
        CHECK((*shown)->colour.bytes == layer_at(**plain, index, 30)->colour.bytes);
    };
    for (std::int64_t i = 0; i < 30; ++i) { // two places that no decoder gets to and fro between
        check(200 + i, 0);
        check(i, 1);
    }
    REQUIRE(players.awake() == 2);
    for (std::int64_t i = 30; i < 150; ++i)
        check(i, 1);
    CHECK(players.awake() == 1);
    for (std::int64_t i = 150; i < 160; ++i) {
        check(i, 1);
        check(i - 149, 0); // where the other has long been
    }
    CHECK(players.awake() == 2);
}
