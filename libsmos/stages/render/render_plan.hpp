// SPDX-License-Identifier: Apache-2.0
// What a render would do, cost and need, without doing any of it.
#pragma once

#include "libsmos/records/json.hpp"
#include "libsmos/stages/render/render.hpp"

#include <string>

namespace smos::stages {

/// Nothing is made, written, spent or sent. One object: `resolved` (false where voices have yet to
/// be made: lengths are then estimated from their words), `frames`, `duration_ms`, `rate`,
/// `outputs`, `assets` with binding and `ceiling_micros`, `cost_micros` (at most), `gops` (`kept`
/// only where it is known), `disk_bytes`, `memory`. Errors: no_binding, unknown_price,
/// too_little_memory, and those of the files that are there.
Result<records::JsonBox> plan_render(const RenderOptions& options,
                                     const records::Timeline& timeline,
                                     const std::string& task,
                                     std::int64_t target_ms);

} // namespace smos::stages
