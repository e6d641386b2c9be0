// SPDX-License-Identifier: Apache-2.0
// Videos by time, made by our own encoder.
#include "tests/unit/media/scratch.hpp"

#include "libsmos/media/codec/video_source.hpp"

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
