// SPDX-License-Identifier: Apache-2.0
// What smos-state is.
#pragma once

#include "libsmos/cli/spec.hpp"

namespace smos::tools {

const cli::ToolSpec& state_spec();

} // namespace smos::tools
