// SPDX-License-Identifier: Apache-2.0
// Whether a text is a value of an option's kind.
#include "libsmos/cli/parse.hpp"
#include "libsmos/core/clock.hpp"
#include "libsmos/core/money.hpp"
#include "libsmos/core/nearest.hpp"
#include "libsmos/core/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace smos::cli {
namespace {

std::optional<std::string> complaint_on_integer(const Option& option, const std::string& text) {
    std::int64_t value = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failed == std::errc::result_out_of_range)
        return fmt::format("'{}' is too large for a whole number", one_line(text));
    if (failed != std::errc{} || end != text.data() + text.size())
        return fmt::format("'{}' is not a whole number", one_line(text));
    if (option.name == "seed" && value < 0)
        return "a seed is 0 or more";
    return {};
}

std::optional<std::string> complaint_on_number(const std::string& text) {
    double value = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failed != std::errc{} || end != text.data() + text.size() || !std::isfinite(value))
        return fmt::format("'{}' is not a finite number", one_line(text));
    return {};
}

std::optional<std::string> complaint_on_choice(const Option& option, const std::string& text) {
    const auto& choices = option.choices;
    if (std::find(choices.begin(), choices.end(), text) != choices.end())
        return {};
    std::string all;
    for (const std::string& choice : choices)
        all += (all.empty() ? "" : ", ") + choice;
    const std::string near = nearest(text, choices);
    return fmt::format("'{}' is not one of {}{}",
                       one_line(text),
                       all,
                       near.empty() ? "" : fmt::format(" (did you mean {}?)", near));
}

} // namespace

std::optional<bool> as_flag(const std::string& text) {
    if (text == "true" || text == "yes" || text == "on" || text == "1")
        return true;
    if (text == "false" || text == "no" || text == "off" || text == "0")
        return false;
    return {};
}

std::optional<std::string> complaint(const Option& option, const std::string& text) {
    switch (option.kind) {
    case Kind::flag:
        if (as_flag(text))
            return {};
        return fmt::format("'{}' is neither true nor false", one_line(text));
    case Kind::integer:
        return complaint_on_integer(option, text);
    case Kind::number:
        return complaint_on_number(text);
    case Kind::usd:
        if (auto micros = parse_usd(text); !micros)
            return fmt::format("'{}' is no amount in USD, such as 5 or 0.53", one_line(text));
        return {};
    case Kind::time:
        if (auto at = parse_rfc3339(text); !at)
            return fmt::format("'{}' is no time in RFC 3339, such as 2020-11-25T22:54:02Z",
                               one_line(text));
        return {};
    case Kind::choice:
        return complaint_on_choice(option, text);
    case Kind::path:
    case Kind::directory:
        if (text.empty())
            return "an empty path";
        return {};
    case Kind::text:
        return {};
    }
    return {};
}

} // namespace smos::cli
