// SPDX-License-Identifier: Apache-2.0
// Times that come round: the five fields of crontab(5), in UTC.
#include "libsmos/store/queue/cron.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <vector>

namespace smos::store {
namespace {

constexpr std::int64_t minute_us = 60'000'000;
constexpr std::int64_t day_us = 86'400'000'000;
constexpr std::int64_t minutes_of_day = 1440;
// Two leap days are at most eight years apart.
constexpr std::int64_t days_to_look = 8 * 366 + 1;

struct Field {
    const char* name;
    int least;
    int most;
    std::string_view words; // three letters each, from `least` on
};

constexpr std::array<Field, 5> fields{{{"minute", 0, 59, ""},
                                       {"hour", 0, 23, ""},
                                       {"day of the month", 1, 31, ""},
                                       {"month", 1, 12, "janfebmaraprmayjunjulaugsepoctnovdec"},
                                       {"day of the week", 0, 7, "sunmontuewedthufrisat"}}};

std::vector<std::string_view> parts_of(std::string_view text, char between) {
    std::vector<std::string_view> parts;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(between, begin), text.size());
        parts.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return parts;
}

std::optional<int> number_of(std::string_view text) {
    int number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || text[0] == '-' || failed != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return number;
}

std::optional<int> place_of(const Field& field, std::string_view text) {
    std::string lower{text};
    for (char& c : lower)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    const std::size_t at = lower.size() == 3 ? field.words.find(lower) : std::string_view::npos;
    const std::optional<int> number =
        at != std::string_view::npos && at % 3 == 0
            ? std::optional<int>{field.least + static_cast<int>(at / 3)}
            : number_of(text);
    return number && *number >= field.least && *number <= field.most ? number : std::nullopt;
}

/// "*", "3", "1-5", each perhaps with "/2".
template <std::size_t size>
bool add_range(const Field& field, std::string_view text, std::bitset<size>& places) {
    const auto halves = parts_of(text, '/');
    if (halves.size() > 2)
        return false;
    const std::optional<int> step = halves.size() == 2 ? number_of(halves[1]) : 1;
    const auto ends = parts_of(halves[0], '-');
    const bool all = halves[0] == "*";
    if (!step || *step < 1 || ends.size() > 2)
        return false;
    const std::optional<int> first = all ? field.least : place_of(field, ends[0]);
    std::optional<int> last = first;
    if (all || (ends.size() == 1 && halves.size() == 2))
        last = field.most;
    else if (ends.size() == 2)
        last = place_of(field, ends[1]);
    if (!first || !last || *first > *last)
        return false;
    for (int place = *first; place <= *last; place += *step)
        places.set(static_cast<std::size_t>(place));
    return true;
}

template <std::size_t size>
Result<void> read_field(const Field& field, std::string_view text, std::bitset<size>& places) {
    for (const std::string_view part : parts_of(text, ',')) {
        if (!add_range(field, part, places))
            return Error{
                "bad_schedule",
                fmt::format(
                    "'{}' is no {} from {} to {}", part, field.name, field.least, field.most),
                {},
                "five fields as in crontab(5), such as '*/15 8-18 * * mon-fri'"};
    }
    return {};
}

std::string_view spelled_out(std::string_view text) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 5> names{
        {{"@hourly", "0 * * * *"},
         {"@daily", "0 0 * * *"},
         {"@weekly", "0 0 * * 0"},
         {"@monthly", "0 0 1 * *"},
         {"@yearly", "0 0 1 1 *"}}};
    for (const auto& [name, meaning] : names) {
        if (name == text)
            return meaning;
    }
    return text;
}

} // namespace

Result<Cron> Cron::parse(std::string_view text) {
    std::vector<std::string_view> given;
    for (const std::string_view part : parts_of(spelled_out(text), ' ')) {
        if (!part.empty())
            given.push_back(part);
    }
    if (given.size() != fields.size())
        return Error{"bad_schedule",
                     fmt::format("{} fields, not five", given.size()),
                     {},
                     "minute, hour, day of the month, month, day of the week"};
    Cron made;
    SMOS_CHECK(read_field(fields[0], given[0], made.minutes_));
    SMOS_CHECK(read_field(fields[1], given[1], made.hours_));
    SMOS_CHECK(read_field(fields[2], given[2], made.days_));
    SMOS_CHECK(read_field(fields[3], given[3], made.months_));
    SMOS_CHECK(read_field(fields[4], given[4], made.weekdays_));
    if (made.weekdays_.test(7))
        made.weekdays_.set(0);
    made.any_day_ = given[2][0] == '*';
    made.any_weekday_ = given[4][0] == '*';
    return made;
}

bool Cron::matches_day(std::int64_t day) const {
    const std::string date = format_rfc3339(Instant{day * day_us}); // "2026-03-01T…"
    const auto digit = [&date](std::size_t at) { return static_cast<std::size_t>(date[at] - '0'); };
    const auto two_digits = [&digit](std::size_t at) { return digit(at) * 10 + digit(at + 1); };
    if (!months_.test(two_digits(5)))
        return false;
    const bool day_fits = days_.test(two_digits(8));
    // The first day of all was a Thursday.
    const bool weekday_fits = weekdays_.test(static_cast<std::size_t>((day + 4) % 7));
    return any_day_ || any_weekday_ ? day_fits && weekday_fits : day_fits || weekday_fits;
}

Result<Instant> Cron::next(Instant after) const {
    const std::int64_t first = after.micros / minute_us + 1;
    for (std::int64_t day = first / minutes_of_day; day < first / minutes_of_day + days_to_look;
         ++day) {
        if (!matches_day(day))
            continue;
        const std::int64_t from = std::max(first, day * minutes_of_day) % minutes_of_day;
        for (std::int64_t minute = from; minute < minutes_of_day; ++minute) {
            if (hours_.test(static_cast<std::size_t>(minute / 60)) &&
                minutes_.test(static_cast<std::size_t>(minute % 60)))
                return Instant{(day * minutes_of_day + minute) * minute_us};
        }
    }
    return Error{"never", "this time does not come", {}, "no month has that day"};
}

} // namespace smos::store
