// SPDX-License-Identifier: Apache-2.0
// What smos-publish is.
#pragma once

#include "libsmos/cli/spec.hpp"

namespace smos::tools {

const cli::ToolSpec& publish_spec();

} // namespace smos::tools
