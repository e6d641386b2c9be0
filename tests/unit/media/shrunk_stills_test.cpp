// SPDX-License-Identifier: Apache-2.0
// Shrunk stills that are kept from one run to the next.
#include "tests/unit/media/scratch.hpp"

#include "libsmos/media/compose/shrunk_stills.hpp"

#include <filesystem>
#include <fstream>

using namespace smos;
using namespace smos::media;
using namespace smos::media::test;

namespace {

constexpr std::int64_t room = std::int64_t{1} << 20U;

std::shared_ptr<const Layer> some_layer(bool with_alpha) {
    Layer layer{Frame(40, 30), {}};
    for (std::size_t i = 0; i < layer.colour.bytes.size(); ++i)
        layer.colour.bytes.data()[i] = static_cast<std::uint8_t>(i * 7);
    if (with_alpha)
        layer.alpha.assign(layer.colour.y_size(), 77);
    return std::make_shared<const Layer>(std::move(layer));
}

ShrunkStills stills_in(const std::string& folder, const std::string& content) {
    auto store = FileGopStore::open(folder, room);
    REQUIRE(store);
    return ShrunkStills{*std::move(store), {{"a", sha256(content)}}};
}

} // namespace

TEST_CASE("a shrunk still comes back as it was, for the same content and size only") {
    const ScratchDirectory scratch;
    for (const bool with_alpha : {false, true}) {
        const std::string folder = scratch / (with_alpha ? "with" : "without");
        const auto layer = some_layer(with_alpha);
        stills_in(folder, "one").keep("a", {{80, 60}, layer});
        const auto found = stills_in(folder, "one").find("a", {40, 30});
        REQUIRE(found);
        CHECK(found->full.width == 80);
        CHECK(found->full.height == 60);
        CHECK(found->shrunk->colour.bytes == layer->colour.bytes);
        CHECK(found->shrunk->alpha == layer->alpha);
        CHECK_FALSE(stills_in(folder, "one").find("a", {40, 28}));
        CHECK_FALSE(stills_in(folder, "one").find("b", {40, 30}));
        CHECK_FALSE(stills_in(folder, "two").find("a", {40, 30}));
    }
}

TEST_CASE("what is as large as its file is not kept") {
    const ScratchDirectory scratch;
    const ShrunkStills stills = stills_in(scratch / "kept", "one");
    stills.keep("a", {{40, 30}, some_layer(false)});
    CHECK_FALSE(stills.find("a", {40, 30}));
}

TEST_CASE("a damaged still is not shown") {
    const ScratchDirectory scratch;
    const std::string folder = scratch / "kept";
    stills_in(folder, "one").keep("a", {{80, 60}, some_layer(false)});
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(200);
        file.put('\x55');
        file.put('\x56');
    }
    CHECK_FALSE(stills_in(folder, "one").find("a", {40, 30}));
}
