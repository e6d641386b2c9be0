// SPDX-License-Identifier: Apache-2.0
// JSON Schemas (2020-12) that follow from the record types.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smos::records {

/// "record", "scout", "plan", "cfo", "render", "critic", "publish", "sidecar", "timeline".
std::vector<std::string> schema_names();

/// The schema as indented JSON with a newline at the end; an unknown name gives nothing.
std::optional<std::string> schema_text(std::string_view name);

} // namespace smos::records
