// SPDX-License-Identifier: Apache-2.0
// A timeline's text on its way to JSON: what cannot be read is named by its place.
#pragma once

#include "libsmos/records/json.hpp"

#include <string>
#include <string_view>

namespace smos::records {

/// The document of a timeline file. Errors: empty; bad_json with the field in which the text ends
/// to be JSON ("timeline.tracks[0].items[2].dur") and the line, NaN and Infinity by name.
Result<Json> read_timeline_text(std::string_view text, const std::string& file);

/// JSON pointer of the value that byte `offset` is part of.
std::string pointer_at(std::string_view text, std::size_t offset);

} // namespace smos::records
