// SPDX-License-Identifier: Apache-2.0
// The anchors of smos-cfo by its options, and the verb that prints them.
#pragma once

#include "libsmos/cli/context.hpp"
#include "libsmos/stages/cfo/anchor_run.hpp"

#include <vector>

namespace smos::tools {

/// --anchor-key, else anchor.key beside the state file (in $XDG_STATE_HOME/smos for a server), and
/// the sinks. Every failure of a sink goes to stderr and into the exit status.
stages::AnchorPlaces anchor_places(cli::Context& context);

/// The keys whose signatures count: --public-key, else the one beside the anchor key.
std::vector<PublicKey> trusted_keys(const cli::Context& context);

/// The verb anchor.
void print_anchors(cli::Context& context, store::Database& database);

} // namespace smos::tools
