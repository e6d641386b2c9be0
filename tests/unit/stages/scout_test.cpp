// SPDX-License-Identifier: Apache-2.0
// Scout's numbers and rules: deltas, phases, one record per item, memory.
#include "libsmos/records/json_value.hpp"
#include "libsmos/stages/scout/scout.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <set>

using namespace smos;
using namespace smos::stages;

namespace {

constexpr std::int64_t hour_us = 3'600'000'000;

Instant hour(double hours) { return {std::llround(hours * static_cast<double>(hour_us))}; }

records::Metrics counts(std::optional<std::int64_t> upvotes, std::optional<std::int64_t> comments) {
    records::Metrics metrics;
    metrics.upvotes = upvotes;
    metrics.comments = comments;
    return metrics;
}

providers::TrendItem item(const std::string& id, double at, std::int64_t upvotes) {
    providers::TrendItem made;
    made.platform = "test";
    made.native_id = id;
    made.title = "item " + id;
    made.created_at = hour(1);
    made.observed_at = hour(at);
    made.metrics = counts(upvotes, 9);
    return made;
}

/// Remembers like the state file does.
class FakeHistory : public History {
  public:
    std::vector<store::Observation> known(const std::string&, const std::string& id) override {
        std::vector<store::Observation> found;
        for (const auto& seen : remembered)
            if (seen.native_id == id)
                found.push_back(seen);
        return found;
    }
    void remember(const std::vector<store::Observation>& batch) override {
        for (const auto& seen : batch)
            if (keys.insert({seen.native_id, seen.observed_at.micros}).second)
                remembered.push_back(seen);
    }
    std::vector<store::Observation> remembered;
    std::set<std::pair<std::string, std::int64_t>> keys;
};

std::vector<records::Scout> scouted(const std::vector<providers::TrendItem>& items,
                                    History& history,
                                    const ScoutChoice& choice = {}) {
    std::vector<records::Scout> sections;
    Scout scout(
        choice,
        history,
        [] {
            return records::Stamp{"smos-scout", "0", "1970-01-01T00:00:00Z", 0, {}};
        },
        [&](std::string_view line) {
            auto record = records::Record::parse(std::string{line});
            REQUIRE(record);
            auto section = record->section<records::Scout>();
            REQUIRE(section);
            sections.push_back(**section);
        });
    for (const auto& one : items)
        scout.observe(one);
    scout.finish();
    return sections;
}

} // namespace

TEST_CASE("the change is taken against the latest earlier sighting, else creation") {
    const auto fresh = score_of({}, hour(3), hour(1), counts(40, 9));
    CHECK(fresh.delta->basis == "creation");
    CHECK(fresh.delta->upvotes == 40);
    CHECK(fresh.delta->hours == 2);
    CHECK(*fresh.vvs == doctest::Approx(20));
    const auto seen =
        score_of({{hour(2), 30}, {hour(2.5), std::nullopt}}, hour(3), hour(1), counts(40, 9));
    CHECK(seen.delta->basis == "observation");
    CHECK(seen.delta->upvotes == 10);
    CHECK(*seen.vvs == doctest::Approx(10));
    CHECK(*seen.acceleration_per_hour2 == doctest::Approx(-20));
}

TEST_CASE("hours count at least 0.1 and a falling score keeps its sign") {
    const auto score = score_of({{hour(2), 30}}, hour(2.001), hour(1), counts(20, 99));
    CHECK(score.delta->hours == 0.1);
    CHECK(*score.velocity_per_hour == doctest::Approx(-100));
    CHECK(*score.vvs == doctest::Approx(-200));
    CHECK(*score.phase == "declining");
}

TEST_CASE("unknown is not zero") {
    const auto no_votes = score_of({}, hour(3), hour(1), counts(std::nullopt, 9));
    CHECK_FALSE(no_votes.vvs);
    CHECK_FALSE(no_votes.delta);
    CHECK_FALSE(no_votes.decidable);
    CHECK(no_votes.confidence == 0);
    const auto no_comments = score_of({}, hour(3), hour(1), counts(40, std::nullopt));
    CHECK_FALSE(no_comments.vvs);
    CHECK_FALSE(no_comments.engagement);
    CHECK(no_comments.velocity_per_hour);
    CHECK_FALSE(no_comments.decidable);
    const auto no_start = score_of({}, hour(3), std::nullopt, counts(40, 9));
    CHECK_FALSE(no_start.vvs);
    auto zero = counts(40, 0);
    CHECK(*score_of({}, hour(3), hour(1), zero).vvs == 0);
    zero.shares = 9;
    CHECK(*score_of({}, hour(3), hour(1), zero).vvs == doctest::Approx(20));
}

