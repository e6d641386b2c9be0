// SPDX-License-Identifier: Apache-2.0
// What smos-run is.
#pragma once

#include "libsmos/cli/spec.hpp"

namespace smos::tools {

const cli::ToolSpec& run_spec();

} // namespace smos::tools
