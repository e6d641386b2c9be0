// SPDX-License-Identifier: Apache-2.0
// Designs and presets: each inside its safe area, each telling which word is spoken, and when.
#include "tests/unit/media/captions_scene.hpp"

#include "libsmos/core/hash.hpp"
#include "libsmos/media/captions/captions_safe.hpp"

#include <set>

using namespace smos;
using namespace smos::media;
using namespace smos::media::test;

namespace {

struct Size {
    int width;
    int height;
};

Size size_of(const std::string& preset) {
    if (preset == "youtube")
        return {960, 540};
    if (preset == "square")
        return {540, 540};
    return preset == "4x5" ? Size{540, 676} : Size{540, 960};
}

FontSet fonts_of_track(const CaptionTrack& track) {
    Result<FontSet> set = fonts_for(track);
    REQUIRE_MESSAGE(set, set.error().text());
    return *std::move(set);
}

std::string bytes_of_frame(const CaptionFrame& frame) {
    std::string bytes;
    for (const GlyphMask& mask : frame.masks) {
        for (const int value : {mask.x, mask.y, mask.w, mask.h, int{mask.r}, int{mask.opacity}})
            bytes += std::to_string(value) + " ";
        for (int y = 0; y < mask.h; ++y) {
            const std::uint8_t* row = mask.alpha + std::ptrdiff_t{y} * mask.stride;
            bytes.append(row, row + mask.w);
        }
    }
    for (const RgbaLayer& layer : frame.layers)
        bytes.append(layer.pixels->begin(), layer.pixels->end());
    return bytes;
}

} // namespace

TEST_CASE("an unknown design or preset is an error with the nearest name") {
    CHECK(caption_style("karaoke-bx").error().code == "unknown_style");
    CHECK(caption_style("karaoke-bx").error().hint.find("karaoke-box") != std::string::npos);
    CHECK(text_style("hook-xxl").error().hint.find("hook-xl") != std::string::npos);
    CHECK(safe_area("tictok").error().hint.find("tiktok") != std::string::npos);
    CHECK(safe_area("nonsense").error().code == "unknown_preset");
    CHECK(caption_style("karaoke-pop")->centre_permille == CaptionStyle{}.centre_permille);
}

TEST_CASE("every design stays inside its box and the safe area of every preset") {
    REQUIRE(caption_designs().size() >= 8);
    REQUIRE(safe_area_names().size() == 6);
    for (const CaptionDesign& design : caption_designs()) {
        CaptionTrack track = track_of(
            "Nobody tells you\U0001F680 extraordinarily good news, \u05E9\u05DC\u05D5\u05DD",
            design.style.name);
        const FontSet set = fonts_of_track(track);
        for (const std::string& preset : safe_area_names()) {
            CAPTURE(design.style.name);
            CAPTURE(preset);
            track.style.safe = *safe_area(preset);
            const Size size = size_of(preset);
            const auto renderer = renderer_of(track, set, size.width, size.height);
            CHECK_FALSE(renderer->boxes().empty());
            check_inside(track.style.safe, *renderer, size.width, size.height, 37);
        }
    }
}

TEST_CASE("every design shows the accent colour, also another one, at the spoken word only") {
    for (const CaptionDesign& design : caption_designs()) {
        CAPTURE(design.style.name);
        CaptionTrack track = track_of("one two six", design.style.name);
        track.style.accent = {1, 200, 99};
        const FontSet set = fonts_of_track(track);
        const auto renderer = renderer_of(track, set, 540, 960);
        std::vector<std::pair<int, int>> spoken;
        for (const std::int64_t at : {250, 550, 850})
            spoken.push_back(columns_of(*renderer->render(at), track.style.accent));
        for (const auto& [left, right] : spoken)
            CHECK(right > left);
        if (design.style.max_words == 1)
            continue;
        CHECK(spoken[0].second < spoken[2].second);
        CHECK(spoken[1].second < spoken[2].second);
        CHECK(spoken[0].second < spoken[1].second);
        if (design.style.mark != Mark::sweep) {
            CHECK(spoken[0].first < spoken[1].first);
            CHECK(spoken[1].first < spoken[2].first);
        }
    }
}

