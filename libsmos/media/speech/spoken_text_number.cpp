// SPDX-License-Identifier: Apache-2.0
// English number words.
#include "libsmos/media/speech/spoken_text_number.hpp"

#include <array>
#include <utility>

namespace smos::media {
namespace {

constexpr std::array<const char*, 20> small_words = {
    "zero",     "one",     "two",     "three",     "four",     "five",    "six",
    "seven",    "eight",   "nine",    "ten",       "eleven",   "twelve",  "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"};
constexpr std::array<const char*, 10> ten_words = {
    "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"};

void say_below_hundred(Words& out, std::uint64_t value) {
    if (value < 20) {
        out.emplace_back(small_words[value]);
        return;
    }
    out.emplace_back(ten_words[value / 10]);
    if (value % 10 != 0)
        out.emplace_back(small_words[value % 10]);
}

void say_below_thousand(Words& out, std::uint64_t value) {
    if (value >= 100) {
        out.emplace_back(small_words[value / 100]);
        out.emplace_back("hundred");
        value %= 100;
        if (value == 0)
            return;
    }
    say_below_hundred(out, value);
}

std::string ordinal_of(const std::string& word) {
    static constexpr std::array<std::pair<const char*, const char*>, 7> irregular = {
        {{"one", "first"},
         {"two", "second"},
         {"three", "third"},
         {"five", "fifth"},
         {"eight", "eighth"},
         {"nine", "ninth"},
         {"twelve", "twelfth"}}};
    for (const auto& [cardinal, ordinal] : irregular)
        if (word == cardinal)
            return ordinal;
    if (word.back() == 'y')
        return word.substr(0, word.size() - 1) + "ieth";
    return word + "th";
}

} // namespace

void say_cardinal(Words& out, std::uint64_t value) {
    static constexpr std::array<std::pair<std::uint64_t, const char*>, 5> scales = {
        {{1'000'000'000'000'000, "quadrillion"},
         {1'000'000'000'000, "trillion"},
         {1'000'000'000, "billion"},
         {1'000'000, "million"},
         {1'000, "thousand"}}};
    const bool zero = value == 0;
    for (const auto& [scale, name] : scales) {
        if (value < scale)
            continue;
        say_below_thousand(out, value / scale);
        out.emplace_back(name);
        value %= scale;
    }
    if (value != 0 || zero)
        say_below_thousand(out, value);
}

void say_ordinal(Words& out, std::uint64_t value) {
    say_cardinal(out, value);
    out.back() = ordinal_of(out.back());
}

void say_year(Words& out, std::uint64_t value) {
    const std::uint64_t century = value / 100;
    const std::uint64_t rest = value % 100;
    if (century % 10 == 0 && rest < 10) {
        say_cardinal(out, value);
        return;
    }
    say_below_hundred(out, century);
    if (rest == 0) {
        out.emplace_back("hundred");
        return;
    }
    if (rest < 10)
        out.emplace_back("oh");
    say_below_hundred(out, rest);
}

void say_digits(Words& out, std::string_view digits) {
    if (digits.size() > 21) {
        for (const char* word : {"a", "very", "long", "number"})
            out.emplace_back(word);
        return;
    }
    for (const char digit : digits)
        out.emplace_back(small_words[static_cast<std::size_t>(digit - '0')]);
}

void say_integer(Words& out, std::string_view digits) {
    if (digits.size() > 15 || (digits.size() > 1 && digits.front() == '0')) {
        say_digits(out, digits);
        return;
    }
    std::uint64_t value = 0;
    for (const char digit : digits)
        value = value * 10 + static_cast<std::uint64_t>(digit - '0');
    say_cardinal(out, value);
}

} // namespace smos::media
