// SPDX-License-Identifier: Apache-2.0
// Options that would do nothing are refused.
#pragma once

#include "libsmos/cli/context.hpp"
#include "libsmos/records/timeline/timeline.hpp"

#include <string>

namespace smos::tools {

/// Throws Fatal{usage} for an option on the command line that what is asked has no use for: -o with
/// --resolve, --moments without a picture to show.
void refuse_idle_options(const cli::Context& context);

/// Throws Fatal{usage} when --preset, --crf or --accent on the command line say something else than
/// an output of a resolved timeline, which is encoded as it says.
void refuse_other_encoding(const cli::Context& context,
                           const std::string& input,
                           const records::Timeline& timeline);

} // namespace smos::tools
