// SPDX-License-Identifier: Apache-2.0
// The way of a production through a graph: what is ready, what is joined, in whatever order.
#include "libsmos/stages/run/walk.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

using namespace smos;
using namespace smos::stages;
using Names = std::vector<std::string>;

namespace {

const std::string base = R"({"task_id":"a","state_version":1,"status":"reserved","x":1e400})";

StageGraph graph_of(const std::vector<AuthoredStage>& authored) {
    auto made = StageGraph::make(authored);
    REQUIRE(made);
    return *std::move(made);
}

/// reserve, then film and voice side by side (voice in two steps), then mix, then publish.
const StageGraph& studio() {
    static const StageGraph graph = graph_of({{"reserve"},
                                              {"film"},
                                              {"voice", Names{"reserve"}},
                                              {"master", Names{"voice"}},
                                              {"mix", Names{"film", "master"}},
                                              {"publish"}});
    return graph;
}

std::size_t number(const char* name) { return *studio().find(name); }

/// As a stage would answer: one section more, one version on.
std::string with(std::string line, const std::string& member, int version, const char* status) {
    line.pop_back();
    line += "," + member + "}";
    const std::size_t at = line.find("\"state_version\":") + 16;
    line.replace(at, line.find(',', at) - at, fmt::format("{}", version));
    const std::size_t word = line.find("\"status\":\"") + 10;
    return line.replace(word, line.find('"', word) - word, status);
}

Names ready_of(const ProductionWalk& walk, const StageGraph& graph = studio()) {
    const auto ready = walk.ready();
    REQUIRE(ready);
    Names names;
    for (const auto& one : *ready)
        names.push_back(graph.name(one.stage));
    return names;
}

std::string input_of(const ProductionWalk& walk, std::size_t stage) {
    const auto ready = walk.ready();
    REQUIRE(ready);
    for (const auto& one : *ready)
        if (one.stage == stage)
            return one.input;
    return "not ready";
}

std::string step(const StageGraph& graph, const char* stage, const std::string& status) {
    const NextStep next =
        next_step(graph, *graph.find(stage), R"({"task_id":"a","status":")" + status + "\"}");
    if (next.kind == NextStep::Kind::done)
        return "done";
    return next.kind == NextStep::Kind::review ? "review, then " + next.stage : next.stage;
}

} // namespace

TEST_CASE("a production goes from stage to stage, and past a person where the critic says so") {
    const StageGraph whole = graph_of({{"plan"}, {"reserve"}, {"critic"}, {"publish"}, {"settle"}});
    CHECK(step(whole, "plan", "planned") == "reserve");
    CHECK(step(whole, "critic", "approved") == "publish");
    CHECK(step(whole, "critic", "rejected") == "publish"); // the filters let it pass
    CHECK(step(whole, "critic", "review") == "settle");
    CHECK(step(whole, "settle", "review") == "review, then publish");
    CHECK(step(whole, "settle", "settled") == "done");
    const StageGraph unpublished = graph_of({{"plan"}, {"critic"}});
    CHECK(step(unpublished, "critic", "review") == "review, then done");
    CHECK(step(unpublished, "critic", "approved") == "done");
}

TEST_CASE("in a chain each answer is taken as it is, byte for byte") {
    const StageGraph chain = graph_of({{"a"}, {"b"}});
    auto walk = *ProductionWalk::begin(chain, base, "");
    CHECK(ready_of(walk, chain) == Names{"a"});
    CHECK(input_of(walk, 0) == base);
    const std::string answer = R"({ "task_id":"a", "state_version":2,"y":1.10 })";
    walk.arrive(0, {base, answer});
    const auto joined = walk.join();
    REQUIRE(joined);
    REQUIRE(*joined);
    CHECK((*joined)->line == answer);
    CHECK((*joined)->next.stage == "b");
    CHECK(walk.line() == answer);
    CHECK(walk.since() == "b");
    walk.arrive(1, {answer, answer});
    CHECK((*walk.join())->next.kind == NextStep::Kind::done);
    CHECK(ProductionWalk::begin(chain, base, "c").error().code == "no_such_stage");
}

