// SPDX-License-Identifier: Apache-2.0
// Timelines drawn from a seed: every construct of smos.timeline/1, in both forms.
#pragma once

#include "libsmos/records/json.hpp"

#include <cstdint>

namespace smos::records {

Json generated_timeline(std::uint64_t seed);

} // namespace smos::records
