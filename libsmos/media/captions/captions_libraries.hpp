// SPDX-License-Identifier: Apache-2.0
// The libraries that words are drawn with.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace smos::media {

/// Name and version: what the same words may look different with.
const std::vector<std::pair<std::string, std::string>>& caption_libraries();

} // namespace smos::media
