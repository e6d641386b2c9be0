// SPDX-License-Identifier: Apache-2.0
// Draws lines, drops what does not fit the time, fills what is missing.
#include "libsmos/stages/plan/plan_drafter.hpp"

#include "libsmos/stages/plan/plan_text.hpp"
#include "libsmos/stages/plan/plan_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace smos::stages {
namespace {

bool is_needed(char beat) { return beat >= 'A' && beat <= 'Z'; }
char upper_of(char beat) { return is_needed(beat) ? beat : static_cast<char>(beat - 'a' + 'A'); }

constexpr std::int64_t short_form_ms = 10'000; // below, only hook and closing line must be there
constexpr std::int64_t small_votes = 100;

} // namespace

Drafter::Drafter(const DraftBrief& brief, const Structure& structure, std::uint64_t seed)
    : brief_(brief),
      structure_(structure),
      random_(seed) {
    for (const std::string& phrase : brief.muse->style.phrases)
        if (phrase.find_first_of("{}|") == std::string::npos) {
            const bool ended =
                std::string_view(".?!").find(phrase.back()) != std::string_view::npos;
            phrases_.push_back({"", ended ? phrase : phrase + "."});
        }
}

const std::vector<Copy>& Drafter::lead_bank() const {
    const CopyBook& book = copy_book();
    if (!brief_.slots->has('h'))
        return book.subject_leads;
    if (brief_.trend->kind == HeadlineKind::question)
        return book.question_leads;
    if (brief_.trend->kind == HeadlineKind::first_person)
        return book.personal_leads;
    return structure_.leads.empty() ? book.statement_leads : structure_.leads;
}

std::vector<const std::vector<Copy>*> Drafter::banks_for(char beat) const {
    const CopyBook& book = copy_book();
    const bool small = brief_.trend->upvote_count > 0 && brief_.trend->upvote_count < small_votes;
    const std::vector<Copy>& proofs = small ? book.early_proofs : book.proofs;
    switch (beat) {
    case 'H':
        return {&structure_.hooks};
    case 'L':
        if (!brief_.slots->has('h') && (subject_uses_ > 0 || brief_.trend->subject.empty()))
            return {&brief_.angle->lines, &angles().back().lines};
        return {&lead_bank(), &book.subject_leads};
    case 'P':
        return {&proofs, &book.quantities, &book.takes};
    case 'Q':
        return {&book.quantities};
    case 'V':
        return {&book.pivots};
    case 'A':
        return {&brief_.angle->lines, &angles().back().lines};
    case 'T':
        return {&book.takes};
    default:
        break;
    }
    if (closing_ < 3)
        return {&structure_.closes, &book.closes};
    if (closing_ == 3)
        return {&phrases_, &book.closes};
    return {&book.closes};
}

/// One line of the bank that is not used yet, whose facts are known and not told yet.
bool Drafter::draw(const std::vector<Copy>& bank, bool strict, DraftLine& line) {
    std::vector<std::pair<const Copy*, std::string>> usable;
    for (const Copy& copy : bank) {
        const bool all = copy.registers.empty();
        const bool manner = copy.registers.find_first_of(brief_.manners) != std::string::npos;
        if ((strict && !all && !manner) || used_.count(copy.text) > 0)
            continue;
        const std::set<char> slots = slots_in(copy.text);
        if (slots.count('s') > 0 && subject_uses_ >= 2)
            continue;
        if (std::any_of(slots.begin(), slots.end(), [&](char slot) {
                return slot != 's' && cited_.count(slot) > 0;
            }))
            continue;
        auto text = brief_.slots->fill(copy.text);
        if (!text)
            continue;
        const bool first = copy.registers.find(brief_.manners.front()) != std::string::npos;
        for (int weight = first ? 3 : 2; weight > 0; --weight)
            usable.emplace_back(&copy, *text);
    }
    if (usable.empty())
        return false;
    const auto& [copy, text] = usable[random_.below(usable.size())];
    line.text = text;
    line.ms = spoken_ms(text, brief_.muse->voice.rate_wpm);
    line.in_manner = copy->registers.find(brief_.manners.front()) != std::string::npos;
    used_.insert(copy->text);
    for (const char slot : slots_in(copy->text)) {
        if (slot == 's')
            ++subject_uses_;
        else if (slot != 'w')
            cited_.insert(slot);
    }
    return true;
}

