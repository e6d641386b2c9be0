// SPDX-License-Identifier: Apache-2.0
// The shapes a script can take, and the copy that fills them.
#pragma once

#include "libsmos/stages/plan/plan_angle.hpp"

#include <string>
#include <vector>

namespace smos::stages {

/// Slots in copy: {s} subject, {h} headline, {q} quantity, {u} upvotes, {c} comments, {t} age,
/// {r} rate, {x} ratio, {p} approval, {w} place. A line is only used when its slots are known.
///
/// `beats` orders a script: H hook, L headline, P proof, Q quantity, V pivot, A angle, T take,
/// C close. Upper case must be there, lower case when there is time for it.
struct Structure {
    std::string name;
    std::string beats;
    std::vector<std::string> labels; ///< in front of the lines between hook and close
    std::vector<Copy> hooks;
    std::vector<Copy> leads;  ///< instead of the usual ones; may be empty
    std::vector<Copy> closes; ///< beside the usual ones; may be empty
};

const std::vector<Structure>& structures();

/// What every structure may use.
struct CopyBook {
    std::vector<Copy> statement_leads;
    std::vector<Copy> question_leads;
    std::vector<Copy> personal_leads; ///< the poster speaks in the first person
    std::vector<Copy> subject_leads;  ///< when the headline is too long to be read out
    std::vector<Copy> proofs;
    std::vector<Copy> early_proofs; ///< while the counts are small
    std::vector<Copy> quantities;
    std::vector<Copy> pivots;
    std::vector<Copy> takes;
    std::vector<Copy> closes;
    std::vector<Copy> captions; ///< beside the slots, {k} is one of the tails
    std::vector<Copy> tails;
};

const CopyBook& copy_book();

} // namespace smos::stages
