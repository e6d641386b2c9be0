// SPDX-License-Identifier: Apache-2.0
// Splitting into display words, reading each, and joining what is said into one utterance.
#include "libsmos/media/speech/spoken_text.hpp"

#include "libsmos/core/utf8.hpp"
#include "libsmos/media/speech/spoken_text_fold.hpp"
#include "libsmos/media/speech/spoken_text_lexicon.hpp"
#include "libsmos/media/speech/spoken_text_token.hpp"

#include <algorithm>
#include <utility>

namespace smos::media {
namespace {

bool separates_words(char32_t c) {
    return c <= 0x20 || c == 0x7F || (c >= 0x80 && c <= 0xA0) || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
           c == 0x205F || c == 0x3000;
}

/// Marks that turn the direction of text: they have no place in a caption word.
bool turns_direction(char32_t c) {
    return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

std::vector<std::string> split_display(std::string_view text) {
    std::vector<std::string> words;
    std::string word;
    for (std::size_t offset = 0; offset < text.size();) {
        const char32_t c = next_code_point(text, offset);
        if (!separates_words(c)) {
            if (c != U'\uFFFD' && !turns_direction(c))
                append_code_point(word, c);
            continue;
        }
        if (!word.empty())
            words.push_back(std::move(word));
        word.clear();
    }
    if (!word.empty())
        words.push_back(std::move(word));
    return words;
}

/// Most words in capitals: then capitals are a tone, not acronyms.
bool is_shouting(const std::vector<std::u32string>& tokens) {
    std::size_t words = 0;
    std::size_t capitals = 0;
    for (const std::u32string& token : tokens) {
        const auto letters = std::count_if(token.begin(), token.end(), is_readable_letter);
        if (letters < 2)
            continue;
        ++words;
        capitals += std::none_of(token.begin(), token.end(), is_lower_letter) ? 1 : 0;
    }
    return words >= 3 && capitals * 5 >= words * 3;
}

/// The stop behind a token: one of , . ! ? or NUL.
char pause_behind(std::u32string_view token) {
    char pause = '\0';
    for (std::size_t i = token.size(); i-- > 0;) {
        switch (token[i]) {
        case U'.':
            pause = '.';
            break;
        case U'!':
            return '!';
        case U'?':
            return '?';
        case U',':
        case U';':
        case U':':
        case U'\u2014':
        case U')':
            pause = pause == '\0' ? ',' : pause;
            break;
        case U'"':
        case U'\'':
        case U']':
        case U'*':
        case U'_':
            break;
        default:
            return pause;
        }
    }
    return pause;
}

bool ends_sentence(char pause) { return pause == '.' || pause == '!' || pause == '?'; }

/// A full stop that belongs to an abbreviation does not end the sentence.
bool stop_is_part_of_word(std::u32string_view token) {
    std::string lower;
    for (const char32_t c : token)
        lower.push_back(c < 0x80 ? static_cast<char>(c >= U'A' && c <= U'Z' ? c + 32 : c) : '?');
    const bool dotted = lower.size() >= 4 && lower[lower.size() - 3] == '.' &&
                        lower[lower.size() - 2] >= 'a' && lower[lower.size() - 2] <= 'z';
    return (lower != "no." && lower != "etc." && !expansion_of(lower).empty()) || dotted;
}

class UtteranceWriter {
  public:
    explicit UtteranceWriter(SpokenText& text) : text_(text) {}

    void say(std::string word, std::size_t display_index) {
        if (word.empty())
            return;
        if (pause_ != '\0' && !text_.said.empty()) {
            append(std::string(1, pause_));
            if (ends_sentence(pause_) && word[0] >= 'a' && word[0] <= 'z')
                word[0] = static_cast<char>(word[0] - 32);
        }
        pause_ = '\0';
        if (!text_.said.empty())
            append(" ");
        const std::size_t first = chars_;
        append(word);
        text_.said.push_back({std::move(word), display_index, first, chars_ - first});
    }
    /// The stronger of two pauses stays.
    void pause(char mark) {
        if (mark != '\0' && !ends_sentence(pause_))
            pause_ = mark;
    }
    void finish() {
        if (!text_.said.empty())
            append(std::string(1, ends_sentence(pause_) ? pause_ : '.'));
    }

  private:
    void append(const std::string& part) {
        text_.utterance += part;
        chars_ += static_cast<std::size_t>(std::count_if(part.begin(), part.end(), [](char c) {
            return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
        }));
    }

    SpokenText& text_;
    std::size_t chars_ = 0;
    char pause_ = '\0';
};

/// A run of tokens in a script that cannot be read is named once.
void say_script(UtteranceWriter& writer,
                std::u32string_view token,
                std::size_t index,
                std::string& last_script) {
    const auto letter = std::find_if(token.begin(), token.end(), is_foreign_letter);
    if (letter == token.end())
        return;
    const std::string script = script_called(*letter);
    if (script == last_script)
        return;
    last_script = script;
    writer.say(script, index);
    writer.say("text", index);
}

/// Only signs: the first three that have a name are named.
void say_signs(UtteranceWriter& writer, const std::vector<std::u32string>& tokens) {
    int named = 0;
    for (std::size_t index = 0; index < tokens.size() && named < 3; ++index) {
        for (const char32_t sign : tokens[index]) {
            const std::string called = sign < 0x2190 ? std::string() : sign_called(sign);
            if (called.empty() || named == 3)
                continue;
            ++named;
            for (std::size_t at = 0; at < called.size();) {
                const std::size_t space = std::min(called.find(' ', at), called.size());
                writer.say(called.substr(at, space - at), index);
                at = space + 1;
            }
            writer.pause(',');
        }
    }
}

void say_token(UtteranceWriter& writer,
               const std::u32string& token,
               std::size_t index,
               TokenSurroundings& around,
               std::string& last_script) {
    Words words;
    std::string unit = std::exchange(around.pending_unit, {});
    read_token(token, around, words);
    if (!unit.empty())
        words.push_back(std::move(unit));
    if (!token.empty() && (token.front() == U'(' || token.front() == U'\u2014'))
        writer.pause(',');
    for (std::string& word : words)
        writer.say(std::move(word), index);
    if (words.empty())
        say_script(writer, token, index, last_script);
    else
        last_script.clear();
    const char pause = pause_behind(token);
    writer.pause(pause == '.' && stop_is_part_of_word(token) ? '\0' : pause);
}

/// Letters that fold away altogether still get a voice.
void say_unreadable(UtteranceWriter& writer, const std::vector<std::string>& display) {
    for (std::size_t index = 0; index < display.size(); ++index) {
        for (const char32_t c : code_points(display[index])) {
            if (!is_letter_or_digit(c))
                continue;
            writer.say(script_called(c), index);
            writer.say("text", index);
            return;
        }
    }
}

std::string plain_lower(std::u32string_view token) {
    std::string out;
    for (const char32_t c : token)
        if (is_readable_letter(c) && c < 0x80)
            out.push_back(static_cast<char>(c | 0x20U));
    return out;
}

} // namespace

SpokenText speak_form(std::string_view caption_text) {
    SpokenText text;
    text.display = split_display(caption_text);
    std::vector<std::u32string> tokens;
    for (const std::string& word : text.display)
        tokens.push_back(fold_for_speech(word));
    TokenSurroundings around;
    around.shouting = is_shouting(tokens);
    UtteranceWriter writer(text);
    std::string last_script;
    for (std::size_t index = 0; index < tokens.size(); ++index) {
        around.magnitude_follows =
            index + 1 < tokens.size() && is_magnitude_word(plain_lower(tokens[index + 1]));
        say_token(writer, tokens[index], index, around, last_script);
    }
    if (text.said.empty())
        say_signs(writer, tokens);
    if (text.said.empty())
        say_unreadable(writer, text.display);
    writer.finish();
    return text;
}

} // namespace smos::media
