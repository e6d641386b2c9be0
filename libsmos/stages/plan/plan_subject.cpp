// SPDX-License-Identifier: Apache-2.0
// Finds what a headline is about and what it counts, by shape: names, numbers, noun phrases.
#include "libsmos/stages/plan/plan_lexicon.hpp"
#include "libsmos/stages/plan/plan_text.hpp"
#include "libsmos/stages/plan/plan_trend.hpp"

#include <algorithm>

namespace smos::stages {
namespace {

/// One word of the headline and what its shape says.
struct Word {
    std::string text; // without punctuation
    std::string key;  // lower case, without possessive
    bool upper = false;
    bool digit = false;
    bool possessive = false;
    bool breaks = false; // punctuation behind it ends a phrase
    bool first = false;
    bool counts = false; // a unit behind a number: 2 KB
    bool coined = false; // GPT-5, iPhone, NASA: a name wherever it stands
};

bool has_digit(const std::string& text) {
    return text.find_first_of("0123456789") != std::string::npos;
}

bool is_coined(const std::string& text) {
    int upper = 0;
    for (std::size_t i = 0; i < text.size(); ++i)
        upper += text[i] >= 'A' && text[i] <= 'Z' ? 1 : 0;
    const bool inner = upper > (text[0] >= 'A' && text[0] <= 'Z' ? 1 : 0);
    return inner && !(text[0] >= '0' && text[0] <= '9') && text[0] != '$';
}

std::vector<Word> words_of(const std::string& headline) {
    std::vector<Word> words;
    for (const std::string& raw : split_words(headline)) {
        Word word;
        word.text = bare(raw);
        if (word.text.empty())
            continue;
        word.key = stem_key(raw);
        word.upper = word.text[0] >= 'A' && word.text[0] <= 'Z';
        word.digit = word.text[0] == '$' || (word.text[0] >= '0' && word.text[0] <= '9');
        word.possessive = word.text.size() > 2 && word.text.substr(word.text.size() - 2) == "'s";
        word.breaks = std::string_view(",.:?").find(raw.back()) != std::string_view::npos;
        word.first = words.empty() || words.back().breaks;
        word.coined = is_coined(word.text);
        word.counts =
            !words.empty() && words.back().digit && word.text.size() < 4 && is_coined(word.text);
        words.push_back(word);
    }
    return words;
}

bool is_title_case(const std::vector<Word>& words) {
    std::size_t upper = 0, content = 0;
    for (const Word& word : words) {
        if (word.digit || is_function_word(word.key))
            continue;
        ++content;
        upper += word.upper || word.coined ? 1 : 0;
    }
    return content > 3 && upper * 10 > content * 8;
}

bool may_be_name(const Word& word, bool title_case) {
    if (word.counts || word.text.size() < 2)
        return false;
    if (word.coined)
        return !is_function_word(word.key);
    if (!word.upper || word.digit || is_function_word(word.key) || is_pale_word(word.key))
        return false;
    if (word.first && (is_common_noun(word.key) || is_base_verb(word.key)))
        return false;
    if (title_case || word.first)
        return !is_headline_verb(word.key) &&
               (!word.first || title_case || word.possessive || word.key.back() != 's');
    return true;
}

/// Lower-case nouns at the head of a sentence look like names; a name is followed by more of it,
/// by a verb or an 's, or stands inside the sentence.
bool stands_as_name(const std::vector<Word>& words, std::size_t from, std::size_t to) {
    const Word& head = words[from];
    if (!head.first || head.coined || head.possessive || to - from > 1)
        return true;
    const bool verb_follows =
        to < words.size() &&
        (is_headline_verb(words[to].key) || words[to].key == "is" || words[to].key == "has");
    return verb_follows && !words[from].breaks && words[from].key.size() > 3 &&
           !(words[from].key.size() > 4 &&
             words[from].key.substr(words[from].key.size() - 3) == "ing");
}

struct Phrase {
    std::string text;
    int score = 0;
    bool named = false;
};

/// A possessive name takes its noun along: "Google's new chip".
std::size_t with_owned_noun(const std::vector<Word>& words, std::size_t to) {
    if (!words[to - 1].possessive)
        return to;
    std::size_t end = to;
    const auto goes_on = [&](std::size_t at) {
        const bool version =
            words[at].digit && words[at].text.size() < 4 && at > to && words[at - 1].upper;
        return at < words.size() && !words[at - 1].breaks && (!words[at].digit || version) &&
               !is_function_word(words[at].key) && !is_headline_verb(words[at].key);
    };
    while (end < words.size() && end - to < 4 && goes_on(end))
        ++end;
    return end < words.size() && end - to == 4 && goes_on(end) ? to : end;
}

void add_names(const std::vector<Word>& words, bool title_case, std::vector<Phrase>& found) {
    for (std::size_t i = 0; i < words.size();) {
        if (!may_be_name(words[i], title_case)) {
            ++i;
            continue;
        }
        std::size_t to = i + 1;
        while (to < words.size() && to - i < 4 && !words[to - 1].breaks &&
               !words[to - 1].possessive &&
               (may_be_name(words[to], title_case) ||
                (words[to].digit && words[to].text.size() < 5 && words[to].text[0] != '$' &&
                 words[to].text.find_first_of("%,") == std::string::npos && words[to - 1].upper)))
            ++to;
        if (stands_as_name(words, i, to)) {
            const std::size_t end = with_owned_noun(words, to);
            Phrase phrase;
            for (std::size_t k = i; k < end; ++k)
                phrase.text += (k > i ? " " : "") + words[k].text;
            if (words[end - 1].possessive)
                phrase.text.resize(phrase.text.size() - 2);
            phrase.named = true;
            phrase.score = 52 + 6 * static_cast<int>(std::min<std::size_t>(end - i, 3)) +
                           (words[i].coined ? 4 : 0) - 2 * static_cast<int>(i);
            found.push_back(phrase);
        }
        i = to;
    }
}

bool is_plural(const std::string& word) {
    const std::size_t size = word.size();
    return size > 3 && word.back() == 's' && word[size - 2] != 's' && word[size - 2] != 'u' &&
           word[size - 2] != 'i';
}

bool is_noun_like(const Word& word) {
    return !word.digit && word.key.size() > 2 && !is_function_word(word.key) &&
           !is_headline_verb(word.key) && !word.possessive && !word.counts &&
           !(word.key.size() > 4 && word.key.substr(word.key.size() - 2) == "ly");
}

bool after_most(const std::vector<Word>& words, std::size_t at) {
    return at > 0 && (words[at - 1].key == "most" || words[at - 1].key == "least" ||
                      words[at - 1].key == "more" || words[at - 1].key == "less");
}

/// The article or possessive in front of a phrase, past the adjectives that belong to it.
std::string determiner_of(const std::vector<Word>& words, std::size_t from) {
    for (std::size_t k = from; k > 0 && from - k < 4 && !words[k - 1].breaks; --k) {
        const Word& word = words[k - 1];
        for (const char* known :
             {"a", "an", "the", "my", "this", "her", "his", "their", "its", "your", "our"})
            if (word.key == known)
                return known;
        if (word.possessive || (is_function_word(word.key) && word.key != "most"))
            break;
    }
    return {};
}

/// "batteries reach", "does my coffee taste": a bare verb behind its subject.
bool acts_here(const std::vector<Word>& words, std::size_t at) {
    static constexpr std::string_view askers =
        " why how do does did can could should will would to ";
    if (!is_base_verb(words[at].key))
        return false;
    if (at == 0) // an imperative
        return words.size() > 1 && is_function_word(words[1].key);
    if (is_plural(words[at - 1].key))
        return true;
    const bool asked = askers.find(" " + words[0].key + " ") != std::string_view::npos;
    return asked || words[at - 1].key == "to";
}

void add_nouns(const std::vector<Word>& words, std::vector<Phrase>& found) {
    for (std::size_t i = 0; i < words.size();) {
        if (!is_noun_like(words[i]) || acts_here(words, i)) {
            ++i;
            continue;
        }
        std::size_t to = i + 1;
        while (to < words.size() && to - i < 4 && !words[to - 1].breaks &&
               is_noun_like(words[to]) && !acts_here(words, to))
            ++to;
        std::size_t from = i;
        while (to - from > 1 && is_pale_word(words[from].key))
            ++from;
        const Word& last = words[to - 1];
        if (after_most(words, from) && to - from > 1)
            ++from;
        if ((!is_pale_word(last.key) || to - from > 1) && to - from <= 3) {
            Phrase phrase;
            for (std::size_t k = from; k < to; ++k)
                phrase.text +=
                    (k > from ? " " : "") +
                    (words[k].first && !words[k].coined ? lower(words[k].text) : words[k].text);
            const std::string before = determiner_of(words, from);
            const bool opens = from == 0 && to < words.size() && is_headline_verb(words[to].key) &&
                               words[to].key.back() == 's';
            const bool single = before == "a" || before == "an" || before == "my" ||
                                before == "this" || before == "her" || before == "his" ||
                                before == "their" || before == "its" || before == "your" ||
                                before == "our" || opens;
            if (single && !is_plural(last.key))
                phrase.text = "that " + phrase.text;
            if (before == "the")
                phrase.text = "the " + phrase.text;
            if (i < 2)
                phrase.score += 8;
            phrase.score += 30 + 4 * static_cast<int>(to - from) +
                            static_cast<int>(std::min<std::size_t>(last.key.size(), 10)) -
                            static_cast<int>(i) / 2;
            found.push_back(phrase);
        }
        i = to;
    }
}

/// "1,200 LEGO bricks", "40%", "$1,999": the number and the noun that it counts.
void add_quantities(const std::vector<Word>& words, std::vector<std::string>& found) {
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (!words[i].digit || !has_digit(words[i].text))
            continue;
        std::string text = words[i].text;
        const bool money = text[0] == '$', share = text.back() == '%';
        const bool hyphened = text.find('-') != std::string::npos;
        const bool plain = text.find_first_not_of("0123456789,.") == std::string::npos;
        const bool year = plain && text.size() == 4 && (text[0] == '1' || text[0] == '2');
        bool name_before =
            i > 0 && words[i - 1].upper && !words[i].first && plain && text.size() < 4;
        std::size_t end = i + 1;
        while (!share && end < words.size() && end - i < 4 && !words[end - 1].breaks &&
               !is_function_word(words[end].key) && !is_headline_verb(words[end].key) &&
               !words[end].digit && !words[end].possessive)
            ++end;
        const bool scale =
            end > i + 1 && (words[i + 1].key == "billion" || words[i + 1].key == "million" ||
                            words[i + 1].key == "trillion" || words[i + 1].key == "percent");
        if (money)
            end = scale ? i + 2 : i + 1;
        if ((year && end == i + 1) || name_before || (plain && end == i + 1))
            continue;
        if (year && !is_plural(words[end - 1].key))
            continue;
        if (hyphened && end == i + 1)
            continue;
        if (plain && !scale && !is_plural(words[end - 1].key)) {
            end = i + 2;
            if (!is_plural(words[i + 1].key))
                continue;
        }
        for (std::size_t k = i + 1; k < end; ++k)
            text += " " + words[k].text;
        if (hyphened && !is_plural(words[end - 1].key))
            text.insert(0,
                        text[0] == '8' || text.compare(0, 2, "11") == 0 ||
                                text.compare(0, 2, "18") == 0
                            ? "an "
                            : "a ");
        found.push_back(text);
    }
}

HeadlineKind kind_of(const std::string& headline, const std::vector<Word>& words) {
    if (headline.empty())
        return HeadlineKind::none;
    if (headline.back() == '?')
        return HeadlineKind::question;
    bool verb = false;
    for (const Word& word : words) {
        if (is_first_person(word.key))
            return HeadlineKind::first_person;
        verb = verb || is_headline_verb(word.key) || word.key == "is" || word.key == "are" ||
               word.key == "was" || word.key == "were" || word.key == "has" || word.key == "have" ||
               word.key == "will" || word.key == "can" || word.key == "had";
    }
    return verb && words.size() > 3 ? HeadlineKind::statement : HeadlineKind::label;
}

} // namespace

