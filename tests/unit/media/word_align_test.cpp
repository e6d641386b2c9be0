// SPDX-License-Identifier: Apache-2.0
// The script's words on a transcript's clock, whatever the transcript heard.
#include "libsmos/media/speech/word_align.hpp"
#include "libsmos/media/speech/word_align_match.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <random>
#include <sstream>

using namespace smos::media;

namespace {

/// Every word takes 300 ms and begins 400 ms after the one before.
std::vector<HeardWord> heard(const std::string& text, std::int64_t from_ms = 0) {
    std::vector<HeardWord> words;
    std::istringstream in(text);
    for (std::string word; in >> word; from_ms += 400)
        words.push_back({from_ms, from_ms + 300, word});
    return words;
}

void check_order(const WordAlignment& aligned, std::int64_t duration_ms) {
    std::int64_t last_ms = 0;
    for (const TimedWord& word : aligned.words) {
        CAPTURE(word.text);
        CHECK(word.start_ms >= last_ms);
        CHECK(word.end_ms > word.start_ms);
        CHECK(word.end_ms <= duration_ms);
        last_ms = word.end_ms;
    }
}

} // namespace

TEST_CASE("what was heard word for word keeps the transcript's times and the script's spelling") {
    const WordAlignment aligned =
        align_words("Nobody TELLS you, this.", heard("nobody tells you this"), 1600);
    REQUIRE(aligned.words.size() == 4);
    CHECK(aligned.words[1].text == "TELLS");
    CHECK(aligned.words[2].text == "you,");
    for (std::size_t i = 0; i < 4; ++i) {
        CHECK(aligned.words[i].start_ms == static_cast<std::int64_t>(400 * i));
        CHECK(aligned.words[i].end_ms == static_cast<std::int64_t>(400 * i + 300));
        CHECK(aligned.words[i].heard);
    }
    CHECK(aligned.heard_share == doctest::Approx(1.0));
}

TEST_CASE("a word heard wrongly keeps its place, others keep their times") {
    const WordAlignment aligned =
        align_words("we run kubernetes at home", heard("we run communities at home"), 2000);
    REQUIRE(aligned.words.size() == 5);
    CHECK(aligned.words[2].start_ms >= 700);
    CHECK(aligned.words[2].end_ms <= 1200);
    CHECK(aligned.words[3].start_ms == 1200);
    CHECK(aligned.words[4].start_ms == 1600);
    CHECK(aligned.heard_share > 0.5);
    check_order(aligned, 2000);
}

TEST_CASE("a word that was not heard takes the room that is there") {
    const std::vector<HeardWord> words{
        {0, 300, "one"}, {400, 700, "two"}, {1500, 1800, "four"}, {1900, 2200, "five"}};
    const WordAlignment aligned = align_words("one two three four five", words, 2300);
    REQUIRE(aligned.words.size() == 5);
    CHECK_FALSE(aligned.words[2].heard);
    CHECK(aligned.words[2].start_ms == 700);
    CHECK(aligned.words[2].end_ms == 1500);
    CHECK(aligned.words[3].start_ms == 1500);
    check_order(aligned, 2300);
}

TEST_CASE("words that were swallowed share the time of a neighbour") {
    const WordAlignment aligned =
        align_words("going to be fine", {{0, 400, "going"}, {400, 800, "fine"}}, 800);
    REQUIRE(aligned.words.size() == 4);
    CHECK(aligned.words[1].start_ms > aligned.words[0].start_ms);
    CHECK(aligned.words[1].start_ms < 400);
    CHECK(aligned.words[3].start_ms == 400);
    check_order(aligned, 800);
}

TEST_CASE("words that nobody wrote are passed over") {
    const WordAlignment aligned =
        align_words("stay calm now", heard("um stay you know calm now okay bye"), 3200);
    REQUIRE(aligned.words.size() == 3);
    CHECK(aligned.words[0].start_ms == 400);
    CHECK(aligned.words[1].start_ms == 1600);
    CHECK(aligned.words[2].start_ms == 2000);
    CHECK(aligned.heard_share == doctest::Approx(1.0));
}

TEST_CASE("numbers match however they are written") {
    const WordAlignment aligned =
        align_words("In 2026 it cost $1.2 million today",
                    heard("in twenty twenty six it cost one point two million dollars today"),
                    5000);
    REQUIRE(aligned.words.size() == 7);
    CHECK(aligned.words[1].text == "2026");
    CHECK(aligned.words[1].start_ms == 400);
    CHECK(aligned.words[1].end_ms == 1500);
    CHECK(aligned.words[2].start_ms == 1600);
    CHECK(aligned.words[6].start_ms == 4400);
    CHECK(aligned.heard_share == doctest::Approx(1.0));
    const WordAlignment other =
        align_words("about forty two people", heard("about 42 people"), 1200);
    REQUIRE(other.words.size() == 4);
    CHECK(other.words[1].start_ms == 400);
    CHECK(other.words[2].end_ms == 700);
    CHECK(other.words[3].start_ms == 800);
}

