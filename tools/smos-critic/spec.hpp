// SPDX-License-Identifier: Apache-2.0
// What smos-critic is.
#pragma once

#include "libsmos/cli/spec.hpp"

namespace smos::tools {

const cli::ToolSpec& critic_spec();

} // namespace smos::tools
