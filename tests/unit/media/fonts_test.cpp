// SPDX-License-Identifier: Apache-2.0
// Fonts resolve to files, and nothing is drawn with a substitute that nobody asked for.
#include "tests/unit/media/scratch.hpp"

#include "libsmos/core/hash.hpp"
#include "libsmos/core/utf8.hpp"
#include "libsmos/media/captions/fonts.hpp"
#include "libsmos/media/captions/fonts_charmap.hpp"

using namespace smos;
using namespace smos::media;
using namespace smos::media::test;

TEST_CASE("a known font is a file with its hash") {
    const Result<Font> font = resolve_font("inter", "black");
    REQUIRE_MESSAGE(font, font.error().text());
    CHECK(font->family == "Inter");
    CHECK(font->ass_name == "Inter-Black");
    CHECK(font->sha256 == sha256_hex(bytes_of(font->path)));
    CHECK(font->sha256.size() == 64);
    const Result<Font> fallback = resolve_font("DejaVu Sans", "Bold");
    REQUIRE(fallback);
    CHECK(fallback->ass_name == "DejaVu Sans Bold");
}

TEST_CASE("a font that fontconfig finds under exactly this name is taken") {
    const Result<Font> font = resolve_font("DejaVu Serif", "Bold");
    REQUIRE_MESSAGE(font, font.error().text());
    CHECK(font->path.find("DejaVuSerif-Bold.ttf") != std::string::npos);
}

TEST_CASE("a font that is not there is an error, not another font") {
    const Result<Font> font = resolve_font("No Such Font\n{\\b1}", "Black");
    REQUIRE_FALSE(font);
    CHECK(font.error().code == "no_font");
    CHECK(font.error().text().find('\n') == std::string::npos);
    CHECK(resolve_font("DejaVu Serif", "Ultra Wide").error().code == "no_font");
}

TEST_CASE("every character goes to the first font that has it") {
    const Result<FontSet> fonts = FontSet::for_captions();
    REQUIRE_MESSAGE(fonts, fonts.error().text());
    CHECK(fonts->font_for(U'A') == 0);
    CHECK(fonts->font_for(U'\u042F') == 0);
    CHECK(fonts->font_for(U'\u0627') == 1);
    CHECK(fonts->font_for(U'\u05D0') == 1);
    CHECK(fonts->font_for(U'\U000F1234') == -1);
}

TEST_CASE("missing characters are named, invisible ones are not missing") {
    const Result<FontSet> fonts = FontSet::for_captions();
    REQUIRE(fonts);
    CHECK(fonts->require("Plain words, na\u00EFve \u2014 \u201Cquoted\u201D", "x"));
    CHECK(fonts->missing("joined\u200D\uFE0F \u2060 words").empty());
    const Result<void> gone = fonts->require("a \U0001F9FF\U00013000 b \U00013000", "here");
    REQUIRE_FALSE(gone);
    CHECK(gone.error().code == "missing_glyph");
    CHECK(gone.error().message.find("U+13000") != std::string::npos);
    CHECK(fonts->missing("\U00013000 b \U00013000").size() == 1);
}

TEST_CASE("the full character map comes first, and broken fonts are left alone") {
    const Result<Font> font = resolve_font("DejaVu Sans", "Book");
    REQUIRE(font);
    const std::string before = bytes_of(font->path);
    std::string after = before;
    prefer_full_charmap(after);
    REQUIRE(after.size() == before.size());
    int changed = 0;
    for (std::size_t i = 0; i < after.size(); ++i)
        changed += after[i] == before[i] ? 0 : 1;
    CHECK(changed >= 1);
    CHECK(changed <= 4);
    for (const std::size_t length : {0U, 3U, 11U, 12U, 40U, 300U}) {
        std::string broken = before.substr(0, length);
        prefer_full_charmap(broken);
        CHECK(broken == before.substr(0, length));
    }
}
