// SPDX-License-Identifier: Apache-2.0
// Text of strangers made speakable, and small English mechanics: words, case, syllables, numbers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace smos::stages {

/// ASCII lower case; other letters stay.
std::string lower(std::string_view text);
/// First letter in upper case.
std::string capitalised(std::string text);

/// Words split at spaces, with the punctuation that belongs to them.
std::vector<std::string> split_words(std::string_view text);
std::string join_words(const std::vector<std::string>& words, std::size_t from, std::size_t to);
/// Without punctuation at either end; a leading $ and a trailing % stay.
std::string bare(std::string_view word);
/// Lower case, without punctuation, without a possessive 's.
std::string stem_key(std::string_view word);

/// A title as one line that a voice can read and a caption can show: no URLs, markup, emoji,
/// bracketed tags, forum prefixes, code or shouting; quotes removed, dashes as commas.
/// Empty when nothing speakable in Latin letters remains.
std::string speakable(std::string_view raw);

/// Whether `phrase` occurs in `text` as whole words, in any case.
bool contains_phrase(std::string_view text, std::string_view phrase);

/// Syllables of a spoken word or number, by vowel groups; "1,999" counts as read aloud.
int syllables(std::string_view word);

/// How long the line takes to speak, for an engine at `rate_wpm`. Fitted to espeak-ng: 198 ms a
/// syllable and 200 ms a line at 170 words a minute, with pauses at commas and full stops.
std::int64_t spoken_ms(std::string_view line, std::int64_t rate_wpm);

/// "three" up to twelve, else digits with commas: "1,204".
std::string counted(std::int64_t value);
/// Two significant digits, rounded down: "more than 12,000"; "12,000" when that is exact.
std::string rounded(std::int64_t value);

} // namespace smos::stages
