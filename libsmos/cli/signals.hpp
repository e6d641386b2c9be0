// SPDX-License-Identifier: Apache-2.0
// SIGINT and SIGTERM as a flag that ends the reading; a second one ends the process.
#pragma once

#include "libsmos/core/exit_status.hpp"

#include <optional>

namespace smos::cli {

/// Catches SIGINT and SIGTERM without SA_RESTART and ignores SIGPIPE. Makes sure that descriptors
/// 0, 1 and 2 are open, so that no file of ours becomes one of them.
void prepare_process();

/// 130 or 143 once such a signal came.
std::optional<ExitStatus> interruption();

/// Readable once such a signal came, for those who wait by themselves.
int interruption_fd();

/// Waits until `fd` is readable or a signal came; true means readable. No signal is missed between
/// the check and the wait.
bool wait_readable(int fd);

/// Thrown by an input that waits when a signal comes; not a std::exception, so that nobody takes
/// it for a failure. Caught in each_record and in run.
struct Interrupted {};

} // namespace smos::cli
