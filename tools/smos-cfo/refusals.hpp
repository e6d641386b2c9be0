// SPDX-License-Identifier: Apache-2.0
// A refusal in plain words: what said no, what it saw, and what to do.
#pragma once

#include "libsmos/store/ledger/refusals.hpp"

#include <string>
#include <vector>

namespace smos::tools {

/// What lets the money pass a gate that refused it.
std::string way_past(const records::Gate& gate, const std::string& wallet);

std::vector<std::string> refusal_lines(const store::Refusal& refusal);

/// "  passed balance: …".
std::string gate_line(const records::Gate& gate);

} // namespace smos::tools
