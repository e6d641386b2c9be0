// SPDX-License-Identifier: Apache-2.0
// What is said for what is shown.
#include "libsmos/core/random.hpp"
#include "libsmos/core/utf8.hpp"
#include "libsmos/media/speech/spoken_text.hpp"
#include "libsmos/media/speech/spoken_text_number.hpp"

#include <doctest/doctest.h>

#include <cctype>
#include <utility>

using smos::media::speak_form;
using smos::media::SpokenText;

namespace {

std::string said_for(const SpokenText& text, std::size_t display_index) {
    std::string out;
    for (const auto& word : text.said)
        if (word.display_index == display_index)
            out += (out.empty() ? "" : " ") + word.text;
    return out;
}

std::string only_word(std::string_view shown) { return said_for(speak_form(shown), 0); }

/// The promises of the header that hold for every text.
void check_promises(const SpokenText& text) {
    std::size_t last_index = 0;
    std::size_t chars = 0;
    const auto utterance = smos::code_points(text.utterance);
    for (const char32_t c : utterance) {
        const bool letter = (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z') || c == 0xE9;
        const bool allowed =
            letter || c == U'\'' || c == U' ' || c == U',' || c == U'.' || c == U'!' || c == U'?';
        REQUIRE(allowed);
    }
    for (const auto& word : text.said) {
        REQUIRE(!word.text.empty());
        REQUIRE(word.display_index >= last_index);
        REQUIRE(word.display_index < text.display.size());
        REQUIRE(word.first_char >= chars);
        const auto letters = smos::code_points(word.text);
        REQUIRE(letters.size() == word.chars);
        REQUIRE(word.first_char + word.chars <= utterance.size());
        for (std::size_t i = 0; i < word.chars; ++i)
            REQUIRE(utterance[word.first_char + i] == letters[i]);
        last_index = word.display_index;
        chars = word.first_char + word.chars;
    }
    for (const std::string& shown : text.display)
        REQUIRE(smos::is_utf8(shown));
}

} // namespace

TEST_CASE("numbers, money and signs are spelled out") {
    const std::pair<const char*, const char*> cases[] = {
        {"12,415", "twelve thousand four hundred fifteen"},
        {"2nd", "second"},
        {"21st", "twenty first"},
        {"112th", "one hundred twelfth"},
        {"3.5", "three point five"},
        {"0.05", "zero point zero five"},
        {"2020", "twenty twenty"},
        {"1905", "nineteen oh five"},
        {"2009", "two thousand nine"},
        {"1990s", "nineteen nineties"},
        {"90s", "nineties"},
        {"$5", "five dollars"},
        {"$1", "one dollar"},
        {"$5.99", "five dollars and ninety nine cents"},
        {"$1.2B", "one point two billion dollars"},
        {"$10K", "ten thousand dollars"},
        {"\u20AC20", "twenty euros"},
        {"45%", "forty five percent"},
        {"+12%", "plus twelve percent"},
        {"-3%", "minus three percent"},
        {"\u22125", "minus five"},
        {"#1", "number one"},
        {"&", "and"},
        {"@", "at"},
        {"24/7", "twenty four seven"},
        {"1/2", "one half"},
        {"\u00BD", "one half"},
        {"10x", "ten times"},
        {"1080x1920", "one thousand eighty by nineteen twenty"},
        {"3:30", "three thirty"},
        {"3:00", "three o'clock"},
        {"7:05pm", "seven oh five p m"},
        {"16:9", "sixteen to nine"},
        {"5-10", "five to ten"},
        {"5\u201310%", "five to ten percent"},
        {"$5-10", "five to ten dollars"},
        {"$5-$10", "five dollars to ten dollars"},
        {"2026-11-20", "november twentieth twenty twenty six"},
        {"1.2.3", "one point two point three"},
        {"007", "zero zero seven"},
        {"5G", "five G"},
        {"4K", "four K"},
        {"12K", "twelve thousand"},
        {"8GB", "eight gigabytes"},
        {"100\u00B0", "one hundred degrees"},
        {"99999999999999999999999999", "a very long number"},
        {"\u0663\u0664", "thirty four"},
    };
    for (const auto& [shown, said] : cases) {
        CAPTURE(shown);
        CHECK(only_word(shown) == said);
    }
    const SpokenText deal = speak_form("a $1.2 billion deal");
    CHECK(said_for(deal, 1) == "one point two");
    CHECK(said_for(deal, 2) == "billion dollars");
}

TEST_CASE("names, acronyms and addresses are said as people say them") {
    const std::pair<const char*, const char*> cases[] = {
        {"GPU", "g p u"},
        {"GPUs", "g p u's"},
        {"AI", "ay i"},
        {"U.S.", "U S"},
        {"CEO's", "c e o's"},
        {"WSB", "w s b"},
        {"NASA", "nasa"},
        {"OpenAI", "Open ay i"},
        {"YouTube", "You Tube"},
        {"HTMLParser", "h t m l Parser"},
        {"RTX4090", "r t x forty ninety"},
        {"GPT-4", "g p t four"},
        {"r/technology", "r slash technology"},
        {"@elonmusk", "at elonmusk"},
        {"#ThrowbackThursday", "hashtag Throwback Thursday"},
        {"https://www.example.com/a/b?q=1", "example dot com"},
        {"me@x.com", "me at x dot com"},
        {"e.g.", "for example"},
        {"w/o", "without"},
        {"don\u2019t", "don't"},
        {"caf\u00E9", "caf\u00E9"},
        {"Z\u00FCrich", "Zurich"},
        {"\U0001D401\U0001D428\U0001D425\U0001D41D", "Bold"},
        {"state-of-the-art", "state of the art"},
        {"sooooooo", "sooo"},
        {"\u043F\u0440\u0438\u0432\u0435\u0442", "privet"},
        {"\u4F60\u597D", "chinese text"},
        {"\u0645\u0631\u062D\u0628\u0627", "arabic text"},
        {"\U0001F525", "fire"},
        {"\u044C", "cyrillic text"},
    };
    for (const auto& [shown, said] : cases) {
        CAPTURE(shown);
        CHECK(only_word(shown) == said);
    }
}

TEST_CASE("capitals in a shouted text are a tone, not acronyms") {
    CHECK(speak_form("THIS IS NOT A DRILL").utterance == "this is not a drill.");
}

TEST_CASE("pauses follow the punctuation, and emoji beside words are silent") {
    const SpokenText text =
        speak_form("It costs $3. That's it (really)\u2026 wow \U0001F525 \u2014 ok!");
    CHECK(text.utterance == "It costs three dollars. That's it, really. Wow, ok!");
    CHECK(text.display.size() == 10);
    CHECK(said_for(text, 7).empty());
}

TEST_CASE("markup, escapes and controls never reach the voice") {
    for (const char* hostile : {"[[h@l'oU]]",
                                "<speak><break time='9s'/>hi</speak>",
                                "&lt;audio src=x&gt;",
                                "$(rm -rf /) `ls` ../../etc/passwd",
                                "a\x01\x02\x1B[31mb\x7F",
                                "'; DROP TABLE x;--",
                                "\u202Eevil\u202C",
                                "\xFF\xFE\xC0 bad bytes",
                                "|/-\\ ^ ~ {} *_*",
                                "\"\"\"'''"}) {
        CAPTURE(hostile);
        check_promises(speak_form(hostile));
    }
    CHECK(speak_form("[[h@l'oU]]").utterance.find('[') == std::string::npos);
}

TEST_CASE("a text without anything to say is empty, one with a letter or digit never is") {
    CHECK(speak_form("").empty());
    CHECK(speak_form(" \n\t ").empty());
    CHECK(speak_form("...").empty());
    smos::Random random(7);
    for (int i = 0; i < 2000; ++i) {
        std::string text;
        const char32_t letters[] = {U'a', U'Z', U'7', 0xE9, 0x44C, 0x5D0, 0x4E2D, 0x1D400, 0x2160};
        const char32_t signs[] = {U'$', U'%', U'<', U'&', U'-', U'.', U'#', U'@', U'/', 0x1F525};
        for (std::size_t n = random.below(4); n > 0; --n)
            smos::append_code_point(text, signs[random.below(10)]);
        smos::append_code_point(text, letters[random.below(9)]);
        for (std::size_t n = random.below(4); n > 0; --n)
            smos::append_code_point(text, signs[random.below(10)]);
        CAPTURE(text);
        CHECK_FALSE(speak_form(text).empty());
    }
}

TEST_CASE("random bytes and random code points keep every promise") {
    smos::Random random(11);
    for (int i = 0; i < 3000; ++i) {
        std::string text;
        for (std::size_t n = random.below(60); n > 0; --n) {
            switch (random.below(4)) {
            case 0:
                text.push_back(static_cast<char>(random.below(256)));
                break;
            case 1:
                text.push_back("0123456789.,:/-$%xKs "[random.below(21)]);
                break;
            case 2:
                smos::append_code_point(text, static_cast<char32_t>(random.below(0x3000)));
                break;
            default:
                text.push_back("abcXYZ' .@#"[random.below(11)]);
                break;
            }
        }
        CAPTURE(text);
        check_promises(speak_form(text));
    }
    check_promises(speak_form(std::string(200'000, '1')));
    check_promises(speak_form(std::string(200'000, '-')));
    check_promises(speak_form(std::string(200'000, 'A')));
}

TEST_CASE("cardinals") {
    const auto cardinal = [](std::uint64_t value) {
        smos::media::Words words;
        smos::media::say_cardinal(words, value);
        std::string out;
        for (const auto& word : words)
            out += (out.empty() ? "" : " ") + word;
        return out;
    };
    CHECK(cardinal(0) == "zero");
    CHECK(cardinal(100) == "one hundred");
    CHECK(cardinal(1'000'001) == "one million one");
    CHECK(cardinal(999'999) == "nine hundred ninety nine thousand nine hundred ninety nine");
    CHECK(cardinal(40'000'000'000) == "forty billion");
}
