// SPDX-License-Identifier: Apache-2.0
// Captions from outside: what is on the screen when, inside the safe area, whatever the text.
#include "tests/unit/media/captions_scene.hpp"

#include "libsmos/media/captions/captions_pieces.hpp"

#include <algorithm>
#include <set>

using namespace smos;
using namespace smos::media;
using namespace smos::media::test;

namespace {

constexpr int width = 540, height = 960;

std::unique_ptr<CaptionRenderer> renderer_of(const CaptionTrack& track) {
    return media::test::renderer_of(track, fonts(), width, height);
}

void check_inside(const CaptionTrack& track, CaptionRenderer& renderer, int step_ms) {
    media::test::check_inside(track.style.safe, renderer, width, height, step_ms);
}

bool has_colour(const CaptionFrame& frame, const Rgb& colour) {
    return std::any_of(frame.masks.begin(), frame.masks.end(), [&](const GlyphMask& mask) {
        return media::test::has_colour(mask, colour);
    });
}

} // namespace

TEST_CASE("groups have up to four words, even sizes, and end with sentences") {
    const auto sizes = [](const std::string& text) {
        std::vector<std::size_t> counts;
        for (const CaptionGroup& group : group_words(track_of(text).cues, 4, 26))
            counts.push_back(group.words.size());
        return counts;
    };
    CHECK(sizes("a b c d") == std::vector<std::size_t>{4});
    CHECK(sizes("a b c d e") == std::vector<std::size_t>{2, 3});
    CHECK(sizes("One two. three four") == std::vector<std::size_t>{2, 2});
    CHECK(sizes("Well, that is it") == std::vector<std::size_t>{4});
    CHECK(sizes("extraordinarily complicated words here") == std::vector<std::size_t>{1, 1, 2});
    CHECK(sizes("").empty());
}

TEST_CASE("groups never overlap, and a pause empties the screen") {
    CaptionTrack track = track_of("a b c d e f");
    for (std::size_t i = 3; i < 6; ++i) {
        track.cues[0].words[i].start_ms += 5000;
        track.cues[0].words[i].end_ms += 5000;
    }
    const std::vector<CaptionGroup> groups = group_words(track.cues, 4, 26);
    REQUIRE(groups.size() == 2);
    CHECK(groups[0].end_ms <= groups[1].start_ms);
    const auto renderer = renderer_of(track);
    CHECK_FALSE(renderer->render(100)->masks.empty());
    CHECK(renderer->render(3000)->masks.empty());
    CHECK(renderer->render(-1)->masks.empty());
    CHECK(renderer->render(1'000'000)->masks.empty());
}

TEST_CASE("the spoken word has the accent colour, the others do not") {
    const CaptionTrack track = track_of("Every word counts");
    const auto renderer = renderer_of(track);
    std::set<int> accent_x;
    for (const std::int64_t at : {250, 550, 850}) {
        const auto frame = renderer->render(at);
        CHECK(has_colour(*frame, track.style.text));
        CHECK(has_colour(*frame, track.style.accent));
        CHECK(has_colour(*frame, track.style.outline));
        for (const GlyphMask& mask : frame->masks) {
            if (mask.r == track.style.accent.r && mask.b == track.style.accent.b)
                accent_x.insert(mask.x);
        }
    }
    CHECK(accent_x.size() == 3);
}

TEST_CASE("nothing is drawn again while nothing changes") {
    const auto renderer = renderer_of(track_of("one two three four", 1000));
    const auto first = renderer->render(400);
    CHECK(renderer->render(433) == first);
    CHECK(renderer->render(466) == first);
    CHECK(renderer->render(1033) != first);
    std::set<std::shared_ptr<const CaptionFrame>> frames;
    for (std::int64_t at = 0; at < 4000; at += 33)
        frames.insert(renderer->render(at));
    CHECK(frames.size() < 30);
}

