// SPDX-License-Identifier: Apache-2.0
// How many candidates a trend is worth.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/records/plan.hpp"

#include <cstdint>
#include <optional>

namespace smos::stages {

/// The allocation of the SMOS seed by viral velocity: above 90 ten, above 80 five, above 60 two,
/// else one; one where it is not known.
constexpr std::int64_t best_of(std::optional<double> vvs) {
    if (!vvs)
        return 1;
    return *vvs > 90 ? 10 : *vvs > 80 ? 5 : *vvs > 60 ? 2 : 1;
}

/// What that many candidates cost: every line and the total. Error: overflow.
Result<records::Estimate> estimate_of(const records::Estimate& one, std::int64_t candidates);

} // namespace smos::stages
