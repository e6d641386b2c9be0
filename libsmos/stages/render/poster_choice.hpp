// SPDX-License-Identifier: Apache-2.0
// Which frame of a film stands for it.
#pragma once

#include "libsmos/media/picture/frame.hpp"
#include "libsmos/records/timeline/timeline.hpp"

#include <cstdint>
#include <map>
#include <vector>

namespace smos::stages {

/// Whether a transition of the main track shows in it.
bool in_transition(const records::Timeline& timeline, std::int64_t frame);

/// The sharpest of some frames from 1.2 s on, a fifth of a second apart, where no transition is on
/// the main track; the first of equals. They may be looked at in any order.
class PosterChoice {
  public:
    explicit PosterChoice(const records::Timeline& timeline);

    /// Never none.
    const std::vector<std::int64_t>& candidates() const { return candidates_; }
    /// The candidates that were not looked at.
    std::vector<std::int64_t> unseen() const;
    /// A frame without its words; others than candidates are not looked at.
    void look(std::int64_t frame, const media::Frame& picture);
    /// Of those that were looked at; before the first, the first candidate.
    std::int64_t best() const;

  private:
    std::vector<std::int64_t> candidates_;
    std::map<std::int64_t, std::int64_t> sharpness_; // by frame
};

} // namespace smos::stages
