// SPDX-License-Identifier: Apache-2.0
// The version as the build gives it.
#include "libsmos/cli/version.hpp"

namespace smos::cli {

std::string smos_version() { return SMOS_VERSION; }

} // namespace smos::cli
