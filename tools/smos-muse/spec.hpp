// SPDX-License-Identifier: Apache-2.0
// What smos-muse is.
#pragma once

#include "libsmos/cli/spec.hpp"

namespace smos::tools {

cli::ToolSpec muse_spec();

} // namespace smos::tools
