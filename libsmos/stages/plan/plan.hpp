// SPDX-License-Identifier: Apache-2.0
// smos-plan as a stage: a scouted trend or a request in, what a muse will say about it out.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/muse/muse.hpp"
#include "libsmos/records/plan.hpp"
#include "libsmos/records/stage.hpp"
#include "libsmos/stages/plan/plan_roi.hpp"
#include "libsmos/stages/plan/plan_trend.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace smos::stages {

/// What a plan asks a capability for.
struct Need {
    std::string capability; ///< cap.image.generate
    std::string unit;       ///< image, character, second
    std::int64_t quantity = 0;
    std::int64_t calls = 0; ///< requests, for what is sold by the call
    /// Only where the voice is not the local one, and then where something serves it.
    bool for_foreign_voice = false;
};

/// The priced line of the provider that would serve it; an unknown price is an error.
using Estimator = std::function<Result<records::EstimateLine>(const Need& need)>;

struct PlanSettings {
    std::vector<muse::Muse> muses; ///< at least one; persona_ids differ
    RoiRules roi;
    double min_moral = 0.5;
    std::vector<std::string> vetoes; ///< of veto_categories()
    std::uint64_t seed = 0;
    Estimator estimate;
    std::function<records::Stamp(std::int64_t started_us)> stamp;
};

/// Acts on `scouted`. Without persona_id a record fans out: one line per muse, task_id by
/// production_id, parent_id the record's own. A record that names a persona keeps its ids and gets
/// that muse; when none has that id and just one muse is given, it gets that one, else it is
/// skipped. A task message without scout section keeps its task_id when there is just one muse.
/// The same record, seed and clock give the same plan, whatever stands before or behind it.
class PlanStage : public records::Stage {
  public:
    explicit PlanStage(PlanSettings settings);

    bool concerns(const records::Record& record) const override;
    std::vector<records::Record> apply(records::Record record) override;

  private:
    records::Record
    plan_one(records::Record record, const muse::Muse& muse, const Trend& trend) const;
    Result<bool> decide(const std::string& task_id,
                        const muse::Muse& muse,
                        const Trend& trend,
                        records::Plan& plan) const;
    Result<records::Estimate> estimate_of(const std::vector<Need>& needs) const;
    /// Status failed; in a dry run only the error.
    void refuse(records::Record& record, const Error& error) const;
    records::Record skip_without_muse(records::Record record) const;

    PlanSettings settings_;
};

} // namespace smos::stages
