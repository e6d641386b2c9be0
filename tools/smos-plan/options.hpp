// SPDX-License-Identifier: Apache-2.0
// From the options of smos-plan to those of its stage.
#pragma once

#include "libsmos/cli/context.hpp"
#include "libsmos/stages/plan/plan.hpp"

namespace smos::tools {

/// Reads the muses and the price table; `context` outlives the result.
stages::PlanSettings plan_settings(const cli::Context& context);

} // namespace smos::tools
