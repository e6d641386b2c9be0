// SPDX-License-Identifier: Apache-2.0
// The grammar alone, before anything is held against anything else.
#pragma once

#include "libsmos/records/timeline/timeline_check.hpp"

namespace smos::records::timeline_fields {

bool is_resolved(const Json& json);

/// Reads what can be read and says what cannot.
void read_whole(const Json& json, Timeline& timeline, std::vector<TimelineProblem>& problems);

} // namespace smos::records::timeline_fields
