// SPDX-License-Identifier: Apache-2.0
// English number words.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace smos::media {

using Words = std::vector<std::string>;

/// 0 <= value < 10^18: "twelve thousand four hundred fifteen".
void say_cardinal(Words& out, std::uint64_t value);
/// "twenty first".
void say_ordinal(Words& out, std::uint64_t value);
/// Four digits in pairs: 1905 "nineteen oh five", 2020 "twenty twenty", 2009 "two thousand nine".
void say_year(Words& out, std::uint64_t value);
/// "one two three"; more than 21 digits are "a very long number".
void say_digits(Words& out, std::string_view digits);
/// Whole number of any length: leading zeros or more than 15 digits are read digit by digit.
void say_integer(Words& out, std::string_view digits);

} // namespace smos::media
