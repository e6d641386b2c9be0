// SPDX-License-Identifier: Apache-2.0
// Hostile titles made speakable: what a voice cannot say or a caption should not show goes.
#include "libsmos/core/utf8.hpp"
#include "libsmos/stages/plan/plan_lexicon.hpp"
#include "libsmos/stages/plan/plan_text.hpp"

#include <algorithm>
#include <array>

namespace smos::stages {
namespace {

struct CharacterRange {
    char32_t first, last;
};

/// Letters that the fonts of our captions have, whole ranges only: what cannot be drawn fails a
/// render. A test holds the table against the fonts.
constexpr std::array<CharacterRange, 16> drawable_letters{{{0xC0, 0xD6},
                                                           {0xD8, 0xF6},
                                                           {0xF8, 0x2FF},
                                                           {0x300, 0x36F},
                                                           {0x388, 0x38A},
                                                           {0x38E, 0x3A1},
                                                           {0x3A3, 0x525},
                                                           {0x5D0, 0x5EA},
                                                           {0x621, 0x63A},
                                                           {0x640, 0x652},
                                                           {0x1E00, 0x1EFF},
                                                           {0x3041, 0x3094},
                                                           {0x30A1, 0x30F6},
                                                           {0x30FC, 0x30FE},
                                                           {0x4E00, 0x9FA5},
                                                           {0xAC00, 0xD7A3}}};

bool is_drawable_letter(char32_t c) {
    return std::any_of(drawable_letters.begin(), drawable_letters.end(), [&](const auto& range) {
        return c >= range.first && c <= range.last;
    });
}

/// Typographic forms as ASCII; emoji, symbols, pictographs and rare letters become spaces.
std::string plain_letters(std::string_view raw) {
    std::string out;
    std::size_t at = 0;
    while (at < raw.size()) {
        const char32_t c = next_code_point(raw, at);
        if (c == 0x2018 || c == 0x2019 || c == 0x02BC)
            out += '\'';
        else if (c == 0x2013 || c == 0x2014 || c == 0x2015)
            out += " - ";
        else if (c == 0x2026)
            out += "... ";
        else if (c == 0x201C || c == 0x201D || c == 0x00AB || c == 0x00BB)
            out += ' ';
        else if (c == 0x20AC)
            out += " euro ";
        else if (c == 0x00A3)
            out += " pound ";
        else if (c == 0x2010 || c == 0x2011)
            out += '-';
        else if (c < 0x80)
            out += static_cast<char>(c);
        else if (is_drawable_letter(c))
            append_code_point(out, c);
        else
            out += ' ';
    }
    return out;
}

/// Everything from `open` to `close` becomes a space; an opening without an end stays.
std::string without_spans(std::string text, char open, char close) {
    for (std::size_t at = text.find(open); at != std::string::npos; at = text.find(open, at)) {
        const std::size_t end = text.find(close, at);
        if (end == std::string::npos)
            break;
        text.replace(at, end - at + 1, " ");
    }
    return text;
}

std::string without_scripts(std::string text) {
    for (;;) {
        const std::string low = lower(text);
        const std::size_t at = low.find("<script");
        if (at == std::string::npos)
            return text;
        const std::size_t end = low.find("</script>", at);
        text.replace(at, end == std::string::npos ? text.size() - at : end + 9 - at, " ");
    }
}

bool is_link(const std::string& word) {
    const std::string low = lower(word);
    return low.find("://") != std::string::npos || low.compare(0, 4, "www.") == 0 ||
           low.find("javascript:") != std::string::npos;
}

/// Paths, code and mark-up: nothing that a person would say.
bool is_code(const std::string& word) {
    if (word.find_first_of("\\{}<>|=^~`_") != std::string::npos)
        return true;
    if (word.find("$(") != std::string::npos)
        return true;
    return word.find("..") != std::string::npos && word.find('/') != std::string::npos;
}

std::string spoken_word(std::string word) {
    static constexpr std::array<std::array<const char*, 2>, 8> said = {{{"&", "and"},
                                                                        {"w/", "with"},
                                                                        {"w/o", "without"},
                                                                        {"vs", "versus"},
                                                                        {"vs.", "versus"},
                                                                        {"+", "plus"},
                                                                        {"@", "at"},
                                                                        {"b/c", "because"}}};
    for (const auto& pair : said)
        if (lower(word) == pair[0])
            return pair[1];
    std::string out;
    for (std::size_t i = 0; i < word.size(); ++i) {
        const char c = word[i];
        if (c == '"' || c == '(' || c == ')' || c == '*' || c == '#' || c == '[' || c == ']')
            continue;
        if (c == '$' && !(i + 1 < word.size() && word[i + 1] >= '0' && word[i + 1] <= '9'))
            continue;
        if (c == '/' || c == '@')
            out += ' ';
        else if (c == ';')
            out += ',';
        else if (c == '&')
            out += " and ";
        else
            out += c;
    }
    return out;
}

bool shouted(const std::string& word) {
    int upper = 0;
    for (const char c : word) {
        if (c >= 'a' && c <= 'z')
            return false;
        upper += c >= 'A' && c <= 'Z' ? 1 : 0;
    }
    return upper > 1;
}

/// A title in capitals becomes lower case; a lone shouted word too, when it is no acronym.
void stop_shouting(std::vector<std::string>& words) {
    std::size_t loud = 0;
    for (const std::string& word : words)
        loud += shouted(word) ? 1 : 0;
    const bool all = words.size() > 2 && loud > 1 && loud * 3 >= words.size();
    for (std::string& word : words) {
        const bool digits = word.find_first_of("0123456789") != std::string::npos;
        if (all && word == "A")
            word = "a";
        if (shouted(word) && !digits &&
            (all ? bare(word).size() > 3 || is_function_word(lower(bare(word)))
                 : bare(word).size() > 6))
            word = lower(word);
    }
}

/// Words that only mean something on the forum they came from.
std::string without_prefix(std::string text) {
    static constexpr std::array<const char*, 27> prefixes = {
        "til that ",   "til: ",   "til ",       "ask hn: ",        "show hn: ", "tell hn: ",
        "launch hn: ", "eli5: ",  "eli5 ",      "psa: ",           "lpt: ",     "lpt ",
        "cmv: ",       "aita ",   "breaking: ", "breaking news: ", "breaking ", "update: ",
        "watch: ",     "video: ", "serious: ",  "ama: ",           "ysk: ",     "ysk that ",
        "ysk ",        "meirl ",  "pov: "};
    for (bool again = true; again;) {
        again = false;
        for (const char* prefix : prefixes) {
            const std::string_view view(prefix);
            if (lower(std::string_view(text).substr(0, view.size())) != view)
                continue;
            text.erase(0, view.size());
            again = true;
        }
    }
    return text;
}

/// " - " between clauses becomes a comma; runs of marks become one; the end has none.
std::string tidy(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) {
        if (bare(word).empty()) {
            if (word.find('-') != std::string::npos && !out.empty() && out.back() != ',')
                out += ',';
            continue;
        }
        std::string kept = word;
        while (kept.size() > 1 &&
               std::string_view(".,!?:-").find(kept.back()) != std::string_view::npos &&
               std::string_view(".,!?:-").find(kept[kept.size() - 2]) != std::string_view::npos)
            kept.pop_back();
        while (!kept.empty() &&
               std::string_view("'.,!?:-").find(kept.front()) != std::string_view::npos)
            kept.erase(0, 1);
        if (kept.back() == '!')
            kept.back() = '.';
        out += (out.empty() ? "" : " ") + kept;
    }
    const bool question = !out.empty() && out.back() == '?';
    while (!out.empty() && std::string_view(".,!?:-' ").find(out.back()) != std::string_view::npos)
        out.pop_back();
    return question ? out + "?" : out;
}

bool mostly_latin(const std::string& text) {
    std::size_t latin = 0, other = 0;
    for (const char32_t c : code_points(text)) {
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= 0xC0 && c < 0x250))
            ++latin;
        else if (c >= 0x250)
            ++other;
    }
    return latin > other * 4 && latin > 1;
}

} // namespace

std::string speakable(std::string_view raw) {
    std::string text = one_line(plain_letters(raw));
    text = without_spans(without_scripts(std::move(text)), '<', '>');
    text = one_line(without_spans(std::move(text), '[', ']'));
    text = without_prefix(std::move(text));
    std::vector<std::string> words;
    for (const std::string& word : split_words(text)) {
        if (is_link(word) || is_code(word))
            continue;
        for (std::string& part : split_words(spoken_word(word)))
            words.push_back(std::move(part));
    }
    stop_shouting(words);
    const std::string out = tidy(words);
    return mostly_latin(out) ? capitalised(first_code_points(out, 240)) : std::string();
}

} // namespace smos::stages
