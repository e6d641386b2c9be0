// SPDX-License-Identifier: Apache-2.0
// How many candidates a trend is worth.
#include "libsmos/stages/cfo/best_of.hpp"

#include "libsmos/core/money.hpp"

namespace smos::stages {

Result<records::Estimate> estimate_of(const records::Estimate& one, std::int64_t candidates) {
    records::Estimate all = one;
    SMOS_TRY(all.total_micros, multiply(one.total_micros, candidates));
    for (records::EstimateLine& line : all.lines) {
        SMOS_TRY(line.quantity, multiply(line.quantity, candidates));
        SMOS_TRY(line.micros, multiply(line.micros, candidates));
    }
    return all;
}

} // namespace smos::stages
