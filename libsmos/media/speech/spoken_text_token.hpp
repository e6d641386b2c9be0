// SPDX-License-Identifier: Apache-2.0
// Reading one folded token: addresses, handles, quantities, words and signs.
#pragma once

#include "libsmos/media/speech/spoken_text_number.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace smos::media {

/// What the neighbours of a token decide about it.
struct TokenSurroundings {
    bool shouting = false;          // the whole text is in capitals: they mean nothing then
    bool magnitude_follows = false; // the next word is "million" or the like
    std::string pending_unit{};     // said behind the magnitude: "dollars" of "$1.2 million"
};

/// A place in a token that is being read. `out` collects the words.
struct TokenCursor {
    std::u32string_view text;
    TokenSurroundings& around;
    Words& out;
    std::size_t at = 0;

    bool done() const { return at >= text.size(); }
    char32_t peek(std::size_t ahead = 0) const {
        return at + ahead < text.size() ? text[at + ahead] : U'\0';
    }
    /// The letter before the place, or NUL.
    char32_t before() const { return at > 0 ? text[at - 1] : U'\0'; }
};

/// The readable letters of `text` from `at` on, with inner apostrophes, as UTF-8.
std::string letters_at(std::u32string_view text, std::size_t at);

/// Reads "+$1.2B", "3:30", "24/7", "5-10%", "10x", "2nd", "1990s" when a quantity starts at the
/// cursor, moves past it and returns true.
bool read_quantity(TokenCursor& cursor);

/// Appends what a run of letters is said as: words, parts of CamelCase, or letters.
void read_word(TokenCursor& cursor, std::string_view letters);

/// Appends everything that a token says. Foreign letters and signs without a word say nothing.
void read_token(std::u32string_view folded, TokenSurroundings& around, Words& out);

} // namespace smos::media
