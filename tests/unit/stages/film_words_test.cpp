// SPDX-License-Identifier: Apache-2.0
// The words of a timeline: tracks with looks of their own, fonts by file, characters nobody has.
#include "libsmos/core/utf8.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/stages/plan/plan_text.hpp"
#include "libsmos/stages/render/film_captions.hpp"
#include "libsmos/stages/render/film_fonts.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace smos;
using namespace smos::stages;
using records::Json;
using records::Timeline;

namespace {

Json cue(const char* id, int at, const char* word) {
    return {{"id", id},
            {"at", at},
            {"dur", 30},
            {"words", Json::array({Json::array({0, 400, word}), Json::array({400, 900, "x"})})}};
}

/// Its cues get names of their own.
Json caption_track(const std::string& id, const char* style, Json cues) {
    for (Json& each : cues)
        each["id"] = id + "." + each["id"].get<std::string>();
    return {{"id", id}, {"kind", "caption"}, {"style", style}, {"items", std::move(cues)}};
}

Json film(Json caption_tracks, Json gen = Json::array({"colour", {{"colour", "#102030"}}})) {
    Json tracks = Json::array(
        {Json{{"id", "v"},
              {"kind", "video"},
              {"items", Json::array({Json{{"id", "c1"}, {"at", 0}, {"dur", 90}, {"gen", gen}}})}}});
    for (auto& track : caption_tracks)
        tracks.push_back(track);
    return {{"schema", "smos.timeline/1"},
            {"id", "t"},
            {"rate", {30, 1}},
            {"sample_rate", 48000},
            {"canvas", {{"w", 1080}, {"h", 1920}, {"safe", "tiktok"}}},
            {"assets", Json::object()},
            {"tracks", tracks}};
}

Timeline read(const Json& json) {
    auto timeline = records::read_timeline(json);
    REQUIRE_MESSAGE(timeline, timeline.error().text());
    return *std::move(timeline);
}

} // namespace

TEST_CASE("every caption track has its own style, language, accent and cues") {
    Json lower = caption_track(
        "a", "karaoke-box", Json::array({cue("q2", 40, "later"), cue("q1", 0, "first")}));
    lower["accent"] = "#ff0010";
    Json upper = caption_track("b", "title", Json::array({cue("r1", 0, "Wort")}));
    upper["lang"] = "de";
    const Timeline timeline =
        read(film(Json::array({lower, upper, caption_track("c", "minimal", Json::array())})));
    const auto tracks = caption_tracks(timeline, "#00ff20");
    REQUIRE_MESSAGE(tracks, tracks.error().text());
    REQUIRE(tracks->size() == 2); // one without words is none
    CHECK((*tracks)[0].style.name == "karaoke-box");
    CHECK((*tracks)[0].style.accent.r == 255);
    CHECK((*tracks)[0].style.accent.b == 16);
    CHECK((*tracks)[0].style.language == "en");
    CHECK((*tracks)[0].style.safe.bottom == media::safe_area("tiktok")->bottom);
    REQUIRE((*tracks)[0].cues.size() == 2);
    CHECK((*tracks)[0].cues[0].id == "a.q1"); // by time
    CHECK((*tracks)[1].style.name == "title");
    CHECK((*tracks)[1].style.accent.g == 255);
    CHECK((*tracks)[1].style.language == "de");
    CHECK((*tracks)[1].cues.size() == 1);
    CHECK((*tracks)[1].style.centre_permille < (*tracks)[0].style.centre_permille);
    CHECK(open_words(timeline, ""));
}

TEST_CASE("what a track asks for and nobody has is named with the track") {
    const auto refused = [](const Json& json) {
        const auto tracks = caption_tracks(read(json), "");
        REQUIRE_FALSE(tracks);
        CHECK(tracks.error().where == "track 'a'");
        return tracks.error().code;
    };
    const Json cues = Json::array({cue("q1", 0, "word")});
    CHECK(refused(film(Json::array({caption_track("a", "karaoke-bix", cues)}))) == "unknown_style");
    Json track = caption_track("a", "minimal", cues);
    track["accent"] = "red";
    CHECK(refused(film(Json::array({track}))) == "bad_colour");
    Timeline unsafe = read(film(Json::array({caption_track("a", "minimal", cues)})));
    unsafe.canvas.safe_area = "myspace";
    const auto tracks = caption_tracks(unsafe, "");
    REQUIRE_FALSE(tracks);
    CHECK(tracks.error().code == "unknown_preset");
}

