// SPDX-License-Identifier: Apache-2.0
// What PostgreSQL's SQLSTATEs mean for a tool.
#pragma once

#include "libsmos/core/exit_status.hpp"

#include <string>
#include <string_view>

namespace smos::store {

/// What the server said about a statement.
struct PostgresProblem {
    std::string sqlstate; // five letters, or empty when there is no connection any more
    std::string message;  // without the row's values, which stand in the detail
};

/// Whether the server ended the connection with it.
bool ends_connection(const PostgresProblem& problem);

/// Fatal: 75 for busy, deadlocked and timed out, 69 for gone, 65 for text that cannot be stored,
/// 77 for missing rights, 70 for statements of ours that are wrong, else 74.
[[noreturn]] void fail_with(const std::string& place, const PostgresProblem& problem);

/// Fatal (69) for a connection that was lost; `committing` when nobody knows whether the commit
/// arrived.
[[noreturn]] void
fail_as_lost(const std::string& place, const std::string& message, bool committing);

/// Fatal (69) for a connection that was never made.
[[noreturn]] void fail_to_connect(const std::string& place, std::string_view message);

} // namespace smos::store
