// SPDX-License-Identifier: Apache-2.0
// Scripts and emoji: lines without spaces, pictures in colours, and no character lost silently.
#include "tests/unit/media/captions_scene.hpp"

#include "libsmos/media/captions/captions_emoji.hpp"
#include "libsmos/media/captions/captions_layer.hpp"
#include "libsmos/media/captions/captions_pieces.hpp"
#include "libsmos/media/captions/captions_text.hpp"

#include <set>

using namespace smos;
using namespace smos::media;
using namespace smos::media::test;

namespace {

constexpr int width = 540, height = 960;

std::size_t colours_of(const RgbaLayer& layer) {
    std::set<int> colours;
    const std::vector<std::uint8_t>& rgba = *layer.pixels;
    for (std::size_t i = 0; i < rgba.size(); i += 4) {
        CHECK(rgba[i] <= rgba[i + 3]); // multiplied by alpha
        if (rgba[i + 3] == 255)
            colours.insert(rgba[i] / 32 * 64 + rgba[i + 1] / 32 * 8 + rgba[i + 2] / 32);
    }
    return colours.size();
}

const CaptionFrame& frame_at(CaptionRenderer& renderer, std::int64_t at_ms) {
    static std::shared_ptr<const CaptionFrame> kept;
    kept = renderer.render(at_ms);
    return *kept;
}

} // namespace

TEST_CASE("emoji are pictures in several colours, at their place in the line") {
    for (const std::string emoji : {"\U0001F680",
                                    "\U0001F468\u200D\U0001F4BB",
                                    "\U0001F44D\U0001F3FD",
                                    "\U0001F1E9\U0001F1EA",
                                    "1\uFE0F\u20E3",
                                    "\U0001F3F4\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067"
                                    "\U000E007F"}) {
        CAPTURE(emoji);
        const auto renderer = renderer_of(track_of("go " + emoji + " on"), fonts(), width, height);
        CHECK(renderer->missing().empty());
        const CaptionFrame& frame = frame_at(*renderer, 10);
        REQUIRE(frame.layers.size() == 1);
        const RgbaLayer& layer = frame.layers[0];
        CHECK(colours_of(layer) >= 2);
        const CaptionStyle style;
        const auto words = columns_of(frame, style.text); // "on"
        const auto spoken = columns_of(frame, style.accent);
        CHECK(layer.x >= spoken.second);
        CHECK(layer.x + layer.w <= words.second);
        CHECK(layer.w > layer.h / 2);
    }
}

TEST_CASE("an emoji grows with its word") {
    const auto renderer = renderer_of(track_of("go\U0001F680 on"), fonts(), width, height);
    const int spoken = frame_at(*renderer, 80).layers.at(0).h;
    const int rest = frame_at(*renderer, 500).layers.at(0).h;
    CHECK(spoken > rest);
}

TEST_CASE("text and emoji are told apart") {
    const EmojiFont* font = fonts().emoji();
    REQUIRE(font != nullptr);
    const auto flags = [&](const std::string& text) {
        std::string kinds;
        for (const EmojiRun& run : split_emoji(text, font))
            kinds += run.emoji ? 'e' : 't';
        return kinds;
    };
    CHECK(flags("123 #1") == "t");
    CHECK(flags("a\u00A9b") == "t");
    CHECK(flags("a\u2764\uFE0Fb") == "tet");
    CHECK(flags("\u2764\uFE0E") == "t");
    CHECK(flags("\U0001F600\U0001F601") == "ee");
    CHECK(flags("\U0001F469\u200D\U0001F469\u200D\U0001F467\u200D\U0001F466") == "e");
    CHECK(split_emoji("\U0001F600", nullptr).front().emoji == false);
    CHECK(font->draw("x", 20).width_px == 0);
    CHECK_FALSE(EmojiFont::open("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"));
}

TEST_CASE("an emoji blends into a picture") {
    const auto renderer = renderer_of(track_of("\U0001F680"), fonts(), width, height);
    const RgbaLayer& layer = frame_at(*renderer, 10).layers.at(0);
    Frame frame = to_frame(
        RgbImage{width, height, std::vector<std::uint8_t>(std::size_t{width} * height * 3, 128)});
    const Frame before = frame;
    REQUIRE(blend_layer(layer, frame));
    int changed = 0, outside = 0;
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            const std::ptrdiff_t at = std::ptrdiff_t{y} * frame.y_stride() + x;
            if (frame.y()[at] == before.y()[at])
                continue;
            ++changed;
            const bool inside =
                x >= layer.x && x < layer.x + layer.w && y >= layer.y && y < layer.y + layer.h;
            outside += inside ? 0 : 1;
        }
    }
    CHECK(changed > layer.w * layer.h / 4);
    CHECK(outside == 0);
}

