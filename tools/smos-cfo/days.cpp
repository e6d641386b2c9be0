// SPDX-License-Identifier: Apache-2.0
// Days as people have them: of UTC, or of a time zone.
#include "tools/smos-cfo/days.hpp"

#include "libsmos/core/fatal.hpp"
#include "libsmos/core/file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>

namespace smos::tools {
namespace {

constexpr std::size_t zone_file_bytes = std::size_t{1} << 20;
constexpr std::int64_t second_us = 1'000'000;
constexpr std::int64_t step_us = 900 * second_us; // every offset is a multiple of a quarter hour

bool zone_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
           c == '_' || c == '-' || c == '+';
}

/// The C library takes what it does not know for UTC without a word, so we look first.
std::string zone_file(const std::string& zone) {
    const char* own = std::getenv("TZDIR");
    const std::string folder = own != nullptr && *own == '/' ? own : "/usr/share/zoneinfo";
    std::string path = folder + '/' + zone;
    const bool named = !zone.empty() && zone.size() <= 64 && zone.front() != '/' &&
                       std::all_of(zone.begin(), zone.end(), zone_letter);
    const auto bytes = named ? read_file(path, zone_file_bytes) : Result<std::string>{Error{}};
    if (!bytes || !bytes->starts_with("TZif"))
        throw Fatal(ExitStatus::usage,
                    fmt::format("{:.64}: no such time zone", zone),
                    "use a name such as Europe/Berlin; the package tzdata brings them");
    return path;
}

std::tm local_time(Instant at) {
    // Floored, so that the last microsecond of a day stays in it.
    const std::int64_t micros = at.micros - (at.micros < 0 ? second_us - 1 : 0);
    const std::time_t seconds = micros / second_us;
    std::tm time{};
    ::localtime_r(&seconds, &time);
    return time;
}

std::int64_t number_of(const std::tm& time) {
    return (time.tm_year + 1900) * 10'000LL + (time.tm_mon + 1) * 100LL + time.tm_mday;
}

struct Date {
    int year = 0;
    unsigned month = 0;
    unsigned day = 0;
};

bool read_date(std::string_view text, Date& date) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-')
        return false;
    return bool{parse_rfc3339(std::string{text} + "T00:00:00Z")} &&
           (date = {std::stoi(std::string{text.substr(0, 4)}),
                    static_cast<unsigned>(std::stoi(std::string{text.substr(5, 2)})),
                    static_cast<unsigned>(std::stoi(std::string{text.substr(8, 2)}))},
            true);
}

} // namespace

Days::Days(const std::string& zone) : zone_(zone.empty() ? "UTC" : zone) {
    const std::string setting = zone_ == "UTC" ? "UTC0" : ':' + zone_file(zone_);
    ::setenv("TZ", setting.c_str(), 1);
    ::tzset();
}

std::string Days::day_of(Instant at) const {
    const std::tm time = local_time(at);
    return fmt::format("{:04}-{:02}-{:02}", time.tm_year + 1900, time.tm_mon + 1, time.tm_mday);
}

Instant Days::start_of(int year, unsigned month, unsigned day) const {
    const std::int64_t wanted = year * 10'000LL + month * 100LL + day;
    // No zone is farther from UTC than fifteen hours: from there on quarter by quarter.
    Instant at{from_date(year, month, day).micros - 60 * step_us};
    while (number_of(local_time(at)) < wanted)
        at.micros += step_us;
    return at;
}

Instant Days::instant_of(std::string_view text) const {
    Date date;
    if (read_date(text, date))
        return start_of(date.year, date.month, date.day);
    const auto at = parse_rfc3339(text);
    if (!at)
        throw Fatal(ExitStatus::usage,
                    fmt::format("{:.40}: neither a day nor a time", text),
                    "use 2026-03-29 or 2026-03-29T12:00:00Z");
    return *at;
}

store::JournalRange range_of(const cli::Context& context, const Days& days) {
    store::JournalRange range;
    if (context.given("from"))
        range.from = days.instant_of(context.text("from"));
    if (context.given("to"))
        range.to = days.instant_of(context.text("to"));
    if (range.from && range.to && *range.to <= *range.from)
        throw Fatal(ExitStatus::usage, "--to is not after --from: nothing lies between them");
    if (context.typed("wallet"))
        range.wallet = context.text("wallet");
    return range;
}

} // namespace smos::tools
