// SPDX-License-Identifier: Apache-2.0
// The short way between a section and its text, without a JSON value between them. What the quick
// reader does not take is read by codec.hpp, which says why.
#pragma once

#include "libsmos/records/codec.hpp"
#include "libsmos/records/record.hpp"

#include <fmt/compile.h>
#include <simdjson.h>

#include <array>
#include <cstdint>
#include <iterator>
#include <string>
#include <utility>

namespace smos::records {

template <typename T>
void write_value(std::string& out, const T& value);

template <typename T>
void write_members(std::string& out, const T& value) {
    char before = '{';
    const auto put = [&](const auto& entry) {
        const auto& member = value.*entry.member;
        if (is_left_out(member, entry.presence))
            return;
        out += before;
        out += '"';
        out += entry.name; // ours: nothing in it needs an escape
        out += "\":";
        write_value(out, member);
        before = ',';
    };
    std::apply([&](const auto&... entry) { (put(entry), ...); }, Fields<T>::list());
    out += before == '{' ? "{}" : "}";
}

/// The same bytes as dump(to_json_value(value)).
template <typename T>
void write_value(std::string& out, const T& value) {
    if constexpr (std::is_same_v<T, JsonBox>) {
        out += value ? dump(*value) : "null";
    } else if constexpr (has_fields<T>) {
        write_members(out, value);
    } else if constexpr (is_optional<T>) {
        if (value)
            write_value(out, *value);
        else
            out += "null";
    } else if constexpr (is_vector<T>) {
        char before = '[';
        for (const auto& element : value) {
            out += before;
            write_value(out, element);
            before = ',';
        }
        out += before == '[' ? "[]" : "]";
    } else if constexpr (is_map<T>) {
        char before = '{';
        for (const auto& [key, element] : value) {
            out += before;
            write_text(out, key);
            out += ':';
            write_value(out, element);
            before = ',';
        }
        out += before == '{' ? "{}" : "}";
    } else if constexpr (std::is_same_v<T, bool>) {
        out += value ? "true" : "false";
    } else if constexpr (std::is_same_v<T, std::string>) {
        write_text(out, value);
    } else if constexpr (std::is_same_v<T, double>) {
        out += std::isfinite(value) ? dump(Json(value)) : "null";
    } else {
        static_assert(std::is_same_v<T, std::int64_t>);
        fmt::format_to(std::back_inserter(out), FMT_COMPILE("{}"), value);
    }
}

using Element = simdjson::dom::element;

template <typename T>
bool read_members(const Element& json, T& value);

/// False is no verdict: from_json_value reads it again and says what is wrong.
template <typename T>
bool read_value(const Element& json, T& value) {
    if constexpr (std::is_same_v<T, JsonBox>) {
        auto parsed = parse_json(simdjson::minify(json), {});
        if (!parsed)
            return false;
        value = *std::move(parsed);
        return true;
    } else if constexpr (has_fields<T>) {
        return read_members(json, value);
    } else if constexpr (is_optional<T>) {
        return json.is_null() || read_value(json, value.emplace());
    } else if constexpr (is_vector<T>) {
        simdjson::dom::array array;
        if (json.get(array) != simdjson::SUCCESS)
            return false;
        for (const Element element : array)
            if (!read_value(element, value.emplace_back()))
                return false;
        return true;
    } else if constexpr (is_map<T>) {
        simdjson::dom::object object;
        if (json.get(object) != simdjson::SUCCESS)
            return false;
        for (const auto [key, element] : object) {
            typename T::mapped_type read{};
            if (!read_value(element, read))
                return false;
            value.insert_or_assign(std::string{key}, std::move(read));
        }
        return true;
    } else if constexpr (std::is_same_v<T, std::string>) {
        std::string_view text;
        if (json.get(text) != simdjson::SUCCESS)
            return false;
        value = text;
        return true;
    } else if constexpr (std::is_same_v<T, std::int64_t>) {
        return json.get(value) == simdjson::SUCCESS && value <= std::int64_t{1} << 62U;
    } else {
        static_assert(std::is_same_v<T, bool> || std::is_same_v<T, double>);
        return json.get(value) == simdjson::SUCCESS;
    }
}

template <typename T>
bool read_members(const Element& json, T& value) {
    simdjson::dom::object object;
    if (json.get(object) != simdjson::SUCCESS)
        return false;
    constexpr auto fields = Fields<T>::list();
    std::array<bool, std::tuple_size_v<decltype(fields)>> seen{};
    bool good = true;
    const auto take = [&](std::string_view key, const Element& element) {
        std::size_t place = 0;
        const auto match = [&](const auto& entry) {
            const std::size_t number = place++;
            if (key != entry.name)
                return false;
            auto& member = value.*entry.member;
            if (seen[number]) // of duplicate keys the last counts
                member = std::decay_t<decltype(member)>{};
            seen[number] = !element.is_null();
            if (seen[number])
                good = read_value(element, member);
            return true;
        };
        std::apply([&](const auto&... entry) { return (match(entry) || ...); }, fields);
    };
    for (const auto [key, element] : object) {
        take(key, element);
        if (!good)
            return false;
    }
    std::size_t place = 0;
    return std::apply(
        [&](const auto&... entry) {
            return ((seen[place++] || entry.presence == Presence::optional) && ...);
        },
        fields);
}

/// Text that read once as JSON. Longer text is not worth a second copy of itself.
template <typename T>
bool read_quickly(std::string_view text, T& value) {
    constexpr std::size_t longest = std::size_t{1} << 16;
    if (text.size() > longest)
        return false;
    thread_local simdjson::dom::parser parser;
    Element json;
    return parser.parse(text.data(), text.size()).get(json) == simdjson::SUCCESS &&
           read_value(json, value);
}

template <typename Section>
Result<std::optional<Section>> section_of(const Record& record) {
    const auto text = record.raw(Fields<Section>::name);
    if (!text || *text == "null")
        return std::optional<Section>{};
    if (Section read; read_quickly(*text, read))
        return std::optional<Section>{std::move(read)};
    SMOS_TRY(const JsonBox value, record.member(Fields<Section>::name));
    SMOS_TRY(Section section, decode<Section>(*value, Fields<Section>::name));
    return std::optional<Section>{std::move(section)};
}

/// Instantiates what record.hpp declares for one section type.
#define SMOS_SECTION(Type)                                                                         \
    template <>                                                                                    \
    Json encode<Type>(const Type& section) {                                                       \
        return to_json_object(section);                                                            \
    }                                                                                              \
    template <>                                                                                    \
    Result<Type> decode<Type>(const Json& value, std::string_view where) {                         \
        Type section;                                                                              \
        SMOS_CHECK(from_json_value(value, std::string{where}, section));                           \
        return section;                                                                            \
    }                                                                                              \
    template <>                                                                                    \
    std::string_view section_name<Type>() {                                                        \
        return Fields<Type>::name;                                                                 \
    }                                                                                              \
    template <>                                                                                    \
    Result<std::optional<Type>> Record::section<Type>() const {                                    \
        return section_of<Type>(*this);                                                            \
    }                                                                                              \
    template <>                                                                                    \
    void Record::conclude<Type>(const Type& section, Status status) {                              \
        std::string text;                                                                          \
        write_value(text, section);                                                                \
        set_raw(Fields<Type>::name, std::move(text));                                              \
        finish(status, section.dry_run.value_or(false));                                           \
    }

} // namespace smos::records