TEST_CASE("stages side by side see only what they need, and join the same in every order") {
    const std::string filmed = with(base, R"("film":{"n":1e400})", 2, "rendered");
    const std::string voiced = with(base, R"("voice":1)", 2, "reserved");
    const std::string mastered = with(voiced, R"("master":2)", 3, "reserved");
    const auto begin = *ProductionWalk::begin(studio(), base, "film");
    CHECK(ready_of(begin) == Names{"film", "voice"});
    std::string first;
    for (const Names& order : {Names{"film", "voice", "master"},
                               Names{"voice", "film", "master"},
                               Names{"voice", "master", "film"}}) {
        auto walk = begin;
        std::optional<ProductionWalk::Joined> joined;
        for (const std::string& stage : order) {
            CHECK_FALSE(joined);
            const std::string input = stage == "master" ? voiced : base;
            CHECK(input_of(walk, number(stage.c_str())) == input);
            walk.arrive(number(stage.c_str()),
                        {input,
                         stage == "film"    ? filmed
                         : stage == "voice" ? voiced
                                            : mastered});
            joined = *walk.join();
        }
        REQUIRE(joined);
        CHECK(joined->next.stage == "mix");
        CHECK(walk.since() == "mix");
        first = first.empty() ? joined->line : first;
        CHECK(joined->line == first);
    }
    CHECK(first == R"({"task_id":"a","state_version":4,"status":"rendered","x":1e400,)"
                   R"("film":{"n":1e400},"voice":1,"master":2})");
}

TEST_CASE("two that wrote one section are named, whichever came first") {
    for (const bool film_first : {true, false}) {
        auto walk = *ProductionWalk::begin(studio(), base, "film");
        const StageMade film{base, with(base, R"("clip":1)", 2, "rendered")};
        const StageMade voice{base, with(base, R"("clip":2)", 2, "reserved")};
        walk.arrive(number(film_first ? "film" : "voice"), film_first ? film : voice);
        CHECK(walk.join());
        walk.arrive(number(film_first ? "voice" : "film"), film_first ? voice : film);
        walk.arrive(number("master"),
                    {voice.output, with(voice.output, R"("m":1)", 3, "reserved")});
        const auto joined = walk.join();
        REQUIRE_FALSE(joined);
        CHECK(joined.error().code == "section_conflict");
        CHECK(joined.error().message == "film and voice ran side by side and both wrote clip");
    }
    auto walk = *ProductionWalk::begin(studio(), base, "film");
    walk.arrive(number("film"), {base, with(base, R"("clip":1)", 2, "rendered")});
    walk.arrive(number("voice"),
                {base, R"({"task_id":"a","state_version":2,"status":"reserved"})"});
    walk.arrive(number("master"), {base, base});
    CHECK(walk.join().error().code == "lost_section");
}

TEST_CASE("the gravest status counts and errors add up") {
    auto walk = *ProductionWalk::begin(studio(), base, "film");
    walk.arrive(number("film"), {base, with(base, R"("errors":[{"code":"f"}])", 2, "failed")});
    const std::string voiced = with(base, R"("errors":[{"code":"v"}])", 2, "approved");
    walk.arrive(number("voice"), {base, voiced});
    walk.arrive(number("master"), {voiced, with(voiced, R"("m":1)", 3, "rendered")});
    const auto joined = walk.join();
    REQUIRE(joined);
    CHECK((*joined)->line == R"({"task_id":"a","state_version":4,"status":"failed","x":1e400,)"
                             R"("errors":[{"code":"f"},{"code":"v"}],"m":1})");
}

TEST_CASE("a review begins where all of it was joined, and settles first") {
    const StageGraph graph = graph_of({{"film"},
                                       {"critic"},
                                       {"teaser", Names{"film"}},
                                       {"publish", Names{"critic", "teaser"}},
                                       {"settle"}});
    auto walk = *ProductionWalk::begin(graph, base, "critic");
    walk.arrive(1, {base, with(base, R"("critic":1)", 2, "review")});
    REQUIRE(walk.join());
    CHECK_FALSE(*walk.join());
    walk.arrive(2, {base, with(base, R"("teaser":1)", 2, "reserved")});
    auto joined = *walk.join();
    REQUIRE(joined);
    CHECK(joined->next.stage == "settle");
    CHECK(ready_of(walk, graph) == Names{"settle"});
    walk.arrive(4, {joined->line, joined->line});
    joined = *walk.join();
    REQUIRE(joined);
    CHECK(joined->next.kind == NextStep::Kind::review);
    CHECK(joined->next.stage == "publish");
}
