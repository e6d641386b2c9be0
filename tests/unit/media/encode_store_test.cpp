// SPDX-License-Identifier: Apache-2.0
// The encoder with stores that lie, fail, or have what it needs.
#include "tests/unit/media/scratch.hpp"

#include "libsmos/media/codec/encode_probe.hpp"

#include <map>
#include <mutex>

using namespace smos;
using namespace smos::media;
using namespace smos::media::test;

namespace {

/// In memory; `refuse` fails every keep.
class MemoryStore final : public GopStore {
  public:
    std::optional<std::string> find(const Digest& key) override {
        const std::lock_guard lock(mutex_);
        const auto found = entries.find(key);
        return found == entries.end() ? std::nullopt : std::optional<std::string>{found->second};
    }
    bool has(const Digest& key) const override { return entries.count(key) > 0; }
    Result<void> keep(const Digest& key, std::string_view bytes) override {
        const std::lock_guard lock(mutex_);
        if (refuse)
            return Error{"cannot_write", "no room for packets"};
        entries[key] = bytes;
        return {};
    }

    std::map<Digest, std::string> entries;
    bool refuse = false;

  private:
    std::mutex mutex_;
};

EncodeOptions stored_options(const std::shared_ptr<GopStore>& store) {
    EncodeOptions options = small_options();
    options.store = store;
    for (int i = 0; i < 3; ++i)
        options.gops.push_back({30, sha256(std::to_string(i))});
    return options;
}

std::string encoded(const ScratchDirectory& scratch, const EncodeOptions& options, int expected) {
    const Result<EncodedFile> file = encode_clip(scratch / "clip.mp4", 90, options);
    REQUIRE_MESSAGE(file, file.error().text());
    CHECK(file->gops_encoded == expected);
    CHECK(file->gops_reused == 3 - expected);
    return bytes_of(scratch / "clip.mp4");
}

} // namespace

TEST_CASE("packets that are not what was kept are encoded again") {
    const ScratchDirectory scratch;
    const auto store = std::make_shared<MemoryStore>();
    const EncodeOptions options = stored_options(store);
    const std::string cold = encoded(scratch, options, 3);
    CHECK(encoded(scratch, options, 0) == cold);
    const std::map<Digest, std::string> good = store->entries;
    REQUIRE(good.size() == 3);
    std::string& victim = store->entries.begin()->second;
    const std::string right = victim;
    // Magic, units, count, and the numbers of the first packet: none may be taken on trust. What
    // is inside the pictures' data only the store's own checksum can know.
    for (std::size_t at = 0; at < 8 + 8 + 4 + 32; ++at) {
        CAPTURE(at);
        victim = right;
        victim[at] = static_cast<char>(victim[at] ^ 0x41);
        encoded(scratch, options, 1);
        CHECK(store->entries == good);
    }
    for (const std::size_t size : {std::size_t{0}, std::size_t{11}, std::size_t{300}}) {
        victim = right.substr(0, size);
        CHECK(encoded(scratch, options, 1) == cold);
    }
    victim = right + "x";
    CHECK(encoded(scratch, options, 1) == cold);
}

TEST_CASE("a group without a key, or without a store, is always encoded") {
    const ScratchDirectory scratch;
    const auto store = std::make_shared<MemoryStore>();
    EncodeOptions options = stored_options(store);
    options.gops[1].key.reset();
    const std::string cold = encoded(scratch, options, 3);
    CHECK(store->entries.size() == 2);
    CHECK(encoded(scratch, options, 1) == cold);
    options.store = nullptr;
    CHECK(encoded(scratch, options, 3) == cold);
}

TEST_CASE("a store that keeps nothing is reported and the film is made") {
    const ScratchDirectory scratch;
    const auto store = std::make_shared<MemoryStore>();
    store->refuse = true;
    const EncodeOptions options = stored_options(store);
    const Result<EncodedFile> file = encode_clip(scratch / "clip.mp4", 90, options);
    REQUIRE(file);
    REQUIRE(file->store_problem);
    CHECK(file->store_problem->code == "cannot_write");
}

TEST_CASE("the frames of a lane rise, and lanes are no more than workers") {
    const ScratchDirectory scratch;
    EncodeOptions options = small_options(3);
    options.gops = plain_gops(400);
    const auto encoder = Encoder::open(scratch / "clip.mp4", options);
    REQUIRE(encoder);
    std::map<int, std::int64_t> last;
    std::map<std::int64_t, int> seen;
    for (;;) {
        const auto wanted = (*encoder)->next();
        REQUIRE(wanted);
        if (!*wanted)
            break;
        const auto [place, first] = last.try_emplace((*wanted)->lane, -1);
        CHECK(place->second < (*wanted)->frame);
        place->second = (*wanted)->frame;
        ++seen[(*wanted)->frame];
        REQUIRE((*encoder)->push(moving_frame(160, 240, static_cast<int>((*wanted)->frame))));
    }
    CHECK((*encoder)->next()); // nothing more, again and again
    REQUIRE((*encoder)->finish());
    CHECK(seen.size() == 400);
    CHECK(last.size() <= 3);
}

TEST_CASE("a chain falls back and says why") {
    const Result<EncoderChoice> choice = choose_encoder({"h264_magic", "libx264"}, small_options());
    REQUIRE(choice);
    CHECK(choice->chosen.name == "libx264");
    CHECK(choice->chosen.incremental);
    REQUIRE(choice->rejected.size() == 1);
    CHECK(choice->rejected[0].reason.find("h264_magic") != std::string::npos);
    CHECK(choose_encoder({}, small_options()).error().code == "no_encoder");
    EncodeOptions odd = small_options();
    odd.width_px = 161;
    CHECK(!probe_encoder("libx264", odd).available);
}
