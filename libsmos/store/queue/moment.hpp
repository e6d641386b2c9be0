// SPDX-License-Identifier: Apache-2.0
// The clock of leases: the wall, and beside it one that nobody sets.
#pragma once

#include "libsmos/core/clock.hpp"
#include "libsmos/store/engine/database.hpp"

#include <functional>
#include <string>

namespace smos::store {

/// One reading. Under the same `boot_id` leases are compared by `boot_us` alone, so a wall clock
/// that is set steals no lease and keeps none; under another (the machine was started again) by
/// the wall.
struct Moment {
    Instant wall{};
    std::int64_t boot_us = 0;
    std::string boot_id{};

    Moment after(std::int64_t us) const { return {{wall.micros + us}, boot_us + us, boot_id}; }
};

using MomentSource = std::function<Moment()>;

/// Of readings of a server's clock, which nothing but the server sets.
inline constexpr std::string_view server_boot = "server";

/// A file's: this machine's wall and CLOCK_BOOTTIME. A server's: its own clock for both.
MomentSource moments_of(Database& database);

} // namespace smos::store
