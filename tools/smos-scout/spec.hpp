// SPDX-License-Identifier: Apache-2.0
// What smos-scout is.
#pragma once

#include "libsmos/cli/spec.hpp"

namespace smos::tools {

cli::ToolSpec scout_spec();

} // namespace smos::tools
