// SPDX-License-Identifier: Apache-2.0
// What `smos produce` says at the end.
#pragma once

#include "libsmos/cli/context.hpp"
#include "libsmos/records/record.hpp"

namespace smos::dispatch {

/// Copies the video where --out says, prints the JSON line and the words for people, and sets the
/// exit status by the outcome.
void conclude_production(cli::Context& context, const records::Record& record);

} // namespace smos::dispatch
