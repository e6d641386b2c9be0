// SPDX-License-Identifier: Apache-2.0
// Words as a line of captions needs them: their direction, and words too long for one line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace smos::media {

/// Pieces of at most 20 characters of nearly equal length, never between a letter and its accents.
/// Beyond 100 characters "…" says that there is more.
std::vector<std::string> split_long_word(std::string_view word);

/// By its first letter with a direction.
bool is_right_to_left(std::string_view word);

/// The order from left to right on the screen, by word: runs against the base direction keep their
/// own order (UAX #9, rule L2, on whole words).
std::vector<std::size_t> visual_order(const std::vector<bool>& right_to_left,
                                      bool base_right_to_left);

} // namespace smos::media
