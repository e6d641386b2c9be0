// SPDX-License-Identifier: Apache-2.0
// Slot filling; the only way a trend's words get into a script.
#include "libsmos/stages/plan/plan_slots.hpp"

#include "libsmos/stages/plan/plan_text.hpp"

#include <algorithm>
#include <array>

namespace smos::stages {
namespace {

/// Not said by any muse; the headline is left out and the video speaks about the rest.
constexpr std::array<const char*, 14> never_said = {"fuck",
                                                    "fucking",
                                                    "fucked",
                                                    "shit",
                                                    "bullshit",
                                                    "bitch",
                                                    "cunt",
                                                    "faggot",
                                                    "nigger",
                                                    "retard",
                                                    "retarded",
                                                    "asshole",
                                                    "whore",
                                                    "slut"};

} // namespace

Slots::Slots(const Trend& trend, const muse::Muse& muse, std::size_t headline_words)
    : do_not_say_(muse.do_not_say) {
    for (const char* word : never_said)
        do_not_say_.emplace_back(word);
    const bool brief_label = trend.platform == "intent" && trend.kind == HeadlineKind::label &&
                             lower(trend.subject) == lower(trend.headline);
    if (!brief_label)
        offer('h', clause_of(trend.headline, headline_words));
    offer('s', trend.subject);
    own_subject_ = has('s');
    if (!own_subject_)
        values_['s'] = "this story";
    for (const std::string& quantity : trend.quantities)
        if (!has('q'))
            offer('q', quantity);
    offer('u', trend.upvotes);
    offer('c', trend.comments);
    offer('t', trend.age);
    offer('r', trend.rate);
    offer('x', trend.ratio);
    offer('p', trend.approval);
    offer('w', trend.place);
}

void Slots::offer(char slot, const std::string& value) {
    if (value.empty())
        return;
    if (may_say(value))
        values_[slot] = value;
    else
        censored_ = true;
}

bool Slots::may_say(const std::string& text) const {
    return std::none_of(do_not_say_.begin(), do_not_say_.end(), [&](const std::string& word) {
        return contains_phrase(text, word);
    });
}

bool Slots::citable() const { return own_subject_ || has('h') || has('q'); }

std::optional<std::string> Slots::fill(const std::string& copy) const {
    std::string out;
    for (std::size_t i = 0; i < copy.size(); ++i) {
        if (copy[i] != '{') {
            out += copy[i];
            continue;
        }
        const auto value = values_.find(copy[i + 1]);
        if (value == values_.end())
            return std::nullopt;
        out += value->second;
        i += 2;
    }
    for (std::size_t at = out.find("?."); at != std::string::npos; at = out.find("?."))
        out.erase(at + 1, 1);
    out = with_sentence_case(std::move(out));
    if (!may_say(out))
        return std::nullopt;
    return out;
}

std::set<char> slots_in(const std::string& copy) {
    std::set<char> out;
    for (std::size_t i = 0; i + 2 < copy.size(); ++i)
        if (copy[i] == '{' && copy[i + 2] == '}')
            out.insert(copy[i + 1]);
    return out;
}

std::string with_sentence_case(std::string text) {
    bool start = true;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool brand = i + 1 < text.size() && text[i + 1] >= 'A' && text[i + 1] <= 'Z';
        if (start && c >= 'a' && c <= 'z' && !brand)
            text[i] = static_cast<char>(c - 'a' + 'A');
        if (c != ' ' && c != '(')
            start = false;
        const bool ends = c == '.' || c == '?' || c == '!';
        if (ends && i + 1 < text.size() && text[i + 1] == ' ')
            start = true;
    }
    return text;
}

} // namespace smos::stages
