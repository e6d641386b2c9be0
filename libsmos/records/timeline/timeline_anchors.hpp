// SPDX-License-Identifier: Apache-2.0
// Times that hang on other items: those that hang on nothing, or on themselves.
#pragma once

#include "libsmos/records/timeline/timeline_check.hpp"

namespace smos::records {

void check_anchors(const Timeline& timeline, std::vector<TimelineProblem>& problems);

} // namespace smos::records
