// SPDX-License-Identifier: Apache-2.0
// Links, domains, e-mail addresses and phone numbers in running text.
#pragma once

#include "libsmos/stages/critic/critic_text.hpp"

#include <string_view>
#include <vector>

namespace smos::stages {

/// In the order in which they stand. Counts, prices, dates and years are no phone numbers.
std::vector<TextProblem> address_problems(std::string_view line);

} // namespace smos::stages
