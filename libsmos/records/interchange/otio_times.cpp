// SPDX-License-Identifier: Apache-2.0
// RationalTime and TimeRange, checked.
#include "libsmos/records/interchange/otio_times.hpp"

#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

namespace smos::records::interchange {

Rate OtioTimes::rate(double value, const std::string& path) {
    if (!(value >= 1e-3 && value <= 1e9)) {
        findings_.refuse(path, fmt::format("a rate of {} units per second", value));
        return {};
    }
    const auto seen = seen_.find(value);
    if (seen != seen_.end())
        return seen->second;
    Rate rate;
    bool known = false;
    for (const Rate& one : known_) {
        if (!known && one.value() == value) {
            rate = one;
            known = true;
        }
    }
    if (const auto ntsc = cut_off_ntsc(value); ntsc && !known) {
        rate = *ntsc;
        findings_.guessed(path,
                          fmt::format("rate {} is taken as {}/{}", value, rate.num, rate.den));
    } else if (!known) {
        rate = nearest_rate(value);
        if (rate.value() != value)
            findings_.guessed(path,
                              fmt::format("rate {} is taken as {}/{}", value, rate.num, rate.den));
    }
    seen_.emplace(value, rate);
    return rate;
}

OtioTime OtioTimes::time(const Json& json, const std::string& path) {
    const Json* value = member(json, "value");
    const Json* units = member(json, "rate");
    if (!json.is_object() || value == nullptr || units == nullptr || !value->is_number() ||
        !units->is_number()) {
        findings_.refuse(path, "is not a RationalTime: {\"rate\", \"value\"}");
        return {};
    }
    OtioTime time;
    time.rate = rate(units->get<double>(), path + ".rate");
    const Exact count = Exact::near(value->get<double>());
    time.seconds = count * Exact::of(time.rate.den, time.rate.num);
    if (!time.seconds.sound()) {
        findings_.refuse(path + ".value", "is out of range");
        return {};
    }
    return time;
}

OtioRange OtioTimes::range(const Json& json, const std::string& path) {
    const Json* duration = member(json, "duration");
    const Json* start = member(json, "start_time");
    if (duration == nullptr || start == nullptr) {
        findings_.refuse(path, "is not a TimeRange: {\"start_time\", \"duration\"}");
        return {};
    }
    OtioRange range{time(*start, path + ".start_time"), time(*duration, path + ".duration")};
    if (range.duration.seconds.negative())
        findings_.refuse(path + ".duration", "is negative");
    return range;
}

std::optional<OtioRange>
OtioTimes::range_in(const Json& node, const char* key, const std::string& path) {
    const Json* found = member(node, key);
    if (found == nullptr)
        return std::nullopt;
    return range(*found, path + "." + key);
}

} // namespace smos::records::interchange
