// SPDX-License-Identifier: Apache-2.0
// Runs of letters: words, CamelCase, acronyms.
#include "libsmos/media/speech/spoken_text_fold.hpp"
#include "libsmos/media/speech/spoken_text_lexicon.hpp"
#include "libsmos/media/speech/spoken_text_token.hpp"

#include <algorithm>

namespace smos::media {
namespace {

constexpr std::size_t longest_said_word = 40;
constexpr std::size_t longest_letter_run = 3;

bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }
bool is_small(char c) { return c >= 'a' && c <= 'z'; }

std::string lowered(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (is_capital(c))
            c = static_cast<char>(c + 32);
    return out;
}

bool has_vowel(std::string_view lower) {
    return lower.find_first_of("aeiouy") != std::string_view::npos ||
           lower.find("\u00E9") != std::string_view::npos;
}

/// Drawn-out words ("sooooo") keep three letters of a run, and nothing is longer than the voice
/// can take in one breath.
std::string bounded(std::string_view word) {
    std::string out;
    std::size_t run = 0;
    for (const char c : word) {
        run = !out.empty() && out.back() == c ? run + 1 : 1;
        if (run <= longest_letter_run && out.size() < longest_said_word)
            out.push_back(c);
    }
    if (!out.empty() && out.back() == '\xC3')
        out.pop_back();
    return out;
}

/// One word a letter; "ay", because a lone "a" is the article. An "s" behind makes it a plural.
void spell(Words& out, std::string_view capitals, bool plural) {
    for (const char c : capitals)
        out.push_back(c == 'A' ? "ay" : std::string(1, static_cast<char>(c + 32)));
    if (plural)
        out.back() += "'s";
}

bool is_spelled(std::string_view capitals, bool shouting) {
    const std::string lower = lowered(capitals);
    if (capitals.size() < 2 || capitals.size() > 6)
        return false;
    if (!has_vowel(lower))
        return true;
    if (shouting || capitals_are_a_word(lower))
        return false;
    return capitals.size() <= 3 || capitals_are_spelled(lower);
}

/// Length of the part of CamelCase that starts at `at`.
std::size_t part_length(std::string_view word, std::size_t at) {
    std::size_t end = at;
    while (end < word.size() && is_capital(word[end]))
        ++end;
    const bool capitals = end - at >= 2;
    if (capitals && end < word.size() && is_small(word[end])) {
        const bool plural = word[end] == 's' && !(end + 1 < word.size() && is_small(word[end + 1]));
        return plural ? end + 1 - at : end - 1 - at;
    }
    if (capitals)
        while (end < word.size() && !is_small(word[end]))
            ++end;
    else
        while (end < word.size() && !is_capital(word[end]))
            ++end;
    return end - at;
}

void say_part(TokenCursor& cursor, std::string_view part) {
    std::string_view capitals = part;
    bool plural = false;
    if (const auto quote = part.find('\''); quote != std::string_view::npos) {
        capitals = part.substr(0, quote);
        plural = lowered(part.substr(quote)) == "'s";
        if (!plural)
            capitals = {};
    } else if (part.size() > 2 && part.back() == 's' && is_capital(part[part.size() - 2])) {
        capitals = part.substr(0, part.size() - 1);
        plural = true;
    }
    const bool all_capitals =
        !capitals.empty() && std::all_of(capitals.begin(), capitals.end(), is_capital);
    if (all_capitals && is_spelled(capitals, cursor.around.shouting)) {
        spell(cursor.out, capitals, plural);
        return;
    }
    const bool whole_capitals = part.size() > 1 && std::none_of(part.begin(), part.end(), is_small);
    cursor.out.push_back(bounded(whole_capitals ? lowered(part) : std::string(part)));
}

bool has_capital_inside(std::string_view word) {
    if (word.size() > 3 && word.substr(word.size() - 2) == "'s")
        word.remove_suffix(2);
    return word.size() > 1 && std::any_of(word.begin() + 1, word.end(), is_capital) &&
           std::any_of(word.begin(), word.end(), is_small);
}

} // namespace

std::string letters_at(std::u32string_view text, std::size_t at) {
    std::string out;
    for (; at < text.size(); ++at) {
        const char32_t c = text[at];
        const bool inner_quote =
            c == U'\'' && !out.empty() && at + 1 < text.size() && is_readable_letter(text[at + 1]);
        if (!is_readable_letter(c) && !inner_quote)
            break;
        if (c == U'\u00E9' || c == U'\u00C9')
            out += "\u00E9";
        else
            out.push_back(static_cast<char>(c));
    }
    return out;
}

void read_word(TokenCursor& cursor, std::string_view letters) {
    if (letters == "A") {
        cursor.out.emplace_back(cursor.text.size() > 1 ? "ay" : "a");
        return;
    }
    if (!has_capital_inside(letters)) {
        say_part(cursor, letters);
        return;
    }
    for (std::size_t at = 0; at < letters.size();) {
        const std::size_t length = std::max<std::size_t>(part_length(letters, at), 1);
        std::string_view part = letters.substr(at, length);
        at += length;
        while (!part.empty() && part.front() == '\'')
            part.remove_prefix(1);
        if (!part.empty())
            say_part(cursor, part);
    }
}

} // namespace smos::media
