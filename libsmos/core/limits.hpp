// SPDX-License-Identifier: Apache-2.0
// The bounds that we put on everything that comes from outside.
#pragma once

#include <cstddef>
#include <cstdint>

namespace smos::limits {

inline constexpr std::size_t record_line_bytes = std::size_t{1} << 20; // design: 1 MiB
inline constexpr std::size_t document_bytes = std::size_t{256} << 20;  // a listing or feed
inline constexpr std::size_t yaml_bytes = std::size_t{1} << 20;
inline constexpr int json_depth = 128;
inline constexpr std::size_t text_code_points = 2000; // scout.text
inline constexpr std::int64_t image_pixels = std::int64_t{64} << 20;
inline constexpr std::int64_t timeline_duration_ms = 3'600'000;

} // namespace smos::limits
