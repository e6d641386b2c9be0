// SPDX-License-Identifier: Apache-2.0
// What a video is expected to earn, and whether that is worth what it costs (records.md, plan).
#pragma once

#include "libsmos/core/money.hpp"
#include "libsmos/records/plan.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace smos::stages {

/// Earnings of a thousand views by niche: luxury-fashion 45, tech-hardware 32, ai-lifestyle 25,
/// digital-art 18.50, any other 10 US dollars.
Micros cpm_of(std::string_view niche);

struct RoiRules {
    double min_roi = 1.2;
    bool peaking_passes = true;
    double peak_multiplier = 5;
};

struct RoiInput {
    std::optional<std::int64_t> typical_views; ///< of the muse's first channel
    std::optional<double> peak_probability;    ///< unknown counts as 0
    bool peaking = false;
    std::string_view niche;
    Micros total_micros = 0; ///< estimated cost
};

struct RoiDecision {
    bool produce = false;
    std::optional<double> roi;            ///< nothing when the total is 0
    std::optional<Micros> expected_value; ///< nothing without typical views
    std::vector<records::Reason> reasons;
};

/// Expected views = typical views x (p x peak multiplier + 1 - p); expected value = views x CPM /
/// 1000; ROI = expected value / total. Produce when ROI > min_roi, when it is free and the expected
/// value is above 0, or when the trend is peaking.
RoiDecision decide_roi(const RoiInput& input, const RoiRules& rules);

} // namespace smos::stages
