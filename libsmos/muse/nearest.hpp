// SPDX-License-Identifier: Apache-2.0
// "Did you mean": the known word that a mistyped one is closest to.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace smos::muse {

/// "did you mean x?" when one is near (at most a third of the letters differ), else the whole list.
std::string nearest_hint(std::string_view word, const std::vector<std::string>& known);

} // namespace smos::muse