TEST_CASE("the same track draws the same masks, in any order of times") {
    const CaptionTrack track = track_of("Same words, same picture, always and everywhere.");
    const auto one = renderer_of(track);
    const auto other = renderer_of(track);
    static_cast<void>(other->render(2000));
    for (std::int64_t at = 0; at < 2400; at += 133) {
        const auto a = one->render(at);
        const auto b = other->render(at);
        REQUIRE(a->masks.size() == b->masks.size());
        for (std::size_t i = 0; i < a->masks.size(); ++i) {
            CHECK(a->masks[i].x == b->masks[i].x);
            CHECK(a->masks[i].y == b->masks[i].y);
            CHECK(*a->storage[i] == *b->storage[i]);
        }
    }
}

TEST_CASE("captions stay inside their boxes and the safe area") {
    for (const std::string text :
         {"Nobody tells you this, but it is true.",
          "Donaudampfschifffahrtselektrizit\u00E4tenhauptbetriebswerkbauunterbeamtengesellschaft",
          "WWWWWWWWWWWWWWWWWWWW MMMMMMMMMMMMMMMMMMMM",
          "\u0645\u0631\u062D\u0628\u0627 \u0628\u0627\u0644\u0639\u0627\u0644\u0645 hello "
          "\u05E9\u05DC\u05D5\u05DD",
          "\U0001F680 \U0001F600 \u2764\uFE0F \U0001F469\u200D\U0001F469\u200D\U0001F467"}) {
        CAPTURE(text);
        const CaptionTrack track = track_of(text);
        const auto renderer = renderer_of(track);
        check_inside(track, *renderer, 33);
    }
}

TEST_CASE("captions near an edge are moved inside") {
    for (const int centre : {0, 1000}) {
        CaptionTrack track = track_of("Pushed far away from where it belongs");
        track.style.centre_permille = centre;
        const auto renderer = renderer_of(track);
        check_inside(track, *renderer, 100);
    }
}

TEST_CASE("hostile text is drawn as it stands") {
    // The same letters with and without what libass would take for a command.
    const auto ink_of = [](const std::string& word) {
        CaptionTrack track;
        track.cues.push_back({0, 500, {{0, 500, word}}});
        const auto renderer = renderer_of(track);
        REQUIRE(renderer->boxes().size() == 1);
        check_inside(track, *renderer, 100);
        return renderer->boxes().front().width;
    };
    CHECK(ink_of("{\\b1}ab") > ink_of("ab"));
    CHECK(ink_of("a\\Nb") > ink_of("aNb"));
    CHECK(ink_of("a\\hb") > ink_of("ahb"));
    CHECK(ink_of("\\{ab") > ink_of("ab"));
    CHECK(ink_of("\\\u05D0") < ink_of("WW\u05D0")); // a change of fonts after a backslash
    CHECK(ink_of("{\\p1}m 0 0 l 99999 0 99999 99999") > 0);
    CHECK(ink_of("<script>$(rm)`x`'\"") > 0);
    CHECK(ink_of("two\nlines\r\n\tand more") > ink_of("two"));
    CHECK(ink_of("\u202Eoverride\u202C") > 0);
    CHECK(ink_of("../../etc/passwd%s%n") > 0);
}

TEST_CASE("a character that no font has is drawn as a box and reported") {
    const CaptionTrack track = track_of("old \U00013000 glyph \U00013000");
    const auto renderer = renderer_of(track);
    REQUIRE(renderer->missing().size() == 1);
    CHECK(renderer->missing()[0].code_point == U'\U00013000');
    const CaptionTrack alone = track_of("\U00013000");
    const auto boxed = renderer_of(alone);
    CHECK_FALSE(boxed->render(10)->masks.empty());
    CHECK(renderer_of(track_of("\U0001F680"))->missing().empty() ==
          (fonts().font_for(U'\U0001F680') >= 0));
}

TEST_CASE("broken tracks are errors that name the place") {
    CaptionTrack track = track_of("one two three");
    track.cues[0].words[1].start_ms = -5;
    const auto opened = CaptionRenderer::open(track, fonts(), width, height);
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == "invalid_captions");
    CHECK(opened.error().where == "cues[0].words[1]");
    track = track_of("one two");
    track.cues[0].words[0].text = "\xFF\xFE";
    CHECK_FALSE(check_captions(track));
    track = track_of("one two");
    track.style.safe.left = 900;
    CHECK_FALSE(check_captions(track));
    CHECK_FALSE(CaptionRenderer::open(track_of("one"), fonts(), 0, 0));
}

