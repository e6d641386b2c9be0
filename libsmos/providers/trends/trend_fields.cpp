// SPDX-License-Identifier: Apache-2.0
// Members of a foreign JSON object by any of their names; null and absent are unknown, never 0.
#include "libsmos/providers/trends/trend_fields.hpp"

#include "libsmos/providers/trends/trend_text.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace smos::providers {
namespace {

using records::Json;

constexpr double largest_count = 9007199254740992.0; // 2^53: exact in every JSON reader
constexpr double latest_second = 253402300799.0;     // 9999-12-31T23:59:59Z
constexpr double first_millisecond = 1e11;           // as seconds this would be the year 5138

std::optional<double> number_of_text(const std::string& text) {
    double number = 0;
    const char* end = text.data() + text.size();
    const auto [stop, failed] = std::from_chars(text.data(), end, number);
    if (text.empty() || failed != std::errc{} || stop != end || !std::isfinite(number))
        return std::nullopt;
    return number;
}

std::optional<double> number_of(const Json& value) {
    if (value.is_number())
        return value.get<double>();
    if (value.is_string())
        return number_of_text(value.get_ref<const std::string&>());
    return std::nullopt;
}

} // namespace

std::optional<Instant> instant_of_text(std::string_view text) {
    if (const auto at = parse_rfc3339(text))
        return *at;
    if (text.size() == 10) {
        if (const auto day = parse_rfc3339(fmt::format("{}T00:00:00Z", text)))
            return *day;
    }
    if (const auto rewritten = rfc3339_of_rfc822(text)) {
        if (const auto at = parse_rfc3339(*rewritten))
            return *at;
    }
    return std::nullopt;
}

const Json* TrendFields::find(Names names, const char** found) const {
    for (const char* name : names) {
        const auto member = object_.find(name);
        if (member == object_.end() || member->is_null())
            continue;
        if (found != nullptr)
            *found = name;
        return &*member;
    }
    return nullptr;
}

void TrendFields::fail(const char* name, const std::string& what) {
    if (!error_)
        error_ = Error{"bad_field", fmt::format("'{}' is {}", name, what)};
}

std::optional<std::string> TrendFields::text(Names names) {
    const char* name = "";
    const Json* value = find(names, &name);
    if (value == nullptr)
        return std::nullopt;
    if (value->is_string())
        return value->get<std::string>();
    fail(name, fmt::format("not text but {}", value->type_name()));
    return std::nullopt;
}

std::optional<std::string> TrendFields::id(Names names) {
    const Json* value = find(names);
    if (value != nullptr && value->is_number_integer())
        return records::dump(*value);
    return text(names);
}

std::optional<std::int64_t> TrendFields::signed_count(Names names) {
    const char* name = "";
    const Json* value = find(names, &name);
    if (value == nullptr)
        return std::nullopt;
    const auto number = number_of(*value);
    if (!number || std::abs(*number) > largest_count || std::trunc(*number) != *number) {
        fail(name, fmt::format("not a count: {}", records::dump(*value).substr(0, 60)));
        return std::nullopt;
    }
    return static_cast<std::int64_t>(*number);
}

std::optional<std::int64_t> TrendFields::count(Names names) {
    const auto number = signed_count(names);
    if (number && *number < 0) {
        const char* name = "";
        find(names, &name);
        fail(name, fmt::format("below 0: {}", *number));
        return std::nullopt;
    }
    return number;
}

std::optional<double> TrendFields::ratio(Names names) {
    const char* name = "";
    const Json* value = find(names, &name);
    if (value == nullptr)
        return std::nullopt;
    if (!value->is_number() || value->get<double>() < 0 || value->get<double>() > 1) {
        fail(name, fmt::format("not within 0..1: {}", records::dump(*value).substr(0, 60)));
        return std::nullopt;
    }
    return value->get<double>();
}

std::optional<Instant> TrendFields::time_of(const char* name, const Json& value) {
    if (value.is_string()) {
        if (const auto at = instant_of_text(value.get_ref<const std::string&>()))
            return at;
    }
    if (const auto number = number_of(value)) {
        const double seconds = *number > first_millisecond ? *number / 1000 : *number;
        if (seconds >= 0 && seconds <= latest_second)
            return Instant{std::llround(seconds * 1e6)};
    }
    fail(name, fmt::format("not a time: {}", records::dump(value).substr(0, 60)));
    return std::nullopt;
}

std::optional<Instant> TrendFields::time(Names names) {
    const char* name = "";
    const Json* value = find(names, &name);
    return value == nullptr ? std::nullopt : time_of(name, *value);
}

std::vector<std::string> TrendFields::texts(const char* name) {
    std::vector<std::string> result;
    const Json* value = find({name});
    if (value == nullptr)
        return result;
    if (!value->is_array()) {
        fail(name, fmt::format("not an array but {}", value->type_name()));
        return result;
    }
    for (const Json& element : *value) {
        if (!element.is_string()) {
            fail(name, "an array of something else than text");
            break;
        }
        result.push_back(element.get<std::string>());
    }
    return result;
}

bool TrendFields::is_true(const char* name) const {
    const Json* value = find({name});
    return value != nullptr && value->is_boolean() && value->get<bool>();
}

} // namespace smos::providers
