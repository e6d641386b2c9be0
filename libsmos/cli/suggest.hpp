// SPDX-License-Identifier: Apache-2.0
// "Did you mean …": the known word nearest to a mistyped one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace smos::cli {

/// The nearest candidate within a third of the word's length (at least one edit, transpositions
/// count as one), or a candidate that begins with the word; empty when none is near.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

} // namespace smos::cli
