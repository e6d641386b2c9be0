// SPDX-License-Identifier: Apache-2.0
// The graph of stages: its order, and what is refused.
#include "libsmos/stages/run/graph.hpp"

#include <doctest/doctest.h>

using namespace smos;
using namespace smos::stages;
using Names = std::vector<std::string>;

namespace {

StageGraph graph_of(const std::vector<AuthoredStage>& authored) {
    auto made = StageGraph::make(authored);
    REQUIRE(made);
    return *std::move(made);
}

Names names_of(const StageGraph& graph) {
    Names names;
    for (std::size_t i = 0; i < graph.size(); ++i)
        names.push_back(graph.name(i));
    return names;
}

Error error_of(const std::vector<AuthoredStage>& authored) {
    const auto made = StageGraph::make(authored);
    REQUIRE_FALSE(made);
    return made.error();
}

} // namespace

TEST_CASE("a plain list is a chain") {
    const StageGraph chain = graph_of({{"a"}, {"b"}, {"c"}});
    CHECK(names_of(chain) == Names{"a", "b", "c"});
    CHECK(chain.needs(2) == std::vector<std::size_t>{1});
    CHECK(chain.before(0, 2));
    CHECK_FALSE(chain.before(2, 0));
    CHECK_FALSE(chain.before(1, 1));
    CHECK(chain.alone(1));
    CHECK(chain.find("") == std::size_t{0});
    CHECK(chain.find("c") == std::size_t{2});
    CHECK_FALSE(chain.find("d"));
}

TEST_CASE("stages come behind what they need, else as they were written") {
    const StageGraph graph =
        graph_of({{"mix", Names{"voice", "film", "voice"}}, {"film", Names{}}, {"voice", Names{}}});
    CHECK(names_of(graph) == Names{"film", "voice", "mix"});
    CHECK(graph.needs(2) == std::vector<std::size_t>{0, 1});
    CHECK(graph.alone(2));
    CHECK_FALSE(graph.alone(0));
    CHECK(graph.before(1, 2));
    CHECK_FALSE(graph.before(0, 1));
}

TEST_CASE("what is wrong with a graph names its stage") {
    CHECK(error_of({}).code == "no_stages");
    CHECK(error_of({{"a"}, {"a"}}).code == "duplicate_stage");
    CHECK(error_of({{"a"}, {"a"}}).where == "run.line: a");
    for (const char* bad : {"", "A", "a b", "done", "../x", "a\n"})
        CHECK(error_of({{bad}}).code == "bad_stage_name");
    const Error unknown = error_of({{"a"}, {"b", Names{"c"}}});
    CHECK(unknown.code == "unknown_need");
    CHECK(unknown.where == "run.line: b");
    CHECK(unknown.message.find("needs c") != std::string::npos);
    CHECK(error_of(std::vector<AuthoredStage>(31, {"a"})).code == "too_many_stages");
}

TEST_CASE("a cycle is told with its way around and with what it keeps from being reached") {
    CHECK(error_of({{"a", Names{"a"}}}).message == "a needs a: a is never reached");
    const Error cycle = error_of({{"plan"},
                                  {"late", Names{"film"}},
                                  {"film", Names{"plan", "cut"}},
                                  {"cut", Names{"film"}}});
    CHECK(cycle.code == "stage_cycle");
    CHECK(cycle.message == "film needs cut needs film: late is never reached");
    CHECK(cycle.where == "run.line: film");
}