TEST_CASE("the fonts of a film are files with hashes, each once") {
    const auto fonts_of_film = [](const Json& json) {
        const auto fonts = film_fonts(read(json));
        REQUIRE_MESSAGE(fonts, fonts.error().text());
        std::string names;
        for (const media::Font& font : *fonts) {
            CHECK(font.sha256.size() == 64);
            CHECK(font_file_name(font).find('/') == std::string::npos);
            names += font.family + " " + font.style + ";";
        }
        return names;
    };
    const auto track = [](const char* style, const char* word) {
        return caption_track(style, style, Json::array({cue("q", 0, word)}));
    };
    CHECK(fonts_of_film(film(Json::array({track("karaoke-pop", "plain")}))) == "Inter Black;");
    CHECK(fonts_of_film(
              film(Json::array({track("karaoke-pop", "\u4ECA \U0001F680"), track("neon", "x")}))) ==
          "Bebas Neue Bold;Droid Sans Fallback Regular;Inter Black;Noto Color Emoji Regular;");
    CHECK(fonts_of_film(
              film(Json::array(), Json::array({"text", {{"text", "Hi"}, {"style", "quote"}}}))) ==
          "Courier Prime Bold Italic;");
    CHECK(fonts_of_film(film(Json::array())).empty());
    Json bare = film(Json::array({track("karaoke-pop", "plain")}));
    bare["outputs"] = Json::array({Json{{"id", "o"}, {"preset", "shorts"}, {"burn", false}}});
    CHECK(fonts_of_film(bare).empty());
}

TEST_CASE("a character that no font has is refused before anything is made") {
    const auto refused = [](const Json& json) {
        const auto fonts = film_fonts(read(json));
        REQUIRE_FALSE(fonts);
        CHECK(fonts.error().code == "missing_glyph");
        CHECK(fonts.error().message.find("U+13000") != std::string::npos);
        CHECK(fonts.error().message.find("old\U00013000") != std::string::npos);
        CHECK_FALSE(fonts.error().hint.empty());
        return fonts.error().where;
    };
    const char* old = "old\U00013000";
    CHECK(refused(film(Json::array(
              {caption_track("a", "minimal", Json::array({cue("q7", 0, old)}))}))) == "cue 'a.q7'");
    CHECK(refused(film(Json::array(), Json::array({"text", {{"text", old}}}))) == "item 'c1'");
    // Authored: what a voice is to say will be shown.
    Json spoken = film(Json::array({caption_track(
        "a",
        "minimal",
        Json::array({Json{{"id", "q1"}, {"at", "auto"}, {"dur", "auto"}, {"asset", "l1"}}}))}));
    spoken["assets"]["l1"] = {{"kind", "audio"},
                              {"request", {{"capability", "cap.speech.tts"}, {"text", old}}}};
    CHECK(refused(spoken) == "cue 'a.q1'");
    const Timeline timeline =
        read(film(Json::array({caption_track("a", "minimal", Json::array({cue("q7", 0, old)}))})));
    const auto words = open_words(timeline, "");
    REQUIRE_FALSE(words);
    CHECK(words.error().where == "cue 'a.q7'");
}

TEST_CASE("caption files are those that were asked for, one set for each track") {
    const auto names = [](const Json& tracks, const std::vector<std::string>& kinds) {
        const auto files = caption_files(read(film(tracks)), kinds, "");
        REQUIRE_MESSAGE(files, files.error().text());
        std::string all;
        for (const CaptionFile& file : *files)
            all += file.name + " ";
        return all;
    };
    const Json cues = Json::array({cue("q1", 0, "word")});
    Json german = caption_track("b", "minimal", cues), other = caption_track("c", "minimal", cues);
    german["lang"] = "de";
    other["lang"] = "../de";
    const Json one = Json::array({caption_track("a", "minimal", cues)});
    CHECK(names(one, {}) == "captions.srt captions.vtt ");
    CHECK(names(one, {"ass"}) == "captions.ass ");
    CHECK(names(Json::array({one[0], german, other}), {"srt"}) ==
          "captions.en.srt captions.de.srt captions.de-2.srt ");
    CHECK(names(Json::array(), {}).empty());
    CHECK_FALSE(caption_files(read(film(one)), {"sub"}, ""));
}

TEST_CASE("whatever a trend's title holds, what is planned can be drawn") {
    const auto fonts = media::FontSet::for_captions();
    REQUIRE(fonts);
    std::size_t kept = 0;
    for (char32_t c = 0x80; c < 0x20000; c += c < 0x10000 ? 1 : 17) {
        if (c >= 0xD800 && c < 0xE000)
            continue;
        std::string letter;
        append_code_point(letter, c);
        const std::string spoken =
            speakable("Plain words around one a" + letter + "b character that is rare");
        REQUIRE_FALSE(spoken.empty());
        kept += spoken.find(letter) != std::string::npos ? 1 : 0;
        for (const media::MissingGlyph& glyph : fonts->missing(spoken)) {
            CAPTURE(media::name_of_character(glyph.code_point));
            CHECK(false);
        }
    }
    CHECK(kept > 20'000);
}
