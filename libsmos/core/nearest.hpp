// SPDX-License-Identifier: Apache-2.0
// "Did you mean …": the known word nearest to a mistyped one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace smos {

/// The nearest candidate within a third of the word's length (at least one edit, transpositions
/// count as one), or a candidate that begins with the word; empty when none is near.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

/// "did you mean x?" when one is near, else "known here: a, b, c".
std::string nearest_hint(std::string_view word, const std::vector<std::string>& candidates);

} // namespace smos
