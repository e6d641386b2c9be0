// SPDX-License-Identifier: Apache-2.0
// Rules of the house before the money: named gates in a fixed order, each with a policy of its own.
#pragma once

#include "libsmos/core/clock.hpp"
#include "libsmos/core/money.hpp"
#include "libsmos/core/result.hpp"
#include "libsmos/records/json.hpp"
#include "libsmos/records/sections.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace smos::stages {

/// What the gates look at in a production.
struct GateQuestion {
    std::string tenant;
    std::string task_id;
    Micros amount_micros = 0;
    std::map<std::string, Micros> by_capability; // what is asked for each
    const records::Json& payload;                // kpi{name: number}, temperature
    /// What a tenant's calls of a capability cost so far this UTC day, open ones at their ceiling.
    std::function<Micros(const std::string& capability)> committed_today;
};

/// From the trusted configuration, `cfo.gates`:
///
///     chain: [tool_budget, kill_switch, firearms, strategy_lock, budget, kpi, temperature]
///     tool_budget: {cap.video.generate: "5.00"}       the most a UTC day
///     kill_switch: {blocked: false}
///     firearms: {cap.video.generate: {until: "2027-01-01T00:00:00Z", revoked: false}}
///     strategy_lock: {locked: true, approved: [TASK]}
///     budget: {threshold: "2.50"}                     the most a production
///     kpi: {ctr: {floor: 0.01, ceiling: 1}}
///     temperature: {most: 0.7}
///
/// Only gates of `chain` are asked, always in the order above; the first that blocks ends it. One
/// whose policy is missing, or does not cover what it is asked, blocks.
class GateChain {
  public:
    /// Error bad_gate for a gate or policy that is not of this form.
    static Result<GateChain> from_config(const records::Json& config);

    bool empty() const { return chain_.empty(); }
    std::vector<records::Gate> ask(const GateQuestion& question, Instant now) const;

  private:
    std::vector<std::string> chain_;
    std::map<std::string, records::JsonBox> policies_;
};

} // namespace smos::stages