void read_headline(Trend& trend) {
    const std::vector<Word> words = words_of(trend.headline);
    trend.kind = kind_of(trend.headline, words);
    if (!trend.headline.empty() && trend.headline.back() == '?')
        trend.headline.pop_back();
    std::vector<Phrase> found;
    add_names(words, is_title_case(words), found);
    add_nouns(words, found);
    add_quantities(words, trend.quantities);
    const auto best =
        std::max_element(found.begin(), found.end(), [](const Phrase& a, const Phrase& b) {
            return a.score < b.score;
        });
    if (best != found.end()) {
        trend.subject = best->text;
        trend.named = best->named;
    }
    const std::size_t whole = trend.kind == HeadlineKind::label ? 8 : 5;
    if (trend.platform == "intent" && words.size() <= whole && !words.empty()) {
        trend.subject = trend.headline;
        if (!words[0].coined && !(trend.named && words[0].upper && best->text == trend.headline))
            trend.subject[0] = lower(trend.subject.substr(0, 1))[0];
    }
    trend.subject_plain = trend.subject;
    for (const char* article : {"that ", "the "})
        if (trend.subject_plain.compare(0, std::string_view(article).size(), article) == 0)
            trend.subject_plain.erase(0, std::string_view(article).size());
}

std::string clause_of(const std::string& headline, std::size_t most) {
    const std::vector<std::string> words = split_words(headline);
    if (words.size() <= most)
        return headline;
    std::size_t cut = 0;
    for (std::size_t i = 4; i <= most && i < words.size(); ++i) {
        const char before = words[i - 1].back();
        if (before == ',' || before == '.' || before == ':')
            cut = i;
        const std::string key = stem_key(words[i]);
        for (const char* joint : {"after",
                                  "because",
                                  "while",
                                  "as",
                                  "but",
                                  "before",
                                  "so",
                                  "amid",
                                  "despite",
                                  "which",
                                  "when",
                                  "since",
                                  "although",
                                  "though",
                                  "until"})
            if (key == joint)
                cut = i;
    }
    if (cut == 0)
        return {};
    std::string out = join_words(words, 0, cut);
    while (!out.empty() && std::string_view(",.:").find(out.back()) != std::string_view::npos)
        out.pop_back();
    return out;
}

} // namespace smos::stages
