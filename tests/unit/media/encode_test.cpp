// SPDX-License-Identifier: Apache-2.0
// The encoder from outside: what lies in the file, and that it is always the same file.
#include "tests/unit/media/scratch.hpp"

#include "libsmos/media/codec/decode.hpp"
#include "libsmos/media/codec/encode.hpp"

#include <atomic>
#include <cstring>
#include <sys/mount.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

using namespace smos;
using namespace smos::media;
using namespace smos::media::test;

TEST_CASE("the same frames give the same bytes, twice and with any number of workers") {
    const ScratchDirectory scratch;
    const std::string path = scratch / "clip.mp4";
    std::string first;
    for (const int workers : {1, 2, 2, 3}) {
        CAPTURE(workers);
        const Result<EncodedFile> file = encode_clip(path, 205, small_options(workers), 6833);
        REQUIRE_MESSAGE(file, file.error().text());
        CHECK(file->frames == 205);
        const std::string bytes = bytes_of(path);
        CHECK(file->bytes == static_cast<std::int64_t>(bytes.size()));
        if (first.empty())
            first = bytes;
        CHECK(bytes == first);
    }
    CHECK(first.find("moov") < first.find("mdat"));
    CHECK(first.find("Lavf") == std::string::npos);
    CHECK(scratch.entries() == 1);
    struct stat entry {};
    REQUIRE(::stat(path.c_str(), &entry) == 0);
    CHECK((entry.st_mode & 0777) == 0600);
}

TEST_CASE("the file says what it is") {
    const ScratchDirectory scratch;
    const std::string path = scratch / "clip.mp4";
    EncodeOptions options = small_options();
    options.rate_num = 30000;
    options.rate_den = 1001;
    REQUIRE(encode_clip(path, 90, options, 3003));
    const Result<MediaInfo> info = probe(path);
    REQUIRE_MESSAGE(info, info.error().text());
    CHECK(info->container == "mp4");
    CHECK(info->width_px == 160);
    CHECK(info->height_px == 240);
    CHECK(info->rate_num == 30000);
    CHECK(info->rate_den == 1001);
    CHECK(info->frames == 90);
    CHECK(info->duration_ms == 3003);
    CHECK(info->video_codec == "h264");
    CHECK(info->audio_codec == "aac");
    CHECK(info->sample_rate == 48000);
    CHECK(info->has_audio);
    CHECK(info->faststart);
    CHECK(info->bt709_limited);
    CHECK(info->title == "A \"title\"");
    CHECK(info->comment == "made with AI");
}

TEST_CASE("any number of frames comes back, around the edges of groups too") {
    const ScratchDirectory scratch;
    for (const int frames : {1, 2, 3, 7, 8, 9, 59, 60, 61, 67, 68, 69, 121}) {
        CAPTURE(frames);
        const std::string path = scratch / "clip.mp4";
        REQUIRE(encode_clip(path, frames, small_options()));
        const Result<std::unique_ptr<VideoReader>> reader = VideoReader::open(path);
        REQUIRE_MESSAGE(reader, reader.error().text());
        int seen = 0;
        for (;;) {
            const Result<std::optional<TimedFrame>> next = (*reader)->next();
            REQUIRE_MESSAGE(next, next.error().text());
            if (!*next)
                break;
            CHECK((*next)->pts_ms == seen * 1000 / 30);
            ++seen;
        }
        CHECK(seen == frames);
    }
}

TEST_CASE("wrong use is an error and leaves nothing") {
    const ScratchDirectory scratch;
    const std::string path = scratch / "clip.mp4";
    EncodeOptions right = small_options();
    right.gops = plain_gops(130);
    const auto code_of = [&](auto change) {
        EncodeOptions options = right;
        change(options);
        return Encoder::open(path, options).error().code;
    };
    CHECK(code_of([](EncodeOptions& o) { o.width_px = 161; }) == "invalid_options");
    CHECK(code_of([](EncodeOptions& o) { o.crf = 52; }) == "invalid_options");
    CHECK(code_of([](EncodeOptions& o) { o.rate_den = 0; }) == "invalid_options");
    CHECK(code_of([](EncodeOptions& o) { o.gops.clear(); }) == "invalid_options");
    CHECK(code_of([](EncodeOptions& o) { o.gops[0].frames = 1; }) == "invalid_options");
    CHECK(code_of([](EncodeOptions& o) { o.gops[0].frames = 601; }) == "invalid_options");
    CHECK(code_of([](EncodeOptions& o) { o.metadata = {{"x-secret", "y"}}; }) == "invalid_options");
    CHECK(code_of([](EncodeOptions& o) { o.metadata = {{"title", "\xFF"}}; }) == "invalid_options");
    CHECK(code_of([](EncodeOptions& o) { o.preset = "warp"; }) == "invalid_options");
    CHECK(code_of([](EncodeOptions& o) { o.encoder = "h264_magic"; }) == "invalid_options");
    CHECK(Encoder::open(scratch / "none/clip.mp4", right).error().code == "cannot_create");
    const auto open = [&] {
        Result<std::unique_ptr<Encoder>> encoder = Encoder::open(path, right);
        REQUIRE_MESSAGE(encoder, encoder.error().text());
        return *std::move(encoder);
    };
    CHECK(open()->push(moving_frame(160, 240, 0)).error().code == "invalid_options");
    CHECK(open()->finish().error().code == "invalid_options");
    {
        const auto encoder = open();
        REQUIRE(encoder->next());
        CHECK(encoder->push(moving_frame(64, 64, 0)).error().code == "invalid_options");
        CHECK(encoder->next().error().code == "invalid_options");
        CHECK(encoder->finish().error().code == "invalid_options");
    }
    {
        const auto encoder = open();
        REQUIRE(encoder->next());
        CHECK(encoder->set_audio(tone(100)).error().code == "invalid_options");
    }
    {
        const auto encoder = open();
        for (int i = 0; i < 70; ++i) {
            REQUIRE(encoder->next());
            REQUIRE(encoder->push(moving_frame(160, 240, i)));
        }
        // Dropped in the middle, with groups under way.
    }
    {
        const auto encoder = open();
        AudioBuffer broken = tone(100);
        broken.samples[77] = std::nanf("");
        REQUIRE(encoder->set_audio(std::move(broken)));
        const Result<void> drawn = draw_clip(*encoder, right);
        CHECK((drawn ? encoder->finish().error() : drawn.error()).code == "encoder");
    }
    {
        const auto encoder = open();
        REQUIRE(encoder->set_audio(std::nullopt,
                                   [](const HeardSound*) -> Result<std::unique_ptr<SoundStream>> {
                                       return Error{"no_voice", "the voice is gone"};
                                   }));
        const Result<void> drawn = draw_clip(*encoder, right);
        CHECK((drawn ? encoder->finish().error() : drawn.error()).code == "no_voice");
    }
    CHECK(scratch.entries() == 0);
}

