// SPDX-License-Identifier: Apache-2.0
// The JSON value of every layer above core; members keep the order in which they were written.
#pragma once

#include "libsmos/core/result.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace smos::records {

using Json = nlohmann::ordered_json;

/// Parses one JSON value; depth and size are bounded by core/limits.hpp, NaN and 1e400 are errors.
Result<Json> parse_json(std::string_view text, std::string_view where);
/// Compact text, UTF-8 as it is.
std::string dump(const Json& value);

} // namespace smos::records