TEST_CASE("Chinese and Japanese break without spaces, but not before a full stop") {
    CHECK(join_words({"\u4ECA\u65E5", "\u306F", "OK", "yes"}) == "\u4ECA\u65E5\u306F OK yes");
    CHECK(split_spaceless("ab\u4ECA\u65E5c").size() == 4);
    const std::string text = "\u4ECA\u65E5\u306F\u826F\u3044\u3002";
    const std::vector<std::size_t> breaks = line_breaks(text, "ja");
    CHECK_FALSE(breaks.empty());
    CHECK(std::find(breaks.begin(), breaks.end(), text.size() - 3) == breaks.end());
    const std::string sentence =
        "\u4EBA\u5DE5\u77E5\u80FD\u306F\u4E16\u754C\u3092\u5909\u3048\u308B"
        "\u3067\u3057\u3087\u3046\u304B\u672C\u5F53\u306B";
    const auto renderer = renderer_of(track_of(sentence), fonts(), width, height);
    CHECK(renderer->missing().empty());
    REQUIRE(renderer->boxes().size() == 1);
    const CaptionStyle style;
    CHECK(renderer->boxes()[0].height > width * style.size_permille / 1000 * 3 / 2); // two lines
    check_inside(style.safe, *renderer, width, height, 50);
    const std::string srt = to_srt(track_of("\u4ECA\u65E5 \u306F \u826F\u3044"));
    CHECK(srt.find("\u4ECA\u65E5\u306F\u826F\u3044") != std::string::npos);
}

TEST_CASE("Korean and accents find their fonts, on one baseline") {
    CHECK(fonts().missing("\uC548\uB155\uD558\uC138\uC694").empty());
    CHECK(fonts().missing("x\u0302\u0323").empty());
    // The lowest row of letters without descenders is the same in every script's font.
    const auto bottom_of = [](const std::string& word) {
        CaptionTrack track = track_of("H " + word);
        track.style.motion = Motion::none;
        track.style.outline_width = 0;
        const auto renderer = renderer_of(track, fonts(), width, height);
        int low = 0;
        CaptionFrame only;
        const auto kept = renderer->render(400);
        for (const GlyphMask& mask : kept->masks) {
            if (has_colour(mask, track.style.accent))
                only.masks.push_back(mask);
        }
        visit_pixels(only, [&](int, int y) { low = std::max(low, y); });
        return low;
    };
    CHECK(std::abs(bottom_of("H") - bottom_of("\u05D3")) <= 2);
    CHECK(std::abs(bottom_of("H") - bottom_of("\u042F")) <= 2);
}

TEST_CASE("a character that no font has is refused where that was asked for") {
    CaptionTrack track = track_of("all is fine");
    CHECK(CaptionRenderer::open(track, fonts(), width, height, Missing::refuse));
    track.cues.push_back({900, 1200, {{900, 1200, "old\U00013000"}}});
    const auto refused = CaptionRenderer::open(track, fonts(), width, height, Missing::refuse);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == "missing_glyph");
    CHECK(refused.error().message.find("U+13000") != std::string::npos);
    CHECK(refused.error().where == "cues[1]");
    CHECK(CaptionRenderer::open(track, fonts(), width, height)); // drawn as a box, reported
}

TEST_CASE("a track names the font files that it is drawn with") {
    const auto families = [](const std::string& text) {
        const CaptionTrack track = track_of(text);
        const Result<FontSet> set = fonts_for(track);
        REQUIRE(set);
        std::string names;
        for (const Font& font : fonts_of(track, *set)) {
            CHECK(font.sha256.size() == 64);
            names += font.family + " " + font.style + ";";
        }
        return names;
    };
    CHECK(families("plain words") == "Inter Black;");
    CHECK(families("\u05E9\u05DC\u05D5\u05DD") == "Inter Black;DejaVu Sans Bold;");
    CHECK(families("\u4ECA \U0001F680") ==
          "Inter Black;Droid Sans Fallback Regular;Noto Color Emoji Regular;");
    CHECK(fonts_of(CaptionTrack{}, fonts()).empty());
}

TEST_CASE("blocks of text stay in their box in every style") {
    REQUIRE(text_designs().size() >= 4);
    for (const CaptionDesign& design : text_designs()) {
        CAPTURE(design.style.name);
        TextRequest request;
        request.text = "Nobody tells you\nthis {\\an8} secret \u2615\uFE0F about coffee";
        request.style = *text_style(design.style.name);
        const Result<FontSet> set = fonts_for(request);
        REQUIRE(set);
        CHECK(fonts_of(request, *set).back().family == "Noto Color Emoji");
        const Result<TextBlock> block = render_text(request, *set, width, height);
        REQUIRE_MESSAGE(block, block.error().text());
        CHECK(block->frame.layers.size() == 1);
        int outside = 0, seen = 0;
        visit_pixels(block->frame, [&](int x, int y) {
            ++seen;
            const bool inside = x >= width * request.box.x / 1000 &&
                                x < width * (request.box.x + request.box.width) / 1000 &&
                                y >= height * request.box.y / 1000 &&
                                y < height * (request.box.y + request.box.height) / 1000;
            outside += inside ? 0 : 1;
        });
        CHECK(seen > 500);
        CHECK(outside == 0);
        const auto accent = columns_of(block->frame, request.style.accent);
        CHECK(accent.second > accent.first);
    }
}

TEST_CASE("blocks of text that cannot be are errors") {
    TextRequest request;
    request.style = *text_style("title");
    const auto code = [&] {
        const Result<TextBlock> block = render_text(request, fonts(), width, height);
        return block ? std::string{} : block.error().code;
    };
    CHECK(code() == "invalid_captions");
    request.text = "word";
    CHECK(code().empty());
    request.box.width = 990;
    CHECK(code() == "invalid_captions");
    request.box = {100, 100, 40, 10};
    CHECK(code() == "captions_too_long");
    request.box = {};
    request.text = "\U00013000";
    CHECK(code() == "missing_glyph");
    request.text = "\xFF";
    CHECK(code() == "invalid_captions");
}
