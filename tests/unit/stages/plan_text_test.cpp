// SPDX-License-Identifier: Apache-2.0
// Titles made speakable, what they are about, and how long speech takes.
#include "libsmos/stages/plan/plan_text.hpp"
#include "libsmos/stages/plan/plan_trend.hpp"

#include <doctest/doctest.h>

using namespace smos::stages;

namespace {

Trend trend_of(const char* title) {
    Trend trend;
    trend.platform = "reddit";
    trend.headline = speakable(title);
    read_headline(trend);
    return trend;
}

} // namespace

TEST_CASE("titles become speakable") {
    CHECK(speakable("TIL that octopuses have three hearts") == "Octopuses have three hearts");
    CHECK(speakable("[OC] I made \"this\" \xF0\x9F\x94\xA5 https://x.y/z?a=b") == "I made this");
    CHECK(speakable("<script>alert(1)</script>Chips & dips w/ salt") == "Chips and dips with salt");
    CHECK(speakable("THIS IS A VERY LOUD TITLE") == "This is a very loud title");
    CHECK(speakable("Is it real???") == "Is it real?");
    CHECK(speakable("one\ntwo\tthree \xE2\x80\x94 four") == "One two three, four");
    CHECK(speakable("$(reboot) ../../etc/passwd `id` lab rats") == "Lab rats");
    CHECK(speakable("\xD9\x85\xD8\xB1\xD8\xAD\xD8\xA8\xD8\xA7") == "");
    CHECK(speakable("\xF0\x9F\x94\xA5\xF0\x9F\x94\xA5") == "");
    CHECK(speakable("") == "");
}

TEST_CASE("headlines say what they are about") {
    CHECK(trend_of("Google's new chip beats a supercomputer").subject == "Google's new chip");
    CHECK(trend_of("Apple's Vision Pro 2 leak suggests $1,999 price").subject ==
          "Apple's Vision Pro 2 leak");
    CHECK(trend_of("Sodium batteries reach 10,000 charge cycles").subject == "sodium batteries");
    CHECK(trend_of("Password manager admits breach").subject == "that password manager");
    CHECK(trend_of("A 2 KB web server written in assembly").subject == "that web server");
    CHECK(trend_of("Is it real?").kind == HeadlineKind::question);
    CHECK(trend_of("I built a keyboard").kind == HeadlineKind::first_person);
    CHECK(trend_of("Netflix cancels its best show again").kind == HeadlineKind::statement);
}

TEST_CASE("quantities keep their unit, years and versions are none") {
    using Quantities = std::vector<std::string>;
    CHECK(trend_of("Leak suggests $1,999 price").quantities == Quantities{"$1,999"});
    CHECK(trend_of("I built it from 1,200 LEGO bricks").quantities ==
          Quantities{"1,200 LEGO bricks"});
    CHECK(trend_of("Rent rises by 30% and nobody asks").quantities == Quantities{"30%"});
    CHECK(trend_of("It was exposed: 2.3 million vaults").quantities ==
          Quantities{"2.3 million vaults"});
    CHECK(trend_of("Barcelona to ban rentals by 2028").quantities.empty());
    CHECK(trend_of("The Vision Pro 2 leak").quantities.empty());
}

TEST_CASE("long headlines are cut where a clause ends, or not at all") {
    CHECK(clause_of("One two three four five", 5) == "One two three four five");
    CHECK(clause_of("The team stopped the test, because nobody knew what it was for", 8) ==
          "The team stopped the test");
    CHECK(clause_of("A b c d e f g h i j k l m n", 6) == "");
}

TEST_CASE("numbers are said rounded down") {
    CHECK(rounded(12'438) == "more than 12,000");
    CHECK(rounded(12'000) == "12,000");
    CHECK(rounded(935) == "935");
    CHECK(counted(12) == "twelve");
    CHECK(counted(1'234'567) == "1,234,567");
}

TEST_CASE("speech is estimated near what the engine takes") {
    // Measured with espeak-ng 1.51, en-us, in milliseconds.
    struct Measured {
        const char* text;
        std::int64_t rate, ms;
    };
    for (const Measured& m :
         {Measured{"A reorganisation is a spreadsheet with people in it.", 170, 2436},
          Measured{"More than twelve thousand upvotes in six hours.", 140, 3253},
          Measured{"12,400 upvotes.", 170, 2176},
          Measured{"Every battery story ends at the same wall. Charge it a thousand "
                   "times and show me the graph.",
                   200,
                   4591}}) {
        const std::int64_t estimate = spoken_ms(m.text, m.rate);
        CHECK_MESSAGE(estimate > m.ms * 75 / 100, m.text);
        CHECK_MESSAGE(estimate < m.ms * 135 / 100, m.text);
    }
}

TEST_CASE("phrases match whole words in any case") {
    CHECK(contains_phrase("A Game Changer, really", "game changer"));
    CHECK_FALSE(contains_phrase("gamechangers", "game"));
    CHECK_FALSE(contains_phrase("anything", ""));
}
