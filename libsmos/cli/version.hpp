// SPDX-License-Identifier: Apache-2.0
// The version of SMOS, one for all tools.
#pragma once

#include <string>

namespace smos::cli {

/// "0.1.0"
std::string smos_version();

} // namespace smos::cli
