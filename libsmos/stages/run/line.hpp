// SPDX-License-Identifier: Apache-2.0
// The line of stages that a production goes along, and what an answer of a stage means for it.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/stages/run/child.hpp"
#include "libsmos/store/queue/production.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace smos::stages {

struct StageProgram {
    std::string name; // plan, reserve, render, critic, publish, settle
    std::vector<std::string> arguments;
};

using StageLine = std::vector<StageProgram>;

/// What a stage's end means.
struct StageAnswer {
    enum class Kind {
        line,    // goes on with `record`
        failure, // counts as an attempt
        crash,   // counts as a crash
    };
    Kind kind = Kind::line;
    std::string record{};              // empty: it went on in its children
    std::vector<std::string> others{}; // lines of its children: their parent_id is its task_id
    Error error{};
};

/// Reads what `stage` answered to `input`. A line whose status is failed for a reason that passes
/// is a failure: the stage is to be run again on the same input.
StageAnswer read_answer(const StageProgram& stage, std::string_view input, const ChildEnd& end);

/// Where a production goes after `stage` (empty: the beginning) made a record with this status.
struct NextStep {
    enum class Kind { stage, review, done };
    Kind kind = Kind::done;
    std::string stage{}; // to run now, or after the review
};
NextStep next_step(const StageLine& line, std::string_view stage, std::string_view record);

/// The place of a stage in the line; empty is the first. Nothing for a stage that is not in it.
const StageProgram* stage_of(const StageLine& line, std::string_view name);

} // namespace smos::stages
