// SPDX-License-Identifier: Apache-2.0
// The word lists of the reader: abbreviations, acronyms, units, signs.
#pragma once

#include "libsmos/media/speech/spoken_text_number.hpp"

#include <string>
#include <string_view>

namespace smos::media {

/// What a whole token stands for ("e.g." "for example"), spaces between words; empty if nothing.
/// `token` is lower case; full stops inside and at the end belong to it.
std::string_view expansion_of(std::string_view token);

/// True for capitals that are said as a word: "NASA", "THE".
bool capitals_are_a_word(std::string_view lower);
/// True for capitals that are always spelled although they could be read: "AI", "CEO", "US".
bool capitals_are_spelled(std::string_view lower);

/// "gb" "gigabytes"; empty if none. Case matters where the unit needs it.
std::string_view unit_called(std::string_view suffix);
/// "k" "thousand", "m" "million", "bn" "billion"; empty if none.
std::string_view magnitude_called(std::string_view lower_suffix);
/// True for "thousand", "million", "billion", "trillion" and their short forms.
bool is_magnitude_word(std::string_view lower);

/// One and many of a currency and of its hundredth.
struct Currency {
    char32_t sign;
    const char* one;
    const char* many;
    const char* cent;
    const char* cents;
};
/// nullptr if `sign` is no currency.
const Currency* currency_of(char32_t sign);

/// "+" "plus", "&" "and"; empty if the sign is not said.
std::string_view sign_said(char32_t sign);

} // namespace smos::media
