// SPDX-License-Identifier: Apache-2.0
// Whether the words may be said: by anyone (text_policy), and by this muse (do_not_say).
#include "libsmos/stages/critic/critic_text.hpp"

#include "libsmos/core/hash.hpp"
#include "libsmos/core/utf8.hpp"
#include "libsmos/media/speech/spoken_text_fold.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/stages/critic/critic_address.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace smos::stages {
namespace {

using records::Json;

// The first 16 digits of the SHA-256 of each slur, so that they are not spelled out here.
constexpr std::array<std::string_view, 15> slur_hashes = {"120f6e5b4ea32f65",
                                                          "5b3ae48be122f7ed",
                                                          "08a841e996781e9e",
                                                          "341d56384afc0f47",
                                                          "8f5083e3e5c7dc89",
                                                          "1e02eec4f1095143",
                                                          "c3de533e9b7fe63b",
                                                          "268651b3ece98010",
                                                          "98b52c4b6b7d1f48",
                                                          "044eb98b18769b88",
                                                          "eef3bd091670c344",
                                                          "16ea09fc78ca83ca",
                                                          "158869a97379229b",
                                                          "c1cabb6f6e431f9c",
                                                          "333f7618092958c7"};
constexpr std::array<std::string_view, 7> coarse_words = {
    "asshole", "assholes", "bastard", "bitch", "bitches", "cunt", "cunts"};
constexpr std::array<std::string_view, 3> coarse_stems = {"fuck", "motherfuck", "bullshit"};

bool is_slur(const std::string& word) {
    const std::string name = sha256_hex(word).substr(0, 16);
    return std::find(slur_hashes.begin(), slur_hashes.end(), name) != slur_hashes.end();
}

bool is_coarse(const std::string& word) {
    const auto begins = [&](std::string_view stem) { return word.rfind(stem, 0) == 0; };
    return word == "shit" || word == "shitty" ||
           std::find(coarse_words.begin(), coarse_words.end(), word) != coarse_words.end() ||
           std::any_of(coarse_stems.begin(), coarse_stems.end(), begins);
}

/// Digits and signs that stand for letters, in words that have letters too.
std::string letters_for_digits(std::string word) {
    constexpr std::string_view from = "0134578@$!";
    constexpr std::string_view to = "oieastbasi";
    const bool has_letter =
        std::any_of(word.begin(), word.end(), [](unsigned char c) { return std::isalpha(c) != 0; });
    if (!has_letter)
        return word;
    for (char& c : word) {
        if (const auto at = from.find(c); at != std::string_view::npos)
            c = to[at];
    }
    return word;
}

/// ASCII lower-case letters, digits and the signs that stand for letters; the rest splits words.
std::string folded(std::string_view text) {
    std::string out;
    for (char32_t c : media::fold_for_speech(text)) {
        if (c == U'\u00E9' || c == U'\u00C9')
            c = U'e';
        const bool kept = (c < 128) && (std::isalnum(static_cast<int>(c)) != 0 || c == U'@' ||
                                        c == U'$' || c == U'!');
        if (kept)
            out.push_back(static_cast<char>(std::tolower(static_cast<int>(c))));
        else if (c != U'\'')
            out.push_back(' ');
    }
    return out;
}

std::string trimmed(const std::string& word) {
    const auto last = word.find_last_not_of("!@$");
    return last == std::string::npos ? std::string{} : word.substr(0, last + 1);
}

std::vector<std::string> split(const std::string& text) {
    std::vector<std::string> words;
    std::size_t begin = 0;
    while (begin < text.size()) {
        const std::size_t end = std::min(text.find(' ', begin), text.size());
        if (end > begin)
            words.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return words;
}

const char* name_of(TextProblemKind kind) {
    switch (kind) {
    case TextProblemKind::slur:
        return "slur";
    case TextProblemKind::profanity:
        return "profanity";
    case TextProblemKind::link:
        return "link";
    case TextProblemKind::domain:
        return "domain";
    case TextProblemKind::email:
        return "email";
    case TextProblemKind::phone:
        return "phone";
    }
    return "unknown";
}

bool is_hard(TextProblemKind kind) {
    return kind != TextProblemKind::profanity && kind != TextProblemKind::domain;
}

/// Every text of the script with the name of its place.
std::vector<std::pair<std::string, std::string>> places(const records::Script& script) {
    std::vector<std::pair<std::string, std::string>> all = {
        {"title", script.title}, {"hook", script.hook}, {"caption", script.caption}};
    for (const records::ScriptLine& line : script.lines)
        all.emplace_back("lines." + line.id, line.text);
    for (const std::string& tag : script.hashtags)
        all.emplace_back("hashtags", tag);
    return all;
}

Finding text_finding(const char* name, const char* group, Json issues, bool hard) {
    Finding finding;
    finding.check.name = name;
    finding.check.group = group;
    finding.check.passed = issues.empty();
    finding.check.value = static_cast<double>(issues.size());
    finding.check.limit = 0;
    finding.check.confidence = hard || issues.empty() ? exact_certainty : doubtful_certainty;
    finding.hard = hard;
    if (!issues.empty())
        finding.check.evidence = Json{{"issues", std::move(issues)}};
    return finding;
}

} // namespace

std::vector<std::string> plain_words(std::string_view text) {
    std::vector<std::string> words;
    for (const std::string& token : split(one_line(text))) {
        for (const std::string& word : split(folded(token))) {
            const std::string plain = letters_for_digits(trimmed(word));
            if (!plain.empty())
                words.push_back(plain);
        }
    }
    return words;
}

bool says(std::string_view text, std::string_view phrase) {
    const auto words = plain_words(text), wanted = plain_words(phrase);
    return !wanted.empty() &&
           std::search(words.begin(), words.end(), wanted.begin(), wanted.end()) != words.end();
}

std::vector<TextProblem> text_problems(std::string_view text) {
    std::vector<TextProblem> problems = address_problems(one_line(text));
    for (const std::string& word : plain_words(text)) {
        if (is_slur(word))
            problems.push_back({TextProblemKind::slur, word.substr(0, 1) + "…"});
        else if (is_coarse(word))
            problems.push_back({TextProblemKind::profanity, word});
    }
    return problems;
}

Finding text_policy_finding(const records::Script& script) {
    Json issues = Json::array();
    bool hard = false;
    for (const auto& [where, text] : places(script)) {
        for (const TextProblem& problem : text_problems(text)) {
            hard = hard || is_hard(problem.kind);
            issues.push_back(
                Json{{"where", where}, {"kind", name_of(problem.kind)}, {"text", problem.text}});
        }
    }
    return text_finding("text_policy", "safety", std::move(issues), hard);
}

Finding do_not_say_finding(const records::Script& script, const muse::Muse* muse) {
    if (muse == nullptr)
        return skipped("do_not_say", "brand", "no muse of this persona was given (--muse)");
    if (muse->do_not_say.empty())
        return skipped("do_not_say", "brand", "the muse has nothing that she does not say");
    Json issues = Json::array();
    for (const auto& [where, text] : places(script)) {
        for (const std::string& phrase : muse->do_not_say) {
            if (says(text, phrase))
                issues.push_back(Json{{"where", where}, {"phrase", phrase}});
        }
    }
    return text_finding("do_not_say", "brand", std::move(issues), true);
}

} // namespace smos::stages
