// SPDX-License-Identifier: Apache-2.0
// What --help prints.
#pragma once

#include "libsmos/cli/spec.hpp"

#include <string>
#include <string_view>

namespace smos::cli {

/// Help of the tool, or of one of its commands.
std::string help_text(const ToolSpec& spec, const Command* command);

/// "[OPTIONS] [FILE...]" behind the tool's name.
std::string synopsis(const ToolSpec& spec, const Command& command);
/// "N", "FILE", "{auto|always|never}"; empty for a flag.
std::string metavar_of(const Option& option);
/// The option's sentence with default and choices behind it.
std::string option_doc(const Option& option);

/// The exit statuses that every tool has, with their meaning.
const std::vector<std::pair<int, const char*>>& exit_statuses();

/// Words of `text` in lines of at most `width` columns, each line but the first behind `indent`.
std::string wrapped(std::string_view text, std::size_t indent, std::size_t width = 80);

} // namespace smos::cli