TEST_CASE("phases follow the last velocity against the best before") {
    const auto phase = [](std::int64_t last, double at) {
        // 100 in the first hour, 100 in the second, then `last` in the third
        return score_of({{hour(at - 2), 100}, {hour(at - 1), 200}},
                        hour(at),
                        hour(at - 3),
                        counts(200 + last, 9))
            .phase;
    };
    CHECK(phase(200, 3) == "emerging");
    CHECK(phase(100, 3) == "peaking");
    CHECK(phase(75, 3) == "peaking");
    CHECK(phase(74, 3) == "declining");
    CHECK(phase(-50, 3) == "declining");
    CHECK(phase(1, 3) == "dormant");
    const auto old =
        score_of({{hour(30), 100}, {hour(31), 200}}, hour(32), hour(1), counts(900, 9));
    CHECK(old.phase == "rising");
    CHECK_FALSE(score_of({}, hour(30), hour(1), counts(900, 9)).phase);
}

TEST_CASE("peak probability is bounded and rises with the velocity") {
    double before = -1;
    for (std::int64_t last = -400; last <= 4000; last += 10) {
        const auto score =
            score_of({{hour(2), 100}, {hour(3), 300}}, hour(4), hour(1), counts(300 + last, 9));
        CHECK(score.peak_probability >= before);
        CHECK(score.peak_probability >= 0);
        CHECK(score.peak_probability <= 1);
        before = score.peak_probability;
    }
    const auto two = score_of({{hour(2), 1}}, hour(3), hour(1), counts(9, 9));
    const auto three = score_of({{hour(2), 1}, {hour(3), 5}}, hour(4), hour(1), counts(9, 9));
    CHECK(three.confidence > two.confidence);
}

TEST_CASE("one record per item: its latest observation, whatever the order") {
    std::vector<providers::TrendItem> items{
        item("b", 2, 10), item("a", 2, 5), item("b", 4, 40), item("b", 3, 20)};
    NoHistory nothing;
    const auto sections = scouted(items, nothing);
    REQUIRE(sections.size() == 2);
    CHECK(sections[0].native_id == "b");
    CHECK(sections[0].metrics.upvotes == 40);
    CHECK(sections[0].delta->upvotes == 20);
    CHECK(sections[0].observations == 3);
    CHECK(sections[0].first_seen_at == "1970-01-01T02:00:00Z");
    CHECK(sections[1].native_id == "a");
}

TEST_CASE("the same observation twice changes nothing") {
    FakeHistory history;
    const std::vector<providers::TrendItem> items{
        item("a", 2, 5), item("a", 3, 9), item("a", 3, 7)};
    const auto first = scouted(items, history);
    const auto remembered = history.remembered.size();
    const auto second = scouted(items, history);
    REQUIRE(first.size() == 1);
    CHECK(remembered == 2);
    CHECK(history.remembered.size() == 2);
    CHECK(records::encode(first[0]) == records::encode(second[0]));
    CHECK(first[0].metrics.upvotes == 9);
    const auto later = scouted({item("a", 5, 29)}, history);
    CHECK(later[0].delta->upvotes == 20);
    CHECK(later[0].observations == 3);
}

TEST_CASE("top and min-vvs choose, and what has no vvs comes last") {
    auto unknown = item("u", 2, 5);
    unknown.metrics.comments.reset();
    const std::vector<providers::TrendItem> items{
        unknown, item("low", 2, 5), item("high", 2, 50), item("mid", 2, 20)};
    NoHistory nothing;
    ScoutChoice choice;
    choice.top = 2;
    auto sections = scouted(items, nothing, choice);
    REQUIRE(sections.size() == 2);
    CHECK(sections[0].native_id == "high");
    CHECK(sections[1].native_id == "mid");
    choice.top = 9;
    CHECK(scouted(items, nothing, choice).back().native_id == "u");
    choice = {};
    choice.min_vvs = 20;
    sections = scouted(items, nothing, choice);
    REQUIRE(sections.size() == 2);
    CHECK(sections[1].native_id == "mid");
}

TEST_CASE("each observation leaves once it is remembered") {
    FakeHistory history;
    std::size_t lines = 0;
    ScoutChoice choice;
    choice.each = true;
    Scout scout(
        choice,
        history,
        [] { return records::Stamp{}; },
        [&](std::string_view) {
            ++lines;
            CHECK(history.remembered.size() >= lines);
        });
    scout.observe(item("a", 2, 5));
    CHECK(lines == 0);
    scout.settle();
    CHECK(lines == 1);
    scout.observe(item("a", 3, 5));
    scout.observe(item("a", 3, 5));
    scout.finish();
    CHECK(lines == 2);
    CHECK(scout.tally().repeated == 1);
}

TEST_CASE("fingerprints are equal for equal titles and links") {
    auto a = item("a", 2, 1);
    a.title = "Solder, without  LEAD!";
    a.link = "https://www.example.org/solder/?utm_source=x&id=7#top";
    auto b = item("b", 3, 2);
    b.title = "solder without lead";
    b.link = "http://EXAMPLE.org/solder?id=7";
    CHECK(fingerprint_of(a) == fingerprint_of(b));
    b.link = "http://example.org/solder?id=8";
    CHECK(fingerprint_of(a) != fingerprint_of(b));
    CHECK(fingerprint_of(a).size() == 32);
}
