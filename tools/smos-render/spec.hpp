// SPDX-License-Identifier: Apache-2.0
// What smos-render is.
#pragma once

#include "libsmos/cli/spec.hpp"

namespace smos::tools {

const cli::ToolSpec& render_spec();

} // namespace smos::tools
