// SPDX-License-Identifier: Apache-2.0
// A walk over JSON text that checks the grammar and finds the members' bytes without building
// values, so that a line can be spliced. Numbers are never converted: 1e400 is grammar like any.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace smos::records {

struct ScanProblem {
    std::string what;
    std::size_t offset = 0; // in bytes
};

/// The text is one JSON value (RFC 8259), valid UTF-8, not deeper than limits::json_depth.
std::optional<ScanProblem> check_json(std::string_view text);

/// One member of the outermost object: the key's bytes between its quotes, and its value's bytes.
struct ScanMember {
    std::string_view key;
    std::size_t value_begin = 0;
    std::size_t value_end = 0;
};

/// check_json for text that has to be an object; `on_member` sees its members in order and
/// `object_end` becomes the offset of the closing brace.
std::optional<ScanProblem> scan_object(std::string_view text,
                                       std::size_t& object_end,
                                       const std::function<void(const ScanMember&)>& on_member);

/// A key's bytes with its escapes resolved.
std::string unescape(std::string_view quoted);

} // namespace smos::records