TEST_CASE("words without visible text are left out") {
    const auto renderer = renderer_of(track_of("\u200D \uFE0F \u2060"));
    CHECK(renderer->boxes().empty());
    CHECK(renderer->render(10)->masks.empty());
    CHECK(renderer_of(CaptionTrack{})->boxes().empty());
}

TEST_CASE("subtitle files cannot be broken out of") {
    CaptionTrack track = track_of("Fish & <b>chips</b> --> {\\an8}");
    track.cues[0].words[0].text = "line\n\n2\nbreak";
    const std::string srt = to_srt(track);
    const std::string vtt = to_webvtt(track);
    CHECK(vtt.substr(0, 8) == "WEBVTT\n\n");
    CHECK(vtt.find("&lt;b&gt;chips") != std::string::npos);
    CHECK(vtt.find("&amp;") != std::string::npos);
    CHECK(srt.find("<b>") == std::string::npos);
    CHECK(srt.find('{') == std::string::npos);
    CHECK(srt.find("00:00:00,000 --> ") == 2);
    CHECK(srt.find("line 2 break") != std::string::npos);
    const auto arrows = [](const std::string& text) {
        int count = 0;
        for (std::size_t at = text.find("-->"); at != std::string::npos;
             at = text.find("-->", at + 1))
            ++count;
        return count;
    };
    const auto groups = group_words(track.cues, 8, 42);
    CHECK(arrows(srt) == static_cast<int>(groups.size()));
    CHECK(arrows(vtt) == static_cast<int>(groups.size()));
}

TEST_CASE("words run in the direction of their script") {
    using Order = std::vector<std::size_t>;
    CHECK(visual_order({false, false, false}, false) == Order{0, 1, 2});
    CHECK(visual_order({true, true, true}, true) == Order{2, 1, 0});
    CHECK(visual_order({true, true, false, false}, true) == Order{2, 3, 1, 0});
    CHECK(visual_order({false, true, true, false}, false) == Order{0, 2, 1, 3});
}

TEST_CASE("an ASS file has the style, a karaoke command for every word, and no other commands") {
    CaptionTrack track = track_of("Fish {\\an8} C:\\Nord end", "bounce");
    track.cues[0].words[0].text = "line\nDialogue: 0,0:00:00.00";
    const std::string ass = to_ass(track, 1080, 1920);
    CHECK(ass.find("Style: bounce,Inter Black,112,") != std::string::npos);
    CHECK(ass.find("PlayResY: 1920") != std::string::npos);
    std::size_t events = 0, commands = 0, line_begin = 0;
    for (std::size_t at = 0; at < ass.size(); ++at) {
        if (ass[at] == '\n')
            line_begin = at + 1;
        if (at == line_begin && ass.compare(at, 9, "Dialogue:") == 0)
            ++events;
        if (ass[at] == '{') {
            ++commands;
            CHECK(ass.compare(at, 3, "{\\k") == 0);
        }
    }
    CHECK(events ==
          group_words(track.cues, track.style.max_words, track.style.max_characters).size());
    CHECK(commands == 4);
    CHECK(ass.find("\\N") == std::string::npos);
}

TEST_CASE("long words are cut between characters, never before an accent") {
    std::string accents;
    for (int i = 0; i < 30; ++i)
        accents += "e\u0301";
    std::string joined;
    for (const std::string& piece : split_long_word(accents)) {
        CHECK(piece.front() == 'e');
        joined += piece;
    }
    CHECK(joined == accents);
    CHECK(split_long_word("short").size() == 1);
    const std::vector<std::string> cut = split_long_word(std::string(5000, 'x'));
    CHECK(cut.size() == 5);
    CHECK(cut.back().find("\u2026") != std::string::npos);
}
