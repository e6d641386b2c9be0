// SPDX-License-Identifier: Apache-2.0
// What smos-media is.
#pragma once

#include "libsmos/cli/spec.hpp"

namespace smos::tools {

cli::ToolSpec media_spec();

} // namespace smos::tools
