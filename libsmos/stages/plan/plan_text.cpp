// SPDX-License-Identifier: Apache-2.0
// Words, syllables and numbers of plain English.
#include "libsmos/stages/plan/plan_text.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace smos::stages {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_high(char c) { return static_cast<unsigned char>(c) >= 0x80; }
bool is_word_byte(char c) { return is_letter(c) || is_digit(c) || is_high(c); }
bool is_vowel(char c) { return std::string_view("aeiouy").find(c) != std::string_view::npos; }

int number_syllables(std::int64_t value) {
    static constexpr std::array<int, 20> below_twenty = {2, 1, 1, 1, 1, 1, 1, 2, 1, 1,
                                                         1, 3, 1, 2, 2, 2, 2, 3, 2, 2};
    static constexpr std::array<int, 10> tens = {0, 0, 2, 2, 2, 2, 2, 3, 2, 2};
    if (value >= 1'000'000)
        return number_syllables(value / 1'000'000) + 2 +
               (value % 1'000'000 ? number_syllables(value % 1'000'000) : 0);
    if (value >= 1000)
        return number_syllables(value / 1000) + 2 +
               (value % 1000 ? number_syllables(value % 1000) : 0);
    if (value >= 100)
        return number_syllables(value / 100) + 2 +
               (value % 100 ? 1 + number_syllables(value % 100) : 0);
    if (value < 20)
        return below_twenty[static_cast<std::size_t>(value)];
    return tens[static_cast<std::size_t>(value / 10)] +
           (value % 10 ? below_twenty[static_cast<std::size_t>(value % 10)] : 0);
}

int letter_syllables(std::string_view word) {
    int groups = 0;
    bool in_group = false;
    for (const char c : word) {
        groups += is_vowel(c) && !in_group ? 1 : 0;
        in_group = is_vowel(c);
    }
    const std::size_t size = word.size();
    const bool silent_e = size > 2 && word.back() == 'e' && !is_vowel(word[size - 2]) &&
                          !(word[size - 2] == 'l' && !is_vowel(word[size - 3]));
    const bool silent_ed = size > 3 && word.substr(size - 2) == "ed" && word[size - 3] != 't' &&
                           word[size - 3] != 'd' && !is_vowel(word[size - 3]);
    if (groups > 1 && (silent_e || silent_ed))
        --groups;
    return groups > 0 ? groups : 1;
}

} // namespace

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    return out;
}

std::string capitalised(std::string text) {
    if (!text.empty() && text[0] >= 'a' && text[0] <= 'z' &&
        !(text.size() > 1 && text[1] >= 'A' && text[1] <= 'Z')) // iPhone, eBay
        text[0] = static_cast<char>(text[0] - 'a' + 'A');
    return text;
}

std::vector<std::string> split_words(std::string_view text) {
    std::vector<std::string> words;
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t end = std::min(text.find(' ', at), text.size());
        if (end > at)
            words.emplace_back(text.substr(at, end - at));
        at = end + 1;
    }
    return words;
}

std::string join_words(const std::vector<std::string>& words, std::size_t from, std::size_t to) {
    std::string out;
    for (std::size_t i = from; i < to && i < words.size(); ++i)
        out += (out.empty() ? "" : " ") + words[i];
    return out;
}

std::string bare(std::string_view word) {
    const auto begins = [](char c) { return is_word_byte(c) || c == '$'; };
    const auto ends = [](char c) { return is_word_byte(c) || c == '%' || c == '+'; };
    while (!word.empty() && !begins(word.front()))
        word.remove_prefix(1);
    while (!word.empty() && !ends(word.back()))
        word.remove_suffix(1);
    return std::string(word);
}

std::string stem_key(std::string_view word) {
    std::string key = lower(bare(word));
    if (key.size() > 2 && key.compare(key.size() - 2, 2, "'s") == 0)
        key.resize(key.size() - 2);
    return key;
}

bool contains_phrase(std::string_view text, std::string_view phrase) {
    const std::string hay = lower(text), needle = lower(phrase);
    if (needle.empty())
        return false;
    for (std::size_t at = hay.find(needle); at != std::string::npos;
         at = hay.find(needle, at + 1)) {
        const std::size_t end = at + needle.size();
        const bool left = at == 0 || !is_word_byte(hay[at - 1]) || !is_word_byte(needle.front());
        const bool right =
            end == hay.size() || !is_word_byte(hay[end]) || !is_word_byte(needle.back());
        if (left && right)
            return true;
    }
    return false;
}

int syllables(std::string_view word) {
    const std::string key = lower(word);
    int total = 0;
    std::size_t i = 0;
    while (i < key.size()) {
        std::size_t end = i;
        if (is_digit(key[i])) {
            std::int64_t value = 0;
            while (end < key.size() && (is_digit(key[end]) || key[end] == ',')) {
                if (is_digit(key[end]) && value < 100'000'000'000)
                    value = value * 10 + (key[end] - '0');
                ++end;
            }
            total += number_syllables(value % 1'000'000'000'000);
        } else if (is_letter(key[i])) {
            while (end < key.size() && (is_letter(key[end]) || key[end] == '\''))
                ++end;
            const std::string_view part(key.data() + i, end - i);
            const bool acronym = end - i > 1 && end - i < 6 && word[i] >= 'A' && word[i] <= 'Z' &&
                                 word[i + 1] >= 'A' && word[i + 1] <= 'Z';
            total += acronym ? static_cast<int>(end - i) : letter_syllables(part);
        } else {
            total += key[i] == '%' || key[i] == '$' ? 2 : 0;
            end = i + 1;
        }
        i = end;
    }
    return total;
}

std::int64_t spoken_ms(std::string_view line, std::int64_t rate_wpm) {
    int beats = 0;
    double pause_ms = 0;
    for (const std::string& word : split_words(line)) {
        beats += syllables(word);
        const char last = word.back();
        if (last == ',' || last == ';')
            pause_ms += 150;
        if (last == '.' || last == ':' || last == '?' || last == '!')
            pause_ms += 300;
    }
    if (!line.empty() && (line.back() == '.' || line.back() == '?' || line.back() == '!'))
        pause_ms -= 300;
    const double ms = (198.0 * beats + 200.0 + pause_ms) * 170.0 / static_cast<double>(rate_wpm);
    return static_cast<std::int64_t>(std::lround(ms));
}

std::string counted(std::int64_t value) {
    static constexpr std::array<const char*, 13> words = {"zero",
                                                          "one",
                                                          "two",
                                                          "three",
                                                          "four",
                                                          "five",
                                                          "six",
                                                          "seven",
                                                          "eight",
                                                          "nine",
                                                          "ten",
                                                          "eleven",
                                                          "twelve"};
    if (value >= 0 && value <= 12)
        return words[static_cast<std::size_t>(value)];
    std::string digits = std::to_string(value);
    for (std::size_t at = digits.size(); at > 3 + (value < 0 ? 1U : 0U);) {
        at -= 3;
        digits.insert(at, ",");
    }
    return digits;
}

std::string rounded(std::int64_t value) {
    std::int64_t step = 1;
    while (value / step >= 100)
        step *= 10;
    const std::int64_t down = value / step * step;
    if (down == value || value < 1000)
        return counted(value);
    return "more than " + counted(down);
}

} // namespace smos::stages
