// SPDX-License-Identifier: Apache-2.0
// Anchors of a run: the key, the sinks, and what both could not do.
#pragma once

#include "libsmos/cli/context.hpp"
#include "libsmos/store/ledger/anchors.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace smos::tools {

/// --anchor-key, else anchor.key beside the state file (in $XDG_STATE_HOME/smos for a server).
std::string anchor_key_path(const cli::Context& context);

/// The keys whose signatures count: --public-key, else the one beside the anchor key.
std::vector<PublicKey> trusted_keys(const cli::Context& context);

class AnchorRun {
  public:
    /// Reads the key, or makes it with its public half beside it.
    AnchorRun(cli::Context& context, store::Database& database);

    /// An entry was booked; the last anchor before it.
    std::optional<records::AnchorRef> note(const std::string& wallet, std::int64_t seq);
    void finish();
    std::vector<store::SignedAnchor> anchor_all();

  private:
    /// Every failure of a sink goes to stderr and into the exit status.
    void complain();

    cli::Context& context_;
    store::Database& database_;
    store::AnchorWriter writer_;
    std::size_t said_ = 0;
};

/// The verb anchor.
void print_anchors(cli::Context& context, store::Database& database);

} // namespace smos::tools