TEST_CASE("encoders that share a sound make it once, and write what each would alone") {
    const ScratchDirectory scratch;
    using Stream = std::unique_ptr<SoundStream>;
    std::atomic<int> made = 0;
    const auto film = [&](const std::string& name, const std::shared_ptr<SharedSound>& shared) {
        EncodeOptions options = small_options();
        options.gops = plain_gops(30);
        options.shared_sound = shared;
        Result<std::unique_ptr<Encoder>> encoder = Encoder::open(scratch / name, options);
        REQUIRE_MESSAGE(encoder, encoder.error().text());
        const auto sound = [&made](const HeardSound* heard) -> Result<Stream> {
            if (heard != nullptr)
                return Stream{};
            ++made;
            return Stream{std::make_unique<BufferedSound>(tone(1000))};
        };
        REQUIRE((*encoder)->set_audio(std::nullopt, sound));
        return std::pair{*std::move(encoder), options};
    };
    const auto complete = [](const auto& filming) {
        REQUIRE(draw_clip(*filming.first, filming.second));
        const Result<EncodedFile> encoded = filming.first->finish();
        REQUIRE_MESSAGE(encoded, encoded.error().text());
        CHECK(encoded->audio_samples == 48'000);
        CHECK(encoded->audio_heard.has_value());
    };
    complete(film("alone.mp4", nullptr));
    CHECK(made == 1);
    const auto shared = share_sound();
    const auto first = film("first.mp4", shared), second = film("second.mp4", shared);
    complete(second);
    complete(first);
    complete(film("third.mp4", shared));
    CHECK(made == 2);
    const std::string alone = bytes_of(scratch / "alone.mp4");
    for (const char* name : {"first.mp4", "second.mp4", "third.mp4"})
        CHECK(bytes_of(scratch / name) == alone);
}

TEST_CASE("a short sound waits for a worker that has nothing left to encode") {
    const int processors = static_cast<int>(std::thread::hardware_concurrency());
    const ScratchDirectory scratch;
    EncodeOptions options = small_options();
    options.workers = processors;
    options.gops.assign(static_cast<std::size_t>(processors) + 1, Gop{60});
    const auto encoder = Encoder::open(scratch / "clip.mp4", options);
    REQUIRE_MESSAGE(encoder, encoder.error().text());
    std::atomic<int> pushed = 0;
    std::atomic<int> pushed_before = -1;
    const auto sound = [&](const HeardSound* heard) -> Result<std::unique_ptr<SoundStream>> {
        if (heard != nullptr)
            return std::unique_ptr<SoundStream>{};
        pushed_before = pushed.load();
        return std::unique_ptr<SoundStream>{std::make_unique<BufferedSound>(tone(1000))};
    };
    REQUIRE((*encoder)->set_audio(std::nullopt, sound));
    for (;;) {
        const auto wanted = (*encoder)->next();
        REQUIRE_MESSAGE(wanted, wanted.error().text());
        if (!*wanted)
            break;
        ++pushed; // not less than what the workers have had
        REQUIRE((*encoder)->push(moving_frame(160, 240, static_cast<int>((**wanted).frame))));
    }
    const auto film = (*encoder)->finish();
    REQUIRE_MESSAGE(film, film.error().text());
    CHECK(film->audio_samples == 48'000);
    // All groups were taken, and at least two are done; more than 20 make the sound a long one.
    CHECK(pushed_before >= (processors < 20 ? 2 * 60 : 0));
}

TEST_CASE("a full disk leaves the old file and nothing else") {
    const ScratchDirectory scratch;
    if (::geteuid() != 0 ||
        ::mount("tmpfs", scratch.path().c_str(), "tmpfs", 0, "size=256k") != 0) {
        MESSAGE("SKIPPED: mounting a small file system needs root: " << std::strerror(errno));
        return;
    }
    const std::string path = scratch / "clip.mp4";
    write_bytes(path, "the old file");
    EncodeOptions options = small_options();
    options.crf = 0;
    const Result<EncodedFile> file = encode_clip(path, 150, options, 3000);
    CHECK(!file);
    if (!file) {
        CHECK(file.error().code == "cannot_write");
        CHECK(file.error().text().find("No space left") != std::string::npos);
        CHECK(file.error().text().find("clip.mp4") != std::string::npos);
    }
    CHECK(bytes_of(path) == "the old file");
    CHECK(scratch.entries() == 1);
    CHECK(::umount(scratch.path().c_str()) == 0);
}
