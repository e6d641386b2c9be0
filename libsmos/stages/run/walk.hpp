// SPDX-License-Identifier: Apache-2.0
// How far one production has come through the graph of stages, and what may run next.
#pragma once

#include "libsmos/stages/run/sections.hpp"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace smos::stages {

/// Where a production goes from a point at which nothing runs.
struct NextStep {
    enum class Kind { stage, review, done };
    Kind kind = Kind::done;
    std::string stage{}; // to run now, or after the review
};

/// After `stage` alone made this line.
NextStep next_step(const StageGraph& graph, std::size_t stage, std::string_view record);

/// Begins with a line and the stage that it waits for: what that stage needs is taken as done.
/// Stages that do not need each other run on lines of their own, whatever the others do meanwhile;
/// where all that is left waits for all that was done, the lines are joined into one.
class ProductionWalk {
  public:
    /// Error no_such_stage.
    static Result<ProductionWalk>
    begin(const StageGraph& graph, std::string line, std::string_view stage);

    struct Ready {
        std::size_t stage = 0;
        std::string input;
    };
    /// In the order of the graph; those that run already stand among them. Error section_conflict.
    Result<std::vector<Ready>> ready() const;
    void arrive(std::size_t stage, StageMade made);

    /// When nothing stands beside what arrived: the joined line and the next step, from which the
    /// walk goes on. Else nothing, or section_conflict.
    struct Joined {
        std::string line;
        NextStep next;
    };
    Result<std::optional<Joined>> join();

    const std::string& line() const { return line_; }
    /// The stage at which line() stands; for ProductionWalk::begin().
    const std::string& since() const { return since_; }

  private:
    ProductionWalk(const StageGraph& graph, std::string line)
        : graph_(&graph),
          line_(std::move(line)) {}
    bool is_done(std::size_t stage) const { return passed_.count(stage) + made_.count(stage) > 0; }

    const StageGraph* graph_;
    std::string line_;
    std::string since_;
    std::set<std::size_t> passed_; // their sections stand in line_
    MadeByStage made_;
};

} // namespace smos::stages
