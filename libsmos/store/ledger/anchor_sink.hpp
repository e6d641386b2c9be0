// SPDX-License-Identifier: Apache-2.0
// Where anchors are kept outside of the state: a file elsewhere, and a command.
#pragma once

#include "libsmos/core/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace smos::store {

struct AnchorSinks {
    std::string file{};    // appended to and synced; empty: none
    std::string command{}; // for /bin/sh; gets the line on stdin; empty: none
    int command_limit_ms = 10'000;
};

/// Appends the line and a line feed in one write, and syncs. A line that was half written before
/// is ended first.
Result<void> append_durably(const std::string& path, std::string_view line);

/// Runs the command in a process group of its own, which is killed when the time is over. A status
/// other than 0 is an error.
Result<void> tell_command(const std::string& command, std::string_view line, int limit_ms);

/// Both; each failure is one error, and does not keep the other sink from its line.
std::vector<Error> send_anchor(const AnchorSinks& sinks, std::string_view line);

} // namespace smos::store
