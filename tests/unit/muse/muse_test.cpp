// SPDX-License-Identifier: Apache-2.0
// A muse is read, refused with a place, written back, and made from nothing.
#include "libsmos/muse/genesis.hpp"
#include "libsmos/muse/muse.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace smos;

namespace {

const char* const small =
    "persona_id: ava\nname: Ava\nmoral_graph: {ego: 0.2, empathy: 0.5, chaos: 1}\n";

const muse::Problem* problem_at(const muse::Reading& reading, const std::string& field) {
    const auto found = std::find_if(reading.problems.begin(),
                                    reading.problems.end(),
                                    [&](const muse::Problem& p) { return p.field == field; });
    return found == reading.problems.end() ? nullptr : &*found;
}

} // namespace

TEST_CASE("a small muse has defaults and only warnings") {
    const muse::Reading reading = muse::read(small);
    CHECK(reading.ok());
    CHECK(reading.muse.moral.chaos == 1.0);
    CHECK(reading.muse.voice.rate_wpm == 170);
    CHECK(problem_at(reading, "channels") != nullptr);
}

TEST_CASE("an unknown field is named with its line and the nearest one") {
    const muse::Reading reading = muse::read(std::string(small) + "voice:\n  rate_wmp: 100\n");
    const muse::Problem* problem = problem_at(reading, "voice.rate_wmp");
    REQUIRE(problem != nullptr);
    CHECK(problem->line == 5);
    CHECK(problem->hint == "did you mean rate_wpm?");
    CHECK_FALSE(reading.ok());
}

TEST_CASE("all problems are named at once") {
    const muse::Reading reading =
        muse::read("persona_id: Ava!\nname: [x]\nmoral_graph: {ego: 2, empathy: nan, chaos: 0.1}\n"
                   "voice: {rate_wpm: 1e400, pitch: -1}\nidentity: {age: 12}\nname: twice\n");
    for (const char* field : {"persona_id",
                              "moral_graph.ego",
                              "moral_graph.empathy",
                              "voice.rate_wpm",
                              "voice.pitch",
                              "identity.age"})
        CHECK_MESSAGE(problem_at(reading, field) != nullptr, field);
}

TEST_CASE("what is no muse is refused") {
    for (const char* text : {"", "[]", "a: [", "just text", "persona_id: x\nname: y\n", "\xff\xfe"})
        CHECK_FALSE(muse::read(text).ok());
    CHECK_FALSE(muse::read(std::string(2 << 20, 'a')).ok());
    CHECK_FALSE(muse::read(std::string(100'000, '[')).ok());
}

TEST_CASE("an alias bomb is refused without being unfolded") {
    std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 12; ++i) {
        const std::string before = "*a" + std::to_string(i - 1);
        bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
        for (int k = 0; k < 8; ++k)
            bomb += ", " + before;
        bomb += "]\n";
    }
    CHECK_FALSE(muse::read(small + bomb + "taboo: *a11\n").ok());
}

TEST_CASE("the written form reads back, and the DNA does not care about layout") {
    muse::Wish wish;
    wish.seed = 9;
    wish.notes = "never say: \"quoted\", back\\slash\nbio: of: colons # and hashes";
    const auto made = muse::genesis(wish);
    REQUIRE(made);
    const muse::Reading again = muse::read(muse::emit(*made));
    REQUIRE(again.ok());
    CHECK(muse::emit_json(again.muse) == muse::emit_json(*made));
    CHECK(muse::dna_sha256(again.muse) == muse::dna_sha256(*made));
    muse::Muse other = again.muse;
    other.moral.ego += 0.01;
    CHECK(muse::dna_sha256(other) != muse::dna_sha256(*made));
}

TEST_CASE("genesis is the same for the same seed and always sound") {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        muse::Wish wish;
        wish.seed = seed;
        const auto first = muse::genesis(wish), second = muse::genesis(wish);
        REQUIRE(first);
        CHECK(muse::emit(*first) == muse::emit(*second));
        CHECK(muse::read(muse::emit(*first)).problems.empty());
    }
}

TEST_CASE("notes are taken at their word") {
    muse::Wish wish;
    wish.notes = "Name: Zora Blunt\nage: 33\nniche: luxury fashion\ntaboo: politics, war\n"
                 "A street kid, raw and gritty.\n";
    const auto made = muse::genesis(wish);
    REQUIRE(made);
    CHECK(made->name == "Zora Blunt");
    CHECK(made->identity.age == 33);
    CHECK(made->identity.niche == "luxury-fashion");
    CHECK(made->taboo == std::vector<std::string>{"politics", "war"});
    CHECK(made->identity.bio == "A street kid, raw and gritty.");
    CHECK(made->moral.sophistication < 0.5);
    wish.notes = "age: 12";
    CHECK_FALSE(muse::genesis(wish));
}

TEST_CASE("the shipped muse has no problems") {
    const auto ava = muse::load(std::string(SMOS_SOURCE_DIR) + "/examples/first-light/ava.yaml");
    REQUIRE(ava);
    CHECK(ava->persona_id == "ava");
    const auto none = muse::load("/nonexistent/muse.yaml");
    REQUIRE_FALSE(none);
    CHECK(none.error().code == "no_input");
}
