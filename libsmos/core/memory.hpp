// SPDX-License-Identifier: Apache-2.0
// How much memory this process may still take.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace smos {

/// What the machine and the process's control groups (version 2) have left; nothing where neither
/// says.
std::optional<std::int64_t> available_memory_bytes();

/// The same below another root of /proc and /sys, for tests.
std::optional<std::int64_t> available_memory_bytes(const std::string& root);

/// "450M", "2G", "1.5GiB", "1000000": K, M, G and T are powers of 1024. Nothing for other text.
std::optional<std::int64_t> parse_byte_size(std::string_view text);

} // namespace smos
