// SPDX-License-Identifier: Apache-2.0
// Instants and their text form (RFC 3339, always UTC when written).
#include "libsmos/core/clock.hpp"

#include <fmt/format.h>

#include <chrono>
#include <ctime>

namespace smos {
namespace {

constexpr std::int64_t day_us = 86'400'000'000;

/// Reads exactly `count` digits from the front.
bool take_digits(std::string_view& text, int count, int& value) {
    if (text.size() < static_cast<std::size_t>(count))
        return false;
    value = 0;
    for (int i = 0; i < count; ++i) {
        const char c = text[static_cast<std::size_t>(i)];
        if (c < '0' || c > '9')
            return false;
        value = value * 10 + (c - '0');
    }
    text.remove_prefix(static_cast<std::size_t>(count));
    return true;
}

bool take(std::string_view& text, char wanted) {
    if (text.empty() || text.front() != wanted)
        return false;
    text.remove_prefix(1);
    return true;
}

bool take_fraction(std::string_view& text, std::int64_t& fraction_us) {
    int count = 0;
    std::int64_t scale = 100'000;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
        fraction_us += (text.front() - '0') * scale;
        scale /= 10;
        text.remove_prefix(1);
        if (++count > 9)
            return false;
    }
    return count > 0;
}

bool take_offset(std::string_view& text, std::int64_t& offset_us) {
    if (take(text, 'Z') || take(text, 'z'))
        return true;
    const bool minus = !text.empty() && text.front() == '-';
    if (!take(text, minus ? '-' : '+'))
        return false;
    int hours = 0;
    int minutes = 0;
    if (!take_digits(text, 2, hours))
        return false;
    take(text, ':');
    if (!take_digits(text, 2, minutes) || hours > 23 || minutes > 59)
        return false;
    offset_us = (hours * 60LL + minutes) * 60'000'000LL * (minus ? -1 : 1);
    return true;
}

bool read_rfc3339(std::string_view text, Instant& at) {
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
    std::int64_t fraction_us = 0;
    std::int64_t offset_us = 0;
    if (!take_digits(text, 4, year) || !take(text, '-') || !take_digits(text, 2, month) ||
        !take(text, '-') || !take_digits(text, 2, day)) {
        return false;
    }
    if (!take(text, 'T') && !take(text, 't') && !take(text, ' '))
        return false;
    if (!take_digits(text, 2, hour) || !take(text, ':') || !take_digits(text, 2, minute) ||
        !take(text, ':') || !take_digits(text, 2, second)) {
        return false;
    }
    if (take(text, '.') && !take_fraction(text, fraction_us))
        return false;
    if (!take_offset(text, offset_us) || !text.empty())
        return false;
    const std::chrono::year_month_day date{std::chrono::year{year},
                                           std::chrono::month{static_cast<unsigned>(month)},
                                           std::chrono::day{static_cast<unsigned>(day)}};
    if (!date.ok() || year < 1970 || hour > 23 || minute > 59 || second > 60)
        return false;
    const std::int64_t seconds = (hour * 60LL + minute) * 60LL + second;
    at = from_date(year, static_cast<unsigned>(month), static_cast<unsigned>(day));
    at.micros += seconds * 1'000'000 + fraction_us - offset_us;
    return at.micros >= 0;
}

} // namespace

Instant system_now() {
    std::timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    return {now.tv_sec * 1'000'000LL + now.tv_nsec / 1000};
}

std::int64_t monotonic_us() {
    std::timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1'000'000LL + now.tv_nsec / 1000;
}

Result<Instant> parse_rfc3339(std::string_view text) {
    Instant at;
    if (text.size() <= 40 && read_rfc3339(text, at))
        return at;
    return Error{"bad_time",
                 fmt::format("'{}' is not a time", text.substr(0, 40)),
                 {},
                 "write it as RFC 3339, like 2026-11-20T12:00:00Z"};
}

std::string format_rfc3339(Instant at) {
    const std::int64_t day = utc_day(at);
    const std::int64_t within_us = at.micros - day * day_us;
    const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day}}};
    const std::int64_t seconds = within_us / 1'000'000;
    const std::int64_t fraction_us = within_us % 1'000'000;
    std::string text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
                                   static_cast<int>(date.year()),
                                   static_cast<unsigned>(date.month()),
                                   static_cast<unsigned>(date.day()),
                                   seconds / 3600,
                                   seconds / 60 % 60,
                                   seconds % 60);
    if (fraction_us % 1000 != 0) {
        text += fmt::format(".{:06}", fraction_us);
    } else if (fraction_us != 0) {
        text += fmt::format(".{:03}", fraction_us / 1000);
    }
    return text + "Z";
}

std::int64_t utc_day(Instant at) {
    return at.micros >= 0 ? at.micros / day_us : (at.micros - day_us + 1) / day_us;
}

Instant from_date(int year, unsigned month, unsigned day) {
    const std::chrono::sys_days days{std::chrono::year_month_day{
        std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}}};
    return {days.time_since_epoch().count() * day_us};
}

} // namespace smos
