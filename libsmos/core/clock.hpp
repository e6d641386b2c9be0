// SPDX-License-Identifier: Apache-2.0
// Instants and their text form (RFC 3339, always UTC when written).
#pragma once

#include "libsmos/core/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace smos {

/// Microseconds since 1970-01-01T00:00:00Z.
struct Instant {
    std::int64_t micros = 0;

    friend bool operator==(Instant a, Instant b) { return a.micros == b.micros; }
    friend bool operator!=(Instant a, Instant b) { return a.micros != b.micros; }
    friend bool operator<(Instant a, Instant b) { return a.micros < b.micros; }
    friend bool operator<=(Instant a, Instant b) { return a.micros <= b.micros; }
    friend bool operator>(Instant a, Instant b) { return b < a; }
};

/// The system's wall clock.
Instant system_now();
/// CLOCK_MONOTONIC in microseconds, for elapsed times only.
std::int64_t monotonic_us();

/// "2020-11-25T22:54:02Z", with any offset and up to nine decimals; years 1970 to 9999.
Result<Instant> parse_rfc3339(std::string_view text);
/// Whole seconds print without decimals, others with three or six.
std::string format_rfc3339(Instant at);
/// The day in UTC: days since 1970-01-01.
std::int64_t utc_day(Instant at);
/// A calendar date at 00:00 UTC; the month is 1..12.
Instant from_date(int year, unsigned month, unsigned day);

} // namespace smos
