// SPDX-License-Identifier: Apache-2.0
// The stages of a production and what each needs: a graph without cycles, in one fixed order.
#pragma once

#include "libsmos/core/result.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smos::stages {

struct AuthoredStage {
    std::string name;
    std::optional<std::vector<std::string>> needs{}; // nothing: the stage before it in the list
};

/// Stages are numbered so that each comes behind what it needs; those that may change places stay
/// in the order in which they were written.
class StageGraph {
  public:
    /// Errors, each naming its stage: no_stages, too_many_stages, bad_stage_name, duplicate_stage,
    /// unknown_need, stage_cycle with the way around it.
    static Result<StageGraph> make(const std::vector<AuthoredStage>& authored);

    std::size_t size() const { return names_.size(); }
    const std::string& name(std::size_t stage) const { return names_[stage]; }
    const std::vector<std::size_t>& needs(std::size_t stage) const { return needs_[stage]; }
    /// Empty is the first.
    std::optional<std::size_t> find(std::string_view name) const;
    /// Whether `late` waits for `early`, however many stages lie between.
    bool before(std::size_t early, std::size_t late) const { return before_[late][early]; }
    /// Whether nothing ever runs beside it.
    bool alone(std::size_t stage) const;

    static constexpr std::size_t most_stages = 30;

  private:
    StageGraph() = default;

    std::vector<std::string> names_;
    std::vector<std::vector<std::size_t>> needs_;
    std::vector<std::vector<bool>> before_;
};

} // namespace smos::stages
