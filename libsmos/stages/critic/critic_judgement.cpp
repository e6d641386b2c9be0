// SPDX-License-Identifier: Apache-2.0
// From findings to a verdict: the least confidence decides, and a failed hard check rejects.
#include "libsmos/stages/critic/critic_judgement.hpp"

#include <algorithm>
#include <cmath>

namespace smos::stages {
namespace {

double rounded(double value) { return std::round(value * 10'000) / 10'000; }

records::SafetyReport safety_of(const records::Critic& section) {
    records::SafetyReport report;
    report.passed = true;
    report.score = 1.0;
    for (const records::Check& check : section.checks) {
        if (check.group != "safety" || check.skipped)
            continue;
        report.checks.push_back({check.name, check.passed, check.confidence});
        report.score = std::min(report.score, check.passed ? check.confidence : 0.0);
        report.passed = report.passed && check.passed;
        if (!check.passed)
            report.issues.push_back(check.name);
    }
    if (report.checks.empty()) {
        report.passed = false; // nobody looked
        report.score = 0.0;
    }
    report.requires_human_review = section.verdict == "review";
    report.aggregate_confidence = section.confidence;
    return report;
}

} // namespace

double measured_certainty(double value, double limit, double spread) {
    const double distance = std::abs(value - limit) / spread;
    return rounded(exact_certainty - 0.24 * std::exp(-4.0 * distance));
}

Finding skipped(std::string name, std::string group, std::string reason) {
    Finding finding;
    finding.check.name = std::move(name);
    finding.check.group = std::move(group);
    finding.check.skipped = std::move(reason);
    return finding;
}

void conclude(records::Critic& section, const std::vector<Finding>& findings) {
    bool rejected = false, doubted = false, looked = false;
    double least = 1.0;
    section.checks.clear();
    for (const Finding& finding : findings) {
        section.checks.push_back(finding.check);
        if (finding.check.skipped)
            continue;
        looked = true;
        least = std::min(least, finding.check.confidence);
        rejected = rejected || (!finding.check.passed && finding.hard);
        doubted = doubted || (!finding.check.passed && !finding.hard);
    }
    section.confidence = looked ? rounded(least) : 0.0;
    if (rejected || section.confidence < review_from)
        section.verdict = "reject";
    else if (doubted || section.confidence <= approve_above)
        section.verdict = "review";
    else
        section.verdict = "approve";
    section.safety_report = safety_of(section);
}

} // namespace smos::stages
