// SPDX-License-Identifier: Apache-2.0
// What the end of a stage's child means for its production.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/stages/run/child.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace smos::stages {

struct StageProgram {
    std::string name;
    std::vector<std::string> arguments;
};

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

} // namespace smos::stages
