// SPDX-License-Identifier: Apache-2.0
// The tools around `smos`: which there are, and handing over to one.
#pragma once

#include "libsmos/cli/spec.hpp"

#include <optional>
#include <string>
#include <vector>

namespace smos::dispatch {

struct Member {
    const char* name;    // "scout"
    const char* summary; // of its own spec; a test holds the two together
};

/// The tools of this project in pipeline order.
const std::vector<Member>& members();

/// "Tools:" and a line for every smos-* that is found, with what is known of it.
std::string family_list();

/// Handles `smos TOOL …`, `smos help [TOOL]` and `smos --help`, which are not the parser's: the
/// exit status, or nothing when the command is one of our own. Does not return for a tool that is
/// found.
std::optional<int> hand_over(const cli::ToolSpec& spec, int argc, char** argv);

} // namespace smos::dispatch
