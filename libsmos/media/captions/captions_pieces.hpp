// SPDX-License-Identifier: Apache-2.0
// Words as a line of captions needs them: their direction, and words too long for one line.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace smos::media {

/// Pieces of at most 20 characters of nearly equal length, never between a letter and its accents.
/// Beyond 100 characters "…" says that there is more.
std::vector<std::string> split_long_word(std::string_view word);

/// At most 100 characters, the last one "…" where there are more.
std::string shortened_word(std::string_view word);

/// User-perceived characters (UAX #29).
std::vector<std::string> grapheme_clusters(std::string_view text);

/// Byte offsets at which a line may begin (UAX #14), in order, without 0 and the end.
std::vector<std::size_t> line_breaks(std::string_view text, const std::string& language);

/// Every character of a script that is written without spaces for itself, other text as it is.
std::vector<std::string> split_spaceless(std::string_view text);

/// Words of one group as a line of text: a space between them, but not between characters of
/// scripts that are written without (Han, Kana, Thai, ...).
std::string join_words(const std::vector<std::string>& words);
/// What stands between two words.
bool space_between(std::string_view before, std::string_view after);

/// Capital letters by the rules of a language.
std::string upper_case(const std::string& text, const std::string& language);

/// Columns of a terminal that the text takes: wide characters (UAX #11) count two.
std::size_t width_in_columns(std::string_view text);

/// 1 or -1 (right to left) by its first letter with a direction, else 0.
int direction_of(std::string_view word);

/// Arabic, Hebrew, Persian, Urdu, ...
bool is_written_right_to_left(const std::string& language);

/// By its first letter with a direction.
bool is_right_to_left(std::string_view word);

/// The order from left to right on the screen, by word: runs against the base direction keep their
/// own order (UAX #9, rule L2, on whole words).
std::vector<std::size_t> visual_order(const std::vector<bool>& right_to_left,
                                      bool base_right_to_left);

} // namespace smos::media
