// SPDX-License-Identifier: Apache-2.0
// The ledger of a render, opened with the first paid call, and the anchors of what it booked.
#pragma once

#include "libsmos/cli/context.hpp"
#include "libsmos/stages/cfo/anchor_run.hpp"
#include "libsmos/store/engine/database.hpp"
#include "libsmos/store/ledger/ledger.hpp"

#include <optional>
#include <string>

namespace smos::tools {

class Books {
  public:
    explicit Books(cli::Context& context) : context_(context) {}

    store::Ledger& ledger();
    /// Nothing while no call was paid.
    std::optional<records::Witness> witness(const std::string& reservation_id);
    /// Anchors what this run booked.
    void finish();

  private:
    cli::Context& context_;
    std::optional<store::Database> database_;
    std::optional<store::Ledger> ledger_;
    std::optional<stages::AnchorRun> anchors_;
};

} // namespace smos::tools
