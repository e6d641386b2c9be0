// SPDX-License-Identifier: Apache-2.0
// Several tracks at once, names for what is shown, and other shapes of the picture.
#include "tests/unit/media/captions_scene.hpp"

#include "libsmos/core/hash.hpp"
#include "libsmos/media/captions/captions_stack.hpp"

#include <fmt/format.h>

#include <map>
#include <set>

using namespace smos;
using namespace smos::media;
using namespace smos::media::test;

namespace {

constexpr int width = 540, height = 960;

std::unique_ptr<CaptionRenderer>
stack_of(const std::vector<CaptionTrack>& tracks, int w = width, int h = height) {
    auto stack = open_captions(tracks, w, h);
    REQUIRE_MESSAGE(stack, stack.error().text());
    return *std::move(stack);
}

std::string pixels_of(const CaptionFrame& frame) {
    Sha256 hash;
    for (const GlyphMask& mask : frame.masks) {
        hash.update_field(fmt::format("{} {} {} {} {} {} {} {}",
                                      mask.x,
                                      mask.y,
                                      mask.w,
                                      mask.h,
                                      mask.r,
                                      mask.g,
                                      mask.b,
                                      mask.opacity));
        for (int y = 0; y < mask.h; ++y)
            hash.update(std::string_view{reinterpret_cast<const char*>(mask.alpha) +
                                             std::ptrdiff_t{y} * mask.stride,
                                         static_cast<std::size_t>(mask.w)});
    }
    for (const RgbaLayer& layer : frame.layers) {
        hash.update_field(
            fmt::format("{} {} {} {} {}", layer.x, layer.y, layer.w, layer.h, layer.opacity));
        hash.update(std::string_view{reinterpret_cast<const char*>(layer.pixels->data()),
                                     layer.pixels->size()});
    }
    return hex(hash.finish());
}

} // namespace

TEST_CASE("a key names the pixels, in every design") {
    for (const CaptionDesign& design : caption_designs()) {
        CAPTURE(design.style.name);
        const CaptionTrack track =
            track_of("Every frame has one name \U0001F680, \u0645\u0631\u062D\u0628\u0627 too.",
                     design.style.name);
        const auto named = stack_of({track}), drawn = stack_of({track});
        std::map<std::string, std::string> seen;
        std::set<std::string> pictures;
        for (std::int64_t at = -100; at < 4000; at += 33) {
            const auto frame = drawn->render(at);
            const std::string key = named->key(at);
            CHECK(key.empty() == (frame->masks.empty() && frame->layers.empty()));
            const std::string pixels = pixels_of(*frame);
            CHECK(seen.try_emplace(key, pixels).first->second == pixels);
            pictures.insert(pixels);
        }
        CHECK(pictures.size() >= 7); // a word at least changes the picture
    }
}

TEST_CASE("a key tells apart what looks different") {
    const auto key_of = [](const CaptionTrack& track, int w = width) {
        return stack_of({track}, w, height)->key(100);
    };
    const CaptionTrack track = track_of("one two three");
    std::set<std::string> keys{
        key_of(track), key_of(track, 720), key_of(track_of("one two thrae"))};
    CaptionTrack other = track;
    other.style.accent = {1, 2, 3};
    keys.insert(key_of(other));
    other = track;
    other.style.outline_width += 10;
    keys.insert(key_of(other));
    other = track;
    other.style.weight = "Bold";
    keys.insert(key_of(other));
    CHECK(keys.size() == 6);
    CaptionTrack later = track_of("one two three");
    for (CaptionWord& word : later.cues[0].words) {
        word.start_ms += 60'000;
        word.end_ms += 60'000;
    }
    later.cues[0].start_ms += 60'000;
    later.cues[0].end_ms += 60'000;
    CHECK(stack_of({later})->key(60'100) == key_of(track)); // wherever it stands
}

TEST_CASE("two tracks are shown at once, each in its own style and colours, apart") {
    CaptionTrack lower = track_of("words that are spoken now", "karaoke-pop");
    lower.style.accent = {255, 0, 0};
    CaptionTrack upper = track_of("die gesprochenen Worte hier", "minimal");
    upper.style.accent = {0, 255, 0};
    for (const auto& [w, h] : {std::pair{540, 960}, {960, 540}, {540, 540}}) {
        const auto stack = stack_of({lower, upper}, w, h);
        const auto one = stack_of({lower}, w, h);
        REQUIRE(stack->boxes().size() > one->boxes().size());
        const auto frame = stack->render(400);
        CHECK(frame->masks.size() > one->render(400)->masks.size());
        const auto colours = [&](const Rgb& colour) { return columns_of(*frame, colour).second; };
        CHECK(colours(lower.style.accent) > 0);
        CHECK(colours(upper.style.accent) > 0);
        const auto& boxes = stack->boxes();
        for (const CaptionBox& box : one->boxes()) { // the first one stays
            CHECK(std::any_of(boxes.begin(), boxes.end(), [&](const CaptionBox& other) {
                return other.text == box.text && other.y == box.y;
            }));
        }
        for (std::size_t i = 0; i < boxes.size(); ++i) {
            for (std::size_t k = i + 1; k < boxes.size(); ++k) {
                const CaptionBox &a = boxes[i], &b = boxes[k];
                const bool together = a.start_ms < b.end_ms && b.start_ms < a.end_ms;
                CHECK((!together || b.y + b.height <= a.y || a.y + a.height <= b.y));
            }
        }
        CHECK(stack->render(433) == stack->render(433));
        CHECK(stack->key(400).find('|') != std::string::npos);
    }
}

TEST_CASE("tracks for which there is no room are refused") {
    CaptionTrack tall = track_of("gigantic", "big-word");
    const auto refused = open_captions({tall, tall, tall, tall, tall, tall}, 270, 480);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == "captions_overlap");
    CHECK(open_captions({}, 270, 480));
}

TEST_CASE("words are as large as the shape of the picture takes") {
    const CaptionTrack track = track_of("Nobody tells you this");
    for (const auto& [w, h, most] : {std::tuple{1080, 1920, 0.09},
                                     {1920, 1080, 0.11},
                                     {1080, 1080, 0.20},
                                     {1080, 1350, 0.18}}) {
        CAPTURE(w);
        CAPTURE(h);
        CaptionTrack shown = track;
        const auto area = safe_area(w > h       ? "youtube"
                                    : w == h    ? "square"
                                    : h == 1350 ? "4x5"
                                                : "shorts");
        REQUIRE(area);
        shown.style.safe = *area;
        const auto renderer = stack_of({shown}, w, h);
        REQUIRE(renderer->boxes().size() == 1);
        const CaptionBox& box = renderer->boxes().front();
        CHECK(box.height <= h * most * 2); // two lines at the most
        CHECK(box.height >= h * 0.04);
        check_inside(shown.style.safe, *renderer, w, h, 200);
    }
}
