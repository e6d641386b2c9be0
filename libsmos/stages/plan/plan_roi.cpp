// SPDX-License-Identifier: Apache-2.0
// The one place where the return of a production is computed.
#include "libsmos/stages/plan/plan_roi.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace smos::stages {
namespace {

struct CpmRow {
    std::string_view niche;
    Micros micros;
};

constexpr std::array<CpmRow, 4> cpm_table = {{
    {"luxury-fashion", 45'000'000},
    {"tech-hardware", 32'000'000},
    {"ai-lifestyle", 25'000'000},
    {"digital-art", 18'500'000},
}};
constexpr Micros other_cpm = 10'000'000;

Micros expected_value_of(const RoiInput& input, double peak_multiplier) {
    const double p = std::clamp(input.peak_probability.value_or(0), 0.0, 1.0);
    const double views = static_cast<double>(*input.typical_views) * (p * peak_multiplier + 1 - p);
    const double micros = views * static_cast<double>(cpm_of(input.niche)) / 1000.0;
    return static_cast<Micros>(std::llround(std::min(micros, static_cast<double>(max_micros))));
}

void judge_return(const RoiInput& input, const RoiRules& rules, RoiDecision& out) {
    if (!out.expected_value) {
        out.reasons.push_back(
            {"expected_value",
             "The muse has no channel with typical_views, so no value is expected.",
             std::nullopt,
             0.0});
        return;
    }
    const auto value = static_cast<double>(*out.expected_value);
    if (input.total_micros == 0) {
        out.produce = *out.expected_value > 0;
        out.reasons.push_back({"expected_value",
                               out.produce ? "Free to make and expected to earn."
                                           : "Free to make, but nothing is expected from it.",
                               value,
                               0.0});
        return;
    }
    out.roi = std::round(value / static_cast<double>(input.total_micros) * 10000) / 10000;
    out.produce = *out.roi > rules.min_roi;
    out.reasons.push_back(
        {"roi",
         out.produce ? "The return is above the limit." : "The return is not above the limit.",
         out.roi,
         rules.min_roi});
}

} // namespace

Micros cpm_of(std::string_view niche) {
    for (const CpmRow& row : cpm_table)
        if (row.niche == niche)
            return row.micros;
    return other_cpm;
}

RoiDecision decide_roi(const RoiInput& input, const RoiRules& rules) {
    RoiDecision out;
    if (input.typical_views)
        out.expected_value = expected_value_of(input, rules.peak_multiplier);
    judge_return(input, rules, out);
    if (input.peaking) {
        out.reasons.push_back({"peaking",
                               rules.peaking_passes
                                   ? "The trend is peaking, which passes by itself."
                                   : "The trend is peaking, which does not count here.",
                               input.peak_probability,
                               std::nullopt});
        out.produce = out.produce || rules.peaking_passes;
    }
    return out;
}

} // namespace smos::stages
