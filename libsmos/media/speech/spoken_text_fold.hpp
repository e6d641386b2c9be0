// SPDX-License-Identifier: Apache-2.0
// Any Unicode token reduced to what the readers of tokens know: ASCII, "é", known signs, and
// letters of scripts that cannot be read.
#pragma once

#include <string>
#include <string_view>

namespace smos::media {

/// Compatibility forms (bold, full-width, circled) become plain, accents go (but é), Cyrillic and
/// Greek are written in Latin letters, digits of all scripts become ASCII, typographic quotes and
/// dashes plain; marks, joiners, controls and trade mark signs disappear. An em dash stays U+2014.
std::u32string fold_for_speech(std::string_view token);

inline bool is_ascii_digit(char32_t c) { return c >= U'0' && c <= U'9'; }
inline bool is_upper_letter(char32_t c) { return (c >= U'A' && c <= U'Z') || c == U'\u00C9'; }
inline bool is_lower_letter(char32_t c) { return (c >= U'a' && c <= U'z') || c == U'\u00E9'; }
/// A letter that the voice can read.
inline bool is_readable_letter(char32_t c) { return is_upper_letter(c) || is_lower_letter(c); }
/// A letter of a script that it cannot read.
bool is_foreign_letter(char32_t c);
/// Of any script.
bool is_letter_or_digit(char32_t c);

/// "arabic", "chinese", "hebrew": what the script of a letter is called, in lower-case words.
std::string script_called(char32_t letter);
/// The Unicode name of a sign in at most four lower-case words; empty when it has none.
std::string sign_called(char32_t sign);

} // namespace smos::media
