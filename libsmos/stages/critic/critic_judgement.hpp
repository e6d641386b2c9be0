// SPDX-License-Identifier: Apache-2.0
// From findings to a verdict: the least confidence decides, and a failed hard check rejects.
#pragma once

#include "libsmos/records/critic.hpp"

#include <string>
#include <vector>

namespace smos::stages {

inline constexpr double approve_above = 0.9;
inline constexpr double review_from = 0.7;

/// The certainty of what was counted or compared exactly.
inline constexpr double exact_certainty = 0.99;
/// The certainty of a judgement that a person has to make.
inline constexpr double doubtful_certainty = 0.8;

/// One check and whether its failure rejects; a soft failure asks for a person.
struct Finding {
    records::Check check;
    bool hard = true;
};

/// The certainty of a measured verdict: doubtful at the limit itself, exact_certainty one `spread`
/// away from it. At a quarter of the spread it passes approve_above.
double measured_certainty(double value, double limit, double spread);

Finding skipped(std::string name, std::string group, std::string reason);

/// Fills verdict, confidence, checks and safety_report.
void conclude(records::Critic& section, const std::vector<Finding>& findings);

} // namespace smos::stages
