// SPDX-License-Identifier: Apache-2.0
// Inputs of a tool: named files and standard input, read so that a signal ends the waiting.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/records/line_reader.hpp"

#include <functional>
#include <string>

namespace smos::cli {

/// A reader of `input` ("-" is standard input). `before_wait` runs before every read that may
/// block. Missing, unreadable and directories are errors; a failing read is Fatal{io_error}; a
/// signal while waiting throws Interrupted.
Result<records::ReadSome> open_for_reading(const std::string& input,
                                           std::function<void()> before_wait);

} // namespace smos::cli
