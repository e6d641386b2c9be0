// SPDX-License-Identifier: Apache-2.0
// The time that the books go by where the state is a file: the wall clock, watched by the time
// since boot.
#pragma once

#include "libsmos/core/clock.hpp"
#include "libsmos/store/engine/database.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace smos::store {

/// Both clocks at one moment. Time since boot goes on while the machine sleeps.
struct ClockReading {
    std::string boot_id; // empty where the system does not tell
    std::int64_t boot_us = 0;
    std::int64_t wall_us = 0;
};

/// `wall` with the time since boot, now.
ClockReading read_clock(Instant wall);
/// The same of a state.
ClockReading read_clock(Database& database);

/// "BOOT BOOT_US WALL_US", and back.
std::string clock_mark(const ClockReading& reading);
std::optional<ClockReading> read_clock_mark(std::string_view text);

/// What the wall clock may run ahead of the time since boot, between two readings.
inline constexpr std::int64_t clock_tolerance_us = 5'000'000;

/// How far it ran ahead since `mark`; 0 within the tolerance, and for another boot, of which
/// nothing is known.
std::int64_t clock_jump_us(const ClockReading& mark, const ClockReading& now);
/// Whether `now` takes the place of `mark`: in another boot, or 10 s later; never when its wall
/// clock stands before the mark's, so that a clock set back and right again has not jumped.
bool clock_mark_is_due(const ClockReading& mark, const ClockReading& now);

/// The time that a transaction goes by. While the wall clock is ahead by a jump it is the mark's
/// with the time since boot added, so that no window moves with it.
struct LedgerTime {
    Instant at{};
    std::int64_t jump_us = 0;
};

/// Inside a transaction: renews the mark where that is due. A server has the one clock that counts.
LedgerTime ledger_time(Database& database);

/// The state's mark, when it has one.
std::optional<ClockReading> kept_clock_mark(Database& database);
void keep_clock_mark(Database& database, const ClockReading& reading);

/// Fatal (75) that says how far the clock jumped and what to do.
[[noreturn]] void refuse_jumped_clock(std::int64_t jump_us);

} // namespace smos::store
