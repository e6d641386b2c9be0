// SPDX-License-Identifier: Apache-2.0
// Chooses a structure by the seed, writes many drafts of it and keeps the best.
#include "libsmos/stages/plan/plan_writer.hpp"

#include "libsmos/core/random.hpp"
#include "libsmos/core/utf8.hpp"
#include "libsmos/stages/plan/plan_drafter.hpp"
#include "libsmos/stages/plan/plan_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace smos::stages {
namespace {

constexpr int drafts_per_structure = 40;

DraftBrief brief_for(const Trend& trend, const muse::Muse& muse, std::uint64_t seed) {
    DraftBrief brief;
    brief.trend = &trend;
    brief.muse = &muse;
    brief.angle = &angle_named(trend.angle);
    brief.target_ms = trend.length_ms;
    brief.least_ms = trend.length_ms * 86 / 100;
    brief.most_ms = trend.length_ms * 107 / 100;
    const std::vector<std::string> manners = manners_of(muse);
    const std::size_t first = Random(seed ^ 0x6d616e6eULL).below(3) == 0 ? manners.size() - 1 : 0;
    brief.manners = std::string(1, manners[first][0]);
    for (const std::string& manner : manners)
        if (manner[0] != brief.manners[0])
            brief.manners += manner[0];
    return brief;
}

struct Attempt {
    Drafter drafter;
    double score;
};

/// The best draft of one structure, and what the others came to.
std::optional<Attempt> best_of(const DraftBrief& brief,
                               const Structure& structure,
                               std::uint64_t seed,
                               std::vector<records::Candidate>& candidates) {
    std::optional<Attempt> best;
    Random seeds(seed);
    for (int i = 0; i < drafts_per_structure; ++i) {
        Drafter drafter(brief, structure, seeds.next());
        if (!drafter.draft())
            continue;
        const double score = drafter.score();
        candidates.push_back({score, drafter.why()});
        if (!best || score > best->score) {
            best.reset();
            best.emplace(Attempt{std::move(drafter), score});
        }
    }
    return best;
}

std::vector<std::size_t> shuffled_structures(std::uint64_t seed) {
    std::vector<std::size_t> order(structures().size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    Random random(seed);
    for (std::size_t i = order.size(); i > 1; --i)
        std::swap(order[i - 1], order[random.below(i)]);
    return order;
}

std::string camel(std::string_view text) {
    std::string out;
    for (const std::string& word : split_words(text)) {
        std::string clean;
        for (const char c : word)
            if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
                clean += c;
        out += capitalised(clean);
    }
    return out;
}

/// Of "Google's new chip" the name; of "Apple's Vision Pro 2" what the name made.
std::string tag_name(const std::string& subject) {
    const std::size_t owner = subject.find("'s ");
    if (owner == std::string::npos)
        return subject;
    const bool named = subject[owner + 3] >= 'A' && subject[owner + 3] <= 'Z';
    return named ? subject.substr(owner + 3) : subject.substr(0, owner);
}

std::vector<std::string> hashtags_of(const DraftBrief& brief) {
    std::vector<std::string> tags;
    const auto offer = [&](const std::string& tag) {
        const bool digits = tag.find_first_not_of("0123456789") == std::string::npos;
        const auto same = [&](const std::string& other) { return lower(other) == lower(tag); };
        if (tag.size() < 2 || tag.size() > 28 || digits || !brief.slots->may_say(tag))
            return;
        if (std::none_of(tags.begin(), tags.end(), same))
            tags.push_back(tag);
    };
    if (brief.slots->has('s') && brief.slots->at('s') == brief.trend->subject)
        offer(camel(tag_name(brief.trend->subject_plain)));
    for (const std::string& tag : brief.angle->hashtags)
        offer(tag);
    offer(camel(brief.muse->identity.niche).empty() ? ""
                                                    : lower(camel(brief.muse->identity.niche)));
    return tags;
}

std::string title_of(const DraftBrief& brief) {
    const std::string full = brief.slots->has('h') ? brief.slots->at('h') : brief.slots->at('s');
    std::vector<std::string> words = split_words(full);
    while (words.size() > 1 && code_points(join_words(words, 0, words.size())).size() > 70)
        words.pop_back();
    return capitalised(join_words(words, 0, words.size()));
}

std::string caption_of(const DraftBrief& brief, std::uint64_t seed) {
    Slots slots = *brief.slots;
    std::vector<std::string> tails, filled;
    for (const Copy& copy : copy_book().tails)
        if (slots.may_say(copy.text))
            tails.push_back(copy.text);
    if (!tails.empty())
        slots.set('k', tails[Random(seed ^ 0x7461696cULL).below(tails.size())]);
    if (slots.has('h') && brief.trend->kind == HeadlineKind::question)
        slots.set('h', slots.at('h') + "?");
    for (const Copy& copy : copy_book().captions)
        if (auto text = slots.fill(copy.text))
            filled.push_back(*text);
    if (filled.empty())
        return title_of(brief);
    return filled[Random(seed).below(filled.size())];
}

Draft finished(const DraftBrief& brief,
               const Attempt& best,
               const Structure& structure,
               std::uint64_t seed) {
    Draft draft;
    const std::vector<DraftLine>& lines = best.drafter.lines();
    for (std::size_t i = 0; i < lines.size(); ++i) {
        draft.script.lines.push_back({fmt::format("l{}", i + 1), lines[i].text});
        draft.line_ms.push_back(lines[i].ms);
    }
    draft.script.hook = lines.front().text;
    draft.script.title = title_of(brief);
    draft.script.caption = caption_of(brief, seed);
    draft.script.hashtags = hashtags_of(brief);
    draft.duration_ms = best.drafter.duration_ms();
    draft.structure = structure.name;
    draft.angle = brief.angle->name;
    for (const std::string& name : muse::registers())
        if (name[0] == brief.manners[0])
            draft.manner = name;
    return draft;
}

void keep_best(std::vector<records::Candidate>& candidates) {
    std::stable_sort(candidates.begin(), candidates.end(), [](const auto& a, const auto& b) {
        return a.score > b.score;
    });
    if (candidates.size() > 3)
        candidates.resize(3);
}

Error nothing_left(const Slots& slots) {
    if (slots.censored())
        return {
            "do_not_say", "The muse does not say the words that this story is made of.", "", ""};
    return {
        "nothing_to_say", "Nothing in the title can be spoken or shown in Latin letters.", "", ""};
}

} // namespace

std::vector<std::string> manners_of(const muse::Muse& muse) {
    const muse::MoralGraph& m = muse.moral;
    std::vector<std::pair<double, std::string>> scored = {
        {(m.autonomy + (1 - m.ego) + (1 - m.chaos)) / 3, "dry"},
        {(2 * m.chaos + m.empathy) / 3, "playful"},
        {(2 * m.sophistication + m.ego) / 3, "luxurious"},
        {(2 * m.technophilia + (1 - m.chaos)) / 3, "technical"},
        {(2 * (1 - m.sophistication) + m.chaos) / 3, "raw"},
    };
    std::stable_sort(scored.begin(), scored.end(), [](const auto& a, const auto& b) {
        return a.first > b.first;
    });
    std::vector<std::string> out = muse.voice.registers;
    for (const auto& [score, name] : scored)
        if (out.size() < 2 && std::find(out.begin(), out.end(), name) == out.end())
            out.push_back(name);
    return out;
}

Result<Draft> write_script(const Trend& trend, const muse::Muse& muse, std::uint64_t seed) {
    DraftBrief brief = brief_for(trend, muse, seed);
    const Slots slots(trend, muse, brief.target_ms < 12'000 ? 8 : 14);
    brief.slots = &slots;
    if (!slots.citable())
        return nothing_left(slots);
    std::vector<records::Candidate> candidates;
    for (const std::size_t index : shuffled_structures(seed)) {
        const Structure& structure = structures()[index];
        if (structure.name == "cold_open" && trend.kind != HeadlineKind::statement)
            continue;
        if (structure.name == "dialogue" &&
            (!slots.has('h') || trend.kind == HeadlineKind::first_person))
            continue;
        const auto best = best_of(brief, structure, seed ^ (index << 32U), candidates);
        if (!best || best->score < 0) {
            candidates.clear();
            continue;
        }
        Draft draft = finished(brief, *best, structure, seed);
        keep_best(candidates);
        draft.candidates = std::move(candidates);
        return draft;
    }
    return Error{"length",
                 fmt::format("No script of {} s can be written about this at {} words a minute.",
                             trend.length_ms / 1000,
                             muse.voice.rate_wpm),
                 "",
                 "ask for another length_seconds"};
}

} // namespace smos::stages
