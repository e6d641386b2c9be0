// SPDX-License-Identifier: Apache-2.0
// Whether a story fits who the muse is, and what she never touches.
#pragma once

#include "libsmos/muse/muse.hpp"
#include "libsmos/records/plan.hpp"

#include <string>
#include <vector>

namespace smos::stages {

/// hate, self_harm, violence, tragedy, sexual, medical_claim, financial_advice.
const std::vector<std::string>& veto_categories();

struct MoralFit {
    records::Moral moral;
    std::vector<records::Reason> reasons; ///< one for the score, one for every veto
};

/// Deterministic and lexical. For each dimension d the text has h words of its high pole and l of
/// its low pole; with n = h + l > 0 its position is p = (h + 1) / (n + 2), its weight
/// w = n / (n + 1), and its fit a = 1 - |p - m_d| for the muse's value m_d; without such words
/// a = 0.7 and w = 0. score = (0.7 + sum w a) / (1 + sum w). Taboo topics, words the muse does not
/// say, and the phrases of each named category veto whatever the score.
MoralFit moral_fit(const muse::Muse& muse,
                   const std::string& text,
                   double threshold,
                   const std::vector<std::string>& categories);

} // namespace smos::stages
