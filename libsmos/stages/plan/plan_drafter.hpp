// SPDX-License-Identifier: Apache-2.0
// One draft of a script: copy drawn for every beat of a structure until the time is filled.
#pragma once

#include "libsmos/core/random.hpp"
#include "libsmos/stages/plan/plan_copy.hpp"
#include "libsmos/stages/plan/plan_slots.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace smos::stages {

/// What stays the same over all drafts of one script.
struct DraftBrief {
    const Trend* trend = nullptr;
    const muse::Muse* muse = nullptr;
    const Slots* slots = nullptr;
    const Angle* angle = nullptr;
    std::string manners; ///< register letters, the strongest first: "dt"
    std::int64_t target_ms = 15'000;
    std::int64_t least_ms = 12'000;
    std::int64_t most_ms = 18'000;
};

struct DraftLine {
    char beat = 0;
    std::string text;
    std::int64_t ms = 0;
    bool needed = false;
    bool in_manner = false; ///< written for the strongest register
};

class Drafter {
  public:
    Drafter(const DraftBrief& brief, const Structure& structure, std::uint64_t seed);

    /// False when a beat that must be there has no line for this trend.
    bool draft();
    const std::vector<DraftLine>& lines() const { return lines_; }
    std::int64_t duration_ms() const;
    /// How good it is: in time, citing facts, in the muse's manner.
    double score() const;
    std::string why() const;

  private:
    bool add(char beat, bool needed);
    bool draw(const std::vector<Copy>& bank, bool strict, DraftLine& line);
    std::vector<const std::vector<Copy>*> banks_for(char beat) const;
    const std::vector<Copy>& lead_bank() const;
    void keep_what_fits();
    void fill_up();
    void label();

    DraftBrief brief_;
    const Structure& structure_;
    Random random_;
    std::vector<DraftLine> lines_;
    std::set<std::string> used_;
    std::set<char> cited_;
    int subject_uses_ = 0;
    int closing_ = 0;           // where the closing line comes from
    std::vector<Copy> phrases_; // the muse's own, as closing lines
};

} // namespace smos::stages