TEST_CASE("two words heard as one, and one as two") {
    const WordAlignment joined = align_words("every day counts", heard("everyday counts"), 800);
    REQUIRE(joined.words.size() == 3);
    CHECK(joined.words[0].start_ms == 0);
    CHECK(joined.words[1].end_ms == 300);
    CHECK(joined.words[2].start_ms == 400);
    const WordAlignment split =
        align_words("the timeline holds", heard("the time line holds"), 1600);
    REQUIRE(split.words.size() == 3);
    CHECK(split.words[1].start_ms == 400);
    CHECK(split.words[1].end_ms == 1100);
    CHECK(split.words[2].start_ms == 1200);
}

TEST_CASE("other scripts are matched letter by letter") {
    const WordAlignment russian =
        align_words("Привет, мир!", {{100, 500, "привет"}, {600, 900, "мир"}}, 1000);
    REQUIRE(russian.words.size() == 2);
    CHECK(russian.words[0].start_ms == 100);
    CHECK(russian.words[1].start_ms == 600);
    const WordAlignment chinese =
        align_words("今天 天气好", {{0, 400, "今天"}, {500, 1100, "天气好"}}, 1200);
    REQUIRE(chinese.words.size() == 2);
    CHECK(chinese.words[1].start_ms == 500);
    CHECK(chinese.words[1].end_ms == 1100);
    CHECK(chinese.heard_share == doctest::Approx(1.0));
}

TEST_CASE("without a transcript words share the time by their letters, and stops are pauses") {
    const WordAlignment aligned = align_words("a considerably. b", {}, 3000);
    REQUIRE(aligned.words.size() == 3);
    CHECK(aligned.heard_share == 0);
    CHECK(aligned.words[0].start_ms == 0);
    CHECK(aligned.words[2].end_ms == 3000);
    CHECK(aligned.words[1].end_ms - aligned.words[1].start_ms >
          5 * (aligned.words[0].end_ms - aligned.words[0].start_ms));
    CHECK(aligned.words[2].start_ms > aligned.words[1].end_ms + 300);
    check_order(aligned, 3000);
}

TEST_CASE("words that are not spoken go with a neighbour") {
    const WordAlignment aligned =
        align_words("\u2014 well \U0001F680 then", heard("well then"), 800);
    REQUIRE(aligned.words.size() == 2);
    CHECK(aligned.words[0].text == "\u2014 well \U0001F680");
    CHECK(aligned.words[1].start_ms == 400);
    CHECK(align_words("\U0001F680", {}, 500).words.front().end_ms == 500);
    CHECK(align_words("", heard("anything"), 500).words.empty());
}

TEST_CASE("a transcript of something else is not believed") {
    const WordAlignment aligned = align_words(
        "the quick brown fox jumps", heard("\u041F\u0440\u0438\u0432\u0435\u0442 42 zzz"), 2000);
    CHECK(aligned.heard_share < 0.3);
    check_order(aligned, 2000);
}

TEST_CASE("any transcript gives times in order inside the recording") {
    std::mt19937 random(7); // the same on every run
    const std::vector<std::string> pool{"one", "two", "2026", "$5", "x", "", "a-b", "\xFF", "今天"};
    for (int round = 0; round < 300; ++round) {
        std::string script;
        std::vector<HeardWord> words;
        for (auto i = random() % 12; i > 0; --i)
            script += pool[random() % pool.size()] + " ";
        for (auto i = random() % 12; i > 0; --i) {
            const auto at = static_cast<std::int64_t>(random() % 5000) - 1000;
            words.push_back({at,
                             at + static_cast<std::int64_t>(random() % 900) - 300,
                             pool[random() % pool.size()]});
        }
        check_order(align_words(script, words, 2500), 2500);
    }
}

TEST_CASE("matches are in order and as like as they are") {
    CHECK(letter_similarity(U"abc", U"abc") == doctest::Approx(1.0));
    CHECK(letter_similarity(U"abcd", U"abxd") == doctest::Approx(0.75));
    CHECK(letter_similarity(U"", U"abc") == doctest::Approx(0.0));
    const auto matches = match_words({U"a", U"b", U"c"}, {U"b", U"c"});
    REQUIRE(matches.size() == 2);
    CHECK(matches[0].a_first == 1);
    CHECK(matches[0].b_first == 0);
    CHECK(matches[1].a_first == 2);
    CHECK(match_words({}, {U"x"}).empty());
}