bool Drafter::add(char beat, bool needed) {
    DraftLine line;
    line.beat = beat;
    line.needed = needed;
    const auto banks = banks_for(beat);
    for (const bool strict : {true, false})
        for (const std::vector<Copy>* bank : banks)
            if (draw(*bank, strict, line)) {
                lines_.push_back(line);
                return true;
            }
    return false;
}

std::int64_t Drafter::duration_ms() const {
    std::int64_t total = lead_and_tail_ms - line_pause_ms;
    for (const DraftLine& line : lines_)
        total += line.ms + line_pause_ms;
    return total;
}

/// Takes optional lines away, in drawn order, while the script is longer than it should be.
void Drafter::keep_what_fits() {
    while (duration_ms() > brief_.target_ms + 700) {
        std::vector<std::size_t> optional;
        for (std::size_t i = 0; i < lines_.size(); ++i)
            if (!lines_[i].needed)
                optional.push_back(i);
        if (optional.empty())
            return;
        const std::size_t out = optional[random_.below(optional.size())];
        lines_.erase(lines_.begin() + static_cast<std::ptrdiff_t>(out));
    }
}

/// More lines in front of the closing one while there is time for them.
void Drafter::fill_up() {
    static constexpr std::string_view cycle = "TQPATVAPTAVTAPAT";
    const DraftLine closing = lines_.back();
    lines_.pop_back();
    std::size_t at = random_.below(3), misses = 0;
    while (misses < cycle.size() &&
           duration_ms() + closing.ms + line_pause_ms < brief_.target_ms - 1200) {
        const char beat = cycle[at++ % cycle.size()];
        if (beat == 'V' && lines_.back().beat == 'V')
            continue;
        const std::int64_t before = duration_ms();
        if (!add(beat, false)) {
            ++misses;
        } else if (before + lines_.back().ms + closing.ms + 2 * line_pause_ms > brief_.most_ms) {
            lines_.pop_back();
            ++misses;
        }
    }
    lines_.push_back(closing);
}

void Drafter::label() {
    for (std::size_t i = 0; i < structure_.labels.size() && i + 2 < lines_.size(); ++i) {
        DraftLine& line = lines_[i + 1];
        line.text = structure_.labels[i] + " " + line.text;
        line.ms = spoken_ms(line.text, brief_.muse->voice.rate_wpm);
    }
}

bool Drafter::draft() {
    closing_ = static_cast<int>(random_.below(6));
    const bool short_form = brief_.target_ms < short_form_ms;
    if (short_form && !structure_.labels.empty())
        return false;
    for (const char mark : structure_.beats) {
        const char beat = upper_of(mark);
        const bool needed = is_needed(mark) && (!short_form || beat == 'H' || beat == 'C');
        if (!add(beat, needed) && needed)
            return false;
    }
    label();
    keep_what_fits();
    if (structure_.labels.empty())
        fill_up();
    return true;
}

double Drafter::score() const {
    const double off = static_cast<double>(std::llabs(duration_ms() - brief_.target_ms)) / 1000.0;
    double score = 10.0 - 2.0 * off;
    if (duration_ms() < brief_.least_ms || duration_ms() > brief_.most_ms)
        score -= 40;
    score += 1.2 * static_cast<double>(std::min<std::size_t>(cited_.size(), 3));
    for (const DraftLine& line : lines_)
        score += line.in_manner ? 0.15 : 0.0;
    for (std::size_t i = 1; i < lines_.size(); ++i)
        if (lines_[i].beat == lines_[i - 1].beat)
            score -= 0.4;
    return score;
}

std::string Drafter::why() const {
    return fmt::format("{}, {:.1f} s, {} facts, {} lines",
                       structure_.name,
                       static_cast<double>(duration_ms()) / 1000.0,
                       cited_.size(),
                       lines_.size());
}

} // namespace smos::stages
