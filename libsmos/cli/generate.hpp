// SPDX-License-Identifier: Apache-2.0
// What follows from a ToolSpec besides the parser: man page, completions, and the spec as JSON.
#pragma once

#include "libsmos/cli/spec.hpp"
#include "libsmos/records/json.hpp"

#include <string>
#include <string_view>

namespace smos::cli {

/// `what` is man, bash, zsh, fish, spec or versions; anything else is Fatal{usage}.
std::string generated(const ToolSpec& spec, std::string_view what);

std::string man_page(const ToolSpec& spec);
std::string bash_completion(const ToolSpec& spec);
std::string zsh_completion(const ToolSpec& spec);
std::string fish_completion(const ToolSpec& spec);

records::Json spec_as_json(const ToolSpec& spec);
/// The other way round, for `smos config show TOOL`; only what options and commands need.
Result<ToolSpec> spec_from_json(const records::Json& value);

} // namespace smos::cli
