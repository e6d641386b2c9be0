// SPDX-License-Identifier: Apache-2.0
// What smos-cfo is.
#pragma once

#include "libsmos/cli/spec.hpp"

namespace smos::tools {

const cli::ToolSpec& cfo_spec();

} // namespace smos::tools
