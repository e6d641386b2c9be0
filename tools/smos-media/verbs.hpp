// SPDX-License-Identifier: Apache-2.0
// The verbs of smos-media.
#pragma once

#include "libsmos/cli/context.hpp"

namespace smos::tools {

/// A timeline of another program to smos.timeline/1 on standard output.
void import_timeline(cli::Context& context);
/// smos.timeline/1 to another program's format on standard output.
void export_timeline(cli::Context& context);

} // namespace smos::tools
