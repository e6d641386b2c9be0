// SPDX-License-Identifier: Apache-2.0
// Judging without a film: the aggregate, the words, and the verdict over sampled faces.
#include "libsmos/records/json_value.hpp"
#include "libsmos/stages/critic/critic.hpp"
#include "libsmos/stages/critic/critic_address.hpp"
#include "libsmos/stages/critic/critic_text.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace smos;
using namespace smos::stages;

namespace {

Finding finding(bool passed, double confidence, bool hard = true) {
    Finding made;
    made.check.name = "x";
    made.check.group = "safety";
    made.check.passed = passed;
    made.check.confidence = confidence;
    made.hard = hard;
    return made;
}

std::string verdict(const std::vector<Finding>& findings) {
    records::Critic section;
    conclude(section, findings);
    return section.verdict;
}

std::vector<TextProblemKind> kinds(const char* text) {
    std::vector<TextProblemKind> found;
    for (const TextProblem& problem : text_problems(text))
        found.push_back(problem.kind);
    return found;
}

using Kinds = std::vector<TextProblemKind>;

/// Samples every 333 ms whose embeddings lie at these cosines to (1, 0).
std::vector<IdentitySample> samples(const std::vector<double>& cosines) {
    std::vector<IdentitySample> made;
    for (const double cosine : cosines) {
        IdentitySample sample;
        sample.at_ms = static_cast<std::int64_t>(made.size()) * 333;
        sample.faces = 1;
        sample.kept = cosine > -1;
        sample.cosine = cosine;
        sample.embedding = {static_cast<float>(cosine),
                            static_cast<float>(std::sqrt(std::max(0.0, 1 - cosine * cosine)))};
        made.push_back(sample);
    }
    return made;
}

std::string judged(const std::vector<double>& cosines, double share = 1.0) {
    return judge_identity(samples(cosines), {1, 0}, share).verdict;
}

std::vector<double> many(std::size_t count, double cosine) {
    return std::vector<double>(count, cosine);
}

std::vector<double> joined(std::vector<double> a, const std::vector<double>& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

constexpr double none = -2; // no usable face

records::Timeline expecting(const char* persona) {
    records::Timeline timeline;
    timeline.tracks.emplace_back().kind = "video";
    timeline.tracks[0].items.resize(2);
    if (persona != nullptr)
        timeline.tracks[0].items[0].expect = records::Json{{"persona", persona}};
    return timeline;
}

} // namespace

TEST_CASE("the least confidence decides, at the bounds that are written down") {
    CHECK(verdict({finding(true, 0.99), finding(true, 0.91)}) == "approve");
    CHECK(verdict({finding(true, 0.99), finding(true, 0.90)}) == "review");
    CHECK(verdict({finding(true, 0.70)}) == "review");
    CHECK(verdict({finding(true, 0.69)}) == "reject");
    CHECK(verdict({finding(false, 0.99)}) == "reject");
    CHECK(verdict({finding(false, 0.99, false)}) == "review");
    CHECK(verdict({skipped("a", "technical", "b"), finding(true, 0.95)}) == "approve");
    CHECK(verdict({skipped("a", "technical", "b")}) == "reject"); // nobody looked
}

TEST_CASE("the safety report sums up its group") {
    records::Critic section;
    Finding technical = finding(true, 0.92);
    technical.check.group = "technical";
    conclude(section, {finding(true, 0.97), technical, skipped("y", "safety", "z")});
    CHECK(section.confidence == doctest::Approx(0.92));
    CHECK(section.safety_report.passed);
    CHECK(section.safety_report.score == doctest::Approx(0.97));
    CHECK(section.safety_report.aggregate_confidence == doctest::Approx(0.92));
    CHECK(section.safety_report.checks.size() == 1);
    conclude(section, {finding(false, 0.99)});
    CHECK_FALSE(section.safety_report.passed);
    CHECK(section.safety_report.issues == std::vector<std::string>{"x"});
}

TEST_CASE("a measured verdict is doubtful at its limit and sure away from it") {
    CHECK(measured_certainty(100, 100, 250) == doctest::Approx(0.75));
    CHECK(measured_certainty(37, 100, 250) > approve_above);
    CHECK(measured_certainty(90, 100, 250) < approve_above);
    CHECK(measured_certainty(0, 100, 50) == measured_certainty(200, 100, 50));
}

TEST_CASE("links, addresses and numbers to call are found, figures are left alone") {
    CHECK(kinds("see https://example.org/x now") == Kinds{TextProblemKind::link});
    CHECK(kinds("(www.example.org).") == Kinds{TextProblemKind::link});
    CHECK(kinds("example.org/deal") == Kinds{TextProblemKind::link});
    CHECK(kinds("Booking.com fell") == Kinds{TextProblemKind::domain});
    CHECK(kinds("mail someone@example.org!") == Kinds{TextProblemKind::email});
    CHECK(kinds("call +49 30 1234567") == Kinds{TextProblemKind::phone});
    CHECK(kinds("call (555) 123-4567.") == Kinds{TextProblemKind::phone});
    for (const char* fine : {"On 2020-11-25, 12,000 people",
                             "1,234,567,890 views",
                             "12 000 000 000 users",
                             "$3.50 for v1.2.3 of Node.js",
                             "from 9.30 to 10.45, i.e. soon",
                             "4:3, 16/9 and 1080x1920",
                             "@somebody said 80% in 94 s...",
                             ""}) {
        CAPTURE(fine);
        CHECK(kinds(fine).empty());
    }
}

TEST_CASE("coarse words are seen through their disguises, innocent ones are not") {
    CHECK(kinds("what the FUCK") == Kinds{TextProblemKind::profanity});
    CHECK(kinds("this b1tch!") == Kinds{TextProblemKind::profanity});
    CHECK(kinds("bull\u017Fhit") == Kinds{TextProblemKind::profanity}); // long s
    CHECK(kinds("f\u00FCck") == Kinds{TextProblemKind::profanity});
    for (const char* fine : {"Scunthorpe", "a bitchen kitchen", "shiitake", "classic assembly"}) {
        CAPTURE(fine);
        CHECK(kinds(fine).empty());
    }
}

TEST_CASE("what a muse does not say is found word by word") {
    CHECK(says("A real Game-Changer, they say", "game changer"));
    CHECK(says("GAME   CHANGER", "game changer"));
    CHECK_FALSE(says("game changers", "game changer"));
    CHECK_FALSE(says("the game; a changer", "game changer"));
    CHECK_FALSE(says("anything", ""));
    muse::Muse muse;
    records::Script script;
    script.hashtags = {"GameChanger", "tech"};
    CHECK(do_not_say_finding(script, nullptr).check.skipped);
    CHECK(do_not_say_finding(script, &muse).check.skipped);
    muse.do_not_say = {"tech"};
    CHECK_FALSE(do_not_say_finding(script, &muse).check.passed);
}

TEST_CASE("a face is judged over the whole film") {
    CHECK(judged(many(40, 0.7)) == "accept");
    CHECK(judged(many(40, 0.38)) == "repair"); // between the bands throughout
    CHECK(judged(many(40, 0.1)) == "reject");
    // One bad sample in forty is a moment, half of the film is another person.
    CHECK(judged(joined(joined(many(20, 0.7), many(1, 0.1)), many(19, 0.7))) == "accept");
    CHECK(judged(joined(many(20, 0.7), many(20, 0.1))) == "reject");
    CHECK(judged(joined(many(30, 0.95), many(10, 0.45))) == "repair"); // drifts away
}

TEST_CASE("where another face is seen is said") {
    const auto identity =
        judge_identity(samples(joined(many(20, 0.7), many(20, 0.0))), {1, 0}, 1.0);
    REQUIRE(identity.ranges.size() == 1);
    CHECK(identity.ranges[0].from_ms == 20 * 333);
}

TEST_CASE("too few usable faces are never a pass") {
    CHECK(judged({}) == "unverifiable");
    CHECK(judged(many(40, none)) == "unverifiable");
    CHECK(judged(joined(many(30, none), many(10, 0.8))) == "unverifiable");
    CHECK(judged(joined(many(30, none), many(10, 0.8)), 0.5) == "accept"); // half of the shots
}

TEST_CASE("identity is looked at only where the muse is expected and known") {
    muse::Muse muse;
    muse.persona_id = "ava";
    CHECK(identity_scope(expecting(nullptr), &muse).skip == "no shot expects the persona");
    CHECK(identity_scope(expecting("ava"), &muse).skip == "the muse has no face anchors");
    CHECK_FALSE(identity_scope(expecting("ava"), nullptr).unverifiable.empty());
    muse.face_anchors = {"a.png"};
    const IdentityScope scope = identity_scope(expecting("ava"), &muse);
    CHECK(scope.skip.empty());
    CHECK(scope.unverifiable.empty());
    CHECK(scope.share == doctest::Approx(0.5));
    CHECK_FALSE(identity_scope(expecting("nova"), &muse).unverifiable.empty());
    IdentityWatch watch{&muse, scope, {}};
    const auto [check, identity] = watch.finish();
    CHECK_FALSE(check.check.passed);
    CHECK_FALSE(check.hard);
    REQUIRE(identity);
    CHECK(identity->verdict == "unverifiable");
}
