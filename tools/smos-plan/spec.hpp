// SPDX-License-Identifier: Apache-2.0
// What smos-plan is.
#pragma once

#include "libsmos/cli/spec.hpp"

namespace smos::tools {

cli::ToolSpec plan_spec();

} // namespace smos::tools
