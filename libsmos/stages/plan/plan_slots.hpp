// SPDX-License-Identifier: Apache-2.0
// Fills copy with the facts of one trend, within what the muse may say.
#pragma once

#include "libsmos/muse/muse.hpp"
#include "libsmos/stages/plan/plan_angle.hpp"
#include "libsmos/stages/plan/plan_trend.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace smos::stages {

/// The facts that a script may use, by their slot letter (plan_copy.hpp).
class Slots {
  public:
    /// Facts that hold a word of the muse's do-not-say list are left out.
    Slots(const Trend& trend, const muse::Muse& muse, std::size_t headline_words);

    bool has(char slot) const { return values_.count(slot) > 0; }
    const std::string& at(char slot) const { return values_.at(slot); }
    void set(char slot, std::string value) { values_[slot] = std::move(value); }
    /// Whether anything of the trend itself is left to cite.
    bool citable() const;
    /// Whether a fact was left out because the muse does not say a word of it.
    bool censored() const { return censored_; }
    bool may_say(const std::string& text) const;

    /// The line with every slot filled and sentences capitalised; nothing when a slot is unknown
    /// or the muse may not say it.
    std::optional<std::string> fill(const std::string& copy) const;

  private:
    void offer(char slot, const std::string& value);

    std::map<char, std::string> values_;
    std::vector<std::string> do_not_say_;
    bool censored_ = false;
    bool own_subject_ = false;
};

/// The slot letters in a line of copy.
std::set<char> slots_in(const std::string& copy);
/// Capitals after full stops, question and exclamation marks; "a" before a vowel stays the
/// author's business.
std::string with_sentence_case(std::string text);

} // namespace smos::stages
