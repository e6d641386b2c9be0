// SPDX-License-Identifier: Apache-2.0
// Where things live: XDG base directories, and file: URIs.
#pragma once

#include "libsmos/core/result.hpp"

#include <string>
#include <string_view>

namespace smos {

/// $XDG_CONFIG_HOME, $XDG_STATE_HOME, $XDG_DATA_HOME with "/smos" behind; a relative value in these
/// variables is invalid and counts as unset.
std::string config_home();
std::string state_home();
std::string data_home();

/// The directory of the running program.
std::string program_directory();

/// "file:///a%20b" from an absolute path, and back. Other schemes are an error.
std::string file_uri(std::string_view absolute_path);
Result<std::string> path_of_file_uri(std::string_view uri);

} // namespace smos
