// SPDX-License-Identifier: Apache-2.0
// Reading and writing every type that has Fields<T>; included by the few .cpp files that need it.
#pragma once

#include "libsmos/records/fields.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

namespace smos::records {

template <typename T, typename = void>
inline constexpr bool has_fields = false;
template <typename T>
inline constexpr bool has_fields<T, std::void_t<decltype(Fields<T>::list())>> = true;

template <typename T>
inline constexpr bool is_optional = false;
template <typename T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <typename T>
inline constexpr bool is_vector = false;
template <typename T>
inline constexpr bool is_vector<std::vector<T>> = true;
template <typename T>
inline constexpr bool is_map = false;
template <typename T>
inline constexpr bool is_map<std::map<std::string, T>> = true;

/// Absent optionals and empty optional lists are left out: unknown is absent.
template <typename Member>
bool is_left_out(const Member& member, Presence presence) {
    if constexpr (is_optional<Member> || std::is_same_v<Member, JsonBox>)
        return !member.has_value();
    else if constexpr (is_vector<Member> || is_map<Member> || std::is_same_v<Member, std::string>)
        return member.empty() && presence == Presence::optional;
    else
        return false;
}

template <typename T>
Json to_json_object(const T& value);

template <typename T>
Json to_json_value(const T& value) {
    if constexpr (std::is_same_v<T, JsonBox>) {
        return value ? *value : Json(nullptr);
    } else if constexpr (has_fields<T>) {
        return to_json_object(value);
    } else if constexpr (is_optional<T>) {
        return value ? to_json_value(*value) : Json(nullptr);
    } else if constexpr (is_vector<T>) {
        Json array = Json::array();
        for (const auto& element : value)
            array.push_back(to_json_value(element));
        return array;
    } else if constexpr (is_map<T>) {
        Json object = Json::object();
        for (const auto& [key, element] : value)
            object[key] = to_json_value(element);
        return object;
    } else if constexpr (std::is_same_v<T, double>) {
        return std::isfinite(value) ? Json(value) : Json(nullptr);
    } else {
        return Json(value);
    }
}

template <typename T>
Json to_json_object(const T& value) {
    Json object = Json::object();
    const auto put = [&](const auto& entry) {
        const auto& member = value.*entry.member;
        if (!is_left_out(member, entry.presence))
            object[entry.name] = to_json_value(member);
    };
    std::apply([&](const auto&... entry) { (put(entry), ...); }, Fields<T>::list());
    return object;
}

inline Error wrong_type(const std::string& where, const char* wanted, const Json& found) {
    return Error{"wrong_type",
                 fmt::format("expected {}, found {}", wanted, found.type_name()),
                 where,
                 "correct the field"};
}

template <typename T>
Result<void> from_json_object(const Json& json, const std::string& where, T& value);

template <typename T>
Result<void> from_json_value(const Json& json, const std::string& where, T& value) {
    if constexpr (std::is_same_v<T, JsonBox>) {
        value = json;
    } else if constexpr (has_fields<T>) {
        return from_json_object(json, where, value);
    } else if constexpr (is_optional<T>) {
        if (json.is_null())
            return {};
        value.emplace();
        return from_json_value(json, where, *value);
    } else if constexpr (is_vector<T>) {
        if (!json.is_array())
            return wrong_type(where, "an array", json);
        for (const Json& element : json) {
            value.emplace_back();
            SMOS_CHECK(from_json_value(
                element, fmt::format("{}[{}]", where, value.size() - 1), value.back()));
        }
    } else if constexpr (is_map<T>) {
        if (!json.is_object())
            return wrong_type(where, "an object", json);
        for (const auto& [key, element] : json.items()) {
            SMOS_CHECK(from_json_value(element, fmt::format("{}.{}", where, key), value[key]));
        }
    } else if constexpr (std::is_same_v<T, bool>) {
        if (!json.is_boolean())
            return wrong_type(where, "true or false", json);
        value = json.get<bool>();
    } else if constexpr (std::is_same_v<T, std::string>) {
        if (!json.is_string())
            return wrong_type(where, "a string", json);
        value = json.get<std::string>();
    } else if constexpr (std::is_same_v<T, double>) {
        if (!json.is_number())
            return wrong_type(where, "a number", json);
        value = json.get<double>();
    } else {
        static_assert(std::is_same_v<T, std::int64_t>);
        if (!json.is_number_integer() ||
            (json.is_number_unsigned() && json.get<std::uint64_t>() > std::uint64_t{1} << 62U)) {
            return wrong_type(where, "an integer", json);
        }
        value = json.get<std::int64_t>();
    }
    return {};
}

/// Unknown members are ignored: newer writers may add fields.
template <typename T>
Result<void> from_json_object(const Json& json, const std::string& where, T& value) {
    if (!json.is_object())
        return wrong_type(where, "an object", json);
    Result<void> outcome;
    const auto take = [&](const auto& entry) {
        if (!outcome)
            return;
        const auto found = json.find(entry.name);
        const std::string place = where + "." + entry.name;
        if (found == json.end() || found->is_null()) {
            if (entry.presence == Presence::required) {
                outcome = Error{"missing_field", "a required field is missing", place, {}};
            }
            return;
        }
        outcome = from_json_value(*found, place, value.*entry.member);
    };
    std::apply([&](const auto&... entry) { (take(entry), ...); }, Fields<T>::list());
    return outcome;
}

} // namespace smos::records