TEST_CASE("a sweep runs, a typewriter types") {
    for (const std::string name : {"karaoke-sweep", "typewriter"}) {
        CAPTURE(name);
        const CaptionTrack track = track_of("wonderful", name);
        const FontSet set = fonts_of_track(track);
        const auto renderer = renderer_of(track, set, 540, 960);
        int last = 0;
        for (const std::int64_t at : {30, 100, 180, 250}) {
            const int reached = columns_of(*renderer->render(at), track.style.accent).second;
            CHECK(reached > last);
            last = reached;
        }
    }
    // On three lines, nothing of the last is there at the beginning.
    const CaptionTrack cut =
        track_of("abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwx", "typewriter");
    const FontSet typed = fonts_of_track(cut);
    const auto lines = renderer_of(cut, typed, 540, 960);
    const auto lowest = [&](std::int64_t at) {
        CaptionFrame letters;
        const auto kept = lines->render(at);
        for (const GlyphMask& mask : kept->masks) {
            if (has_colour(mask, cut.style.text))
                letters.masks.push_back(mask);
        }
        int low = 0;
        visit_pixels(letters, [&](int, int y) { low = std::max(low, y); });
        return low;
    };
    CHECK(lowest(10) < lowest(270));
    const CaptionTrack arabic =
        track_of("\u0645\u0631\u062D\u0628\u0627\u0645\u0631\u062D\u0628\u0627", "karaoke-sweep");
    const FontSet set = fonts_of_track(arabic);
    const auto renderer = renderer_of(arabic, set, 540, 960);
    const auto early = columns_of(*renderer->render(60), arabic.style.accent);
    const auto late = columns_of(*renderer->render(200), arabic.style.accent);
    CHECK(early.second == late.second);
    CHECK(late.first < early.first);
}

TEST_CASE("every design draws the same bytes twice, and repeated pictures are the same object") {
    for (const CaptionDesign& design : caption_designs()) {
        CAPTURE(design.style.name);
        const CaptionTrack track =
            track_of("Same bytes\U0001F600 again, always", design.style.name);
        const FontSet set = fonts_of_track(track), again = fonts_of_track(track);
        const auto one = renderer_of(track, set, 540, 960);
        const auto other = renderer_of(track, again, 540, 960);
        static_cast<void>(other->render(900));
        for (std::int64_t at = 0; at < 1300; at += 61) {
            CHECK(sha256_hex(bytes_of_frame(*one->render(at))) ==
                  sha256_hex(bytes_of_frame(*other->render(at))));
            CHECK(one->render(at) == one->render(at));
        }
    }
}

TEST_CASE("words of the other direction begin where their readers look") {
    const auto order_of = [](const std::string& text, const std::string& language) {
        CaptionTrack track = track_of(text);
        track.style.language = language;
        const auto renderer = renderer_of(track, fonts(), 540, 960);
        std::vector<int> at;
        for (const CaptionWord& word : track.cues[0].words)
            at.push_back(
                columns_of(*renderer->render(word.start_ms + 250), track.style.accent).first);
        return at;
    };
    const std::vector<int> hebrew = order_of("\u05D0\u05D1 \u05D2\u05D3 12 \u05D4\u05D5", "he");
    for (std::size_t i = 1; i < hebrew.size(); ++i)
        CHECK(hebrew[i] < hebrew[i - 1]);
    const std::vector<int> named = order_of("OK \u05D0\u05D1 \u05D2\u05D3", "he");
    CHECK(named[0] > named[1]);
    CHECK(named[1] > named[2]);
    const std::vector<int> english = order_of("OK \u05D0\u05D1 \u05D2\u05D3", "en");
    CHECK(english[0] < english[2]);
    CHECK(english[2] < english[1]);
}

TEST_CASE("text that does not fit at the smallest size is an error that names the cue") {
    CaptionTrack track = track_of("fine");
    track.style.safe = {250, 100, 250, 200};
    track.style.least_permille = 100;
    track.cues.push_back({400, 900, {{400, 900, "Donaudampfschifffahrtsgesellschaft"}}});
    const auto opened = CaptionRenderer::open(track, fonts(), 540, 960);
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == "captions_too_long");
    CHECK(opened.error().where == "cues[1]");
    track.style.least_permille = 10;
    CHECK(CaptionRenderer::open(track, fonts(), 540, 960));
}
