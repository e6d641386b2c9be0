// SPDX-License-Identifier: Apache-2.0
// What fonts and safe areas say about the words of a timeline, before anything is made.
#pragma once

#include "libsmos/records/timeline/timeline_check.hpp"

#include <vector>

namespace smos::stages {

/// Styles, fonts and presets that are not there, characters that no font has, text that fits no
/// box are errors; a text outside the safe area is a warning. The timeline passed check_timeline,
/// in either form.
std::vector<records::TimelineProblem> render_lints(const records::Timeline& timeline);

} // namespace smos::stages
