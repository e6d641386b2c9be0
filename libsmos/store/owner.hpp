// SPDX-License-Identifier: Apache-2.0
// Which process began something, and whether it still runs.
#pragma once

#include "libsmos/core/clock.hpp"

#include <string>
#include <string_view>

namespace smos::store {

/// Names this process so that no later one is taken for it: boot, process namespace, pid, start.
std::string this_process();

/// Whether `owner` may still be at work. A process of another container cannot be looked at from
/// here: it counts as alive for an hour after `since`.
bool may_be_alive(std::string_view owner, Instant since, Instant now);

} // namespace smos::store
