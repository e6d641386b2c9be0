// SPDX-License-Identifier: Apache-2.0
// smos-records(5): the fields of every section as a manual page, from the same definitions.
#pragma once

#include <string>

namespace smos::records {

/// The whole page in man(7) markup, with a newline at the end.
std::string records_manual();

} // namespace smos::records
