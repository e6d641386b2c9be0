// SPDX-License-Identifier: Apache-2.0
// Times for the words of a script from a transcript of its recording.
#include "libsmos/media/speech/word_align.hpp"

#include "libsmos/core/utf8.hpp"
#include "libsmos/media/speech/spoken_text.hpp"
#include "libsmos/media/speech/word_align_match.hpp"

#include <unicode/uchar.h>

#include <algorithm>

namespace smos::media {
namespace {

constexpr std::size_t most_units = 4000;
constexpr double least_letter_ms = 35, slow_letter_ms = 110; // of speech
constexpr double like_enough = 0.5; // similarity from which a word counts as heard

/// What is matched: a spoken word, or a letter of a script without spaces.
struct Unit {
    std::u32string letters;
    std::size_t word = 0; // of the list it belongs to
    double start_ms = 0;
    double end_ms = 0;
    double pause = 0; // behind it, in letters
    bool timed = false;

    double weight() const { return static_cast<double>(letters.size()) + 1; }
};

bool is_spaceless(char32_t c) {
    const auto script = static_cast<UChar32>(c);
    return u_hasBinaryProperty(script, UCHAR_IDEOGRAPHIC) || (c >= 0x3040 && c <= 0x30FF) ||
           (c >= 0x0E00 && c <= 0x0EFF) || (c >= 0x1000 && c <= 0x109F) ||
           (c >= 0x1780 && c <= 0x17FF);
}

/// Letters and digits of any script, in lower case, without what stands on them.
std::u32string folded(std::string_view text) {
    std::u32string letters;
    for (const char32_t c : code_points(text)) {
        const auto plain = static_cast<UChar32>(c);
        if (u_isalnum(plain))
            letters += static_cast<char32_t>(u_foldCase(plain, U_FOLD_CASE_DEFAULT));
    }
    return letters;
}

/// Beyond the letters that speak_form() reads.
bool is_foreign(const std::u32string& letters) {
    return std::any_of(letters.begin(), letters.end(), [](char32_t c) { return c >= 0x250; });
}

void add_foreign(const std::u32string& letters, std::size_t word, std::vector<Unit>& units) {
    Unit unit;
    unit.word = word;
    const auto flush = [&] {
        if (!unit.letters.empty())
            units.push_back(unit);
        unit.letters.clear();
    };
    for (const char32_t c : letters) {
        if (is_spaceless(c))
            flush();
        unit.letters += c;
        if (is_spaceless(c))
            flush();
    }
    flush();
}

double pause_behind(const std::string& word) {
    const std::vector<char32_t> text = code_points(word);
    const char32_t last = text.empty() ? U' ' : text.back();
    constexpr std::u32string_view long_pause = U".!?\u2026\u3002\uFF01\uFF1F\u061F\u06D4";
    constexpr std::u32string_view short_pause = U",;:\u2014\u3001\uFF0C\u060C\u061B";
    return long_pause.find(last) != std::u32string_view::npos    ? 6
           : short_pause.find(last) != std::u32string_view::npos ? 3
                                                                 : 0;
}

/// The spoken words of a text, each with the display word it belongs to.
std::vector<Unit> units_of(const SpokenText& spoken) {
    std::vector<Unit> units;
    std::size_t said = 0;
    for (std::size_t word = 0; word < spoken.display.size(); ++word) {
        const std::size_t before = units.size();
        const std::u32string own = folded(spoken.display[word]);
        const bool foreign = is_foreign(own);
        if (foreign)
            add_foreign(own, word, units);
        for (; said < spoken.said.size() && spoken.said[said].display_index <= word; ++said) {
            Unit unit;
            unit.letters = folded(spoken.said[said].text);
            unit.word = word;
            if (!foreign && !unit.letters.empty())
                units.push_back(std::move(unit));
        }
        if (units.size() > before)
            units.back().pause = pause_behind(spoken.display[word]);
    }
    return units;
}

/// Shares [from, to) among units by their letters and pauses.
void share(std::vector<Unit>& units, std::size_t first, std::size_t end, double from, double to) {
    double total = 0;
    for (std::size_t i = first; i < end; ++i)
        total += units[i].weight() + (i + 1 < end ? units[i].pause : 0);
    double before = 0;
    for (std::size_t i = first; i < end; ++i) {
        units[i].start_ms = from + (to - from) * before / total;
        before += units[i].weight();
        units[i].end_ms = from + (to - from) * before / total;
        before += units[i].pause;
    }
}

/// The transcript in order, inside the recording, cut into units with times of their own.
std::vector<Unit> heard_units(const std::vector<HeardWord>& heard, std::int64_t duration_ms) {
    std::vector<Unit> units;
    std::int64_t last_ms = 0;
    for (const HeardWord& word : heard) {
        const std::int64_t start = std::clamp(word.start_ms, last_ms, duration_ms);
        const std::int64_t end = std::clamp(word.end_ms, start, duration_ms);
        const std::size_t first = units.size();
        for (Unit& unit : units_of(speak_form(first_code_points(word.text, 200)))) {
            unit.pause = 0;
            units.push_back(std::move(unit));
        }
        share(units, first, units.size(), static_cast<double>(start), static_cast<double>(end));
        last_ms = start;
        if (units.size() > most_units)
            break;
    }
    return units;
}

std::vector<std::u32string> letters_of(const std::vector<Unit>& units) {
    std::vector<std::u32string> letters;
    for (const Unit& unit : units)
        letters.push_back(unit.letters);
    return letters;
}

/// Gives matched units the transcript's times; returns the share of letters that were heard.
double take_times(std::vector<Unit>& script, const std::vector<Unit>& heard) {
    double found = 0, all = 0;
    for (const Unit& unit : script)
        all += static_cast<double>(unit.letters.size());
    for (const WordMatch& match : match_words(letters_of(script), letters_of(heard))) {
        share(script,
              match.a_first,
              match.a_end,
              heard[match.b_first].start_ms,
              heard[match.b_end - 1].end_ms);
        for (std::size_t i = match.a_first; i < match.a_end; ++i) {
            script[i].timed = true;
            if (match.similarity >= like_enough)
                found += static_cast<double>(script[i].letters.size()) * match.similarity;
        }
    }
    return all > 0 ? found / all : 0;
}

/// Units that were not heard share the room between their neighbours; where there is none, the
/// neighbour was heard as both and gives up a part of its own.
void fill_gap(std::vector<Unit>& units, std::size_t first, std::size_t end, double duration_ms) {
    double letters = 0;
    for (std::size_t i = first; i < end; ++i)
        letters += units[i].weight();
    double from = first > 0 ? units[first - 1].end_ms : 0;
    double to = end < units.size() ? units[end].start_ms : duration_ms;
    if (to - from < letters * least_letter_ms) {
        if (first > 0)
            from = units[--first].start_ms;
        else if (end < units.size())
            to = units[end++].end_ms;
    } else if (first == 0 && end < units.size()) {
        from = std::max(from, to - letters * slow_letter_ms);
    } else if (end == units.size() && first > 0) {
        to = std::min(to, from + letters * slow_letter_ms);
    }
    share(units, first, end, from, std::max(from, to));
}

void fill_gaps(std::vector<Unit>& units, double duration_ms) {
    for (std::size_t i = 0; i < units.size();) {
        if (units[i].timed) {
            ++i;
            continue;
        }
        std::size_t end = i;
        while (end < units.size() && !units[end].timed)
            ++end;
        fill_gap(units, i, end, duration_ms);
        i = end;
    }
}

/// A word without units goes with the one before it, the first ones with the one behind them.
std::vector<TimedWord> shown_words(const std::vector<std::string>& display,
                                   const std::vector<Unit>& units,
                                   std::int64_t duration_ms) {
    std::vector<TimedWord> words;
    std::string waiting;
    std::size_t at = 0;
    for (std::size_t i = 0; i < display.size(); ++i) {
        const std::size_t first = at;
        bool heard = false;
        for (; at < units.size() && units[at].word == i; ++at)
            heard = heard || units[at].timed;
        if (at == first) {
            std::string& with = words.empty() ? waiting : words.back().text;
            with += (with.empty() ? "" : " ") + display[i];
            continue;
        }
        const std::string text = waiting.empty() ? display[i] : waiting + " " + display[i];
        waiting.clear();
        words.push_back({static_cast<std::int64_t>(units[first].start_ms + 0.5),
                         static_cast<std::int64_t>(units[at - 1].end_ms + 0.5),
                         text,
                         heard});
    }
    if (!waiting.empty())
        words.push_back({0, duration_ms, waiting, false});
    return words;
}

/// Starts rise, words do not overlap, everything is inside the recording.
void put_in_order(std::vector<TimedWord>& words, std::int64_t duration_ms) {
    std::int64_t last = -1;
    for (TimedWord& word : words) {
        word.start_ms = std::max(word.start_ms, last + 1);
        word.end_ms = std::max(word.end_ms, word.start_ms + 1);
        last = word.start_ms;
    }
    std::int64_t limit = std::max(duration_ms, static_cast<std::int64_t>(words.size()));
    for (std::size_t i = words.size(); i-- > 0;) {
        words[i].end_ms = std::min(words[i].end_ms, limit);
        words[i].start_ms = std::min(words[i].start_ms, words[i].end_ms - 1);
        limit = words[i].start_ms;
    }
}

} // namespace

WordAlignment align_words(std::string_view script,
                          const std::vector<HeardWord>& heard,
                          std::int64_t duration_ms) {
    const SpokenText spoken = speak_form(script);
    std::vector<Unit> units = units_of(spoken);
    const std::int64_t length_ms = std::max<std::int64_t>(duration_ms, 1);
    WordAlignment aligned;
    if (units.size() <= most_units && !heard.empty()) {
        const std::vector<Unit> others = heard_units(heard, length_ms);
        if (others.size() <= most_units)
            aligned.heard_share = take_times(units, others);
    }
    fill_gaps(units, static_cast<double>(length_ms));
    aligned.words = shown_words(spoken.display, units, length_ms);
    put_in_order(aligned.words, length_ms);
    return aligned;
}

} // namespace smos::media
