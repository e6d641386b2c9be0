// SPDX-License-Identifier: Apache-2.0
// Foreign text made fit for a record: one line or a few, no markup, no unsafe links.
#include "libsmos/providers/trends/trend_text.hpp"

#include "libsmos/core/limits.hpp"
#include "libsmos/core/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

namespace smos::providers {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
    return text.size() >= prefix.size() &&
           std::equal(prefix.begin(), prefix.end(), text.begin(), [](char a, char b) {
               return lower(a) == lower(b);
           });
}

/// The character of "&name;" at the front of `text`, with the entity's size; 0 when it is none.
std::size_t take_entity(std::string_view text, std::string& out) {
    const std::size_t end = text.substr(0, 12).find(';');
    if (end == std::string_view::npos)
        return 0;
    const std::string_view name = text.substr(1, end - 1);
    static constexpr std::array<std::pair<std::string_view, char>, 6> named{
        {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}, {"nbsp", ' '}}};
    for (const auto& [entity, character] : named) {
        if (name == entity) {
            out.push_back(character);
            return end + 1;
        }
    }
    if (name.size() < 2 || name[0] != '#')
        return 0;
    const bool hex = lower(name[1]) == 'x';
    const std::string_view digits = name.substr(hex ? 2 : 1);
    std::uint32_t code = 0;
    const auto [stop, failed] =
        std::from_chars(digits.data(), digits.data() + digits.size(), code, hex ? 16 : 10);
    const bool scalar = code > 0 && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
    if (failed != std::errc{} || stop != digits.data() + digits.size() || !scalar)
        return 0;
    append_code_point(out, code);
    return end + 1;
}

/// Bytes of the tag at the front, the content of scripts and styles included.
std::size_t tag_bytes(std::string_view html) {
    for (const std::string_view name : {std::string_view{"script"}, std::string_view{"style"}}) {
        if (!starts_with_ignoring_case(html.substr(1), name))
            continue;
        for (std::size_t at = 1; at < html.size(); ++at) {
            if (html[at] == '<' && starts_with_ignoring_case(html.substr(at), "</") &&
                starts_with_ignoring_case(html.substr(at + 2), name)) {
                return std::min(html.size(), html.find('>', at) + 1);
            }
        }
        return html.size();
    }
    const std::size_t end = html.find('>');
    return end == std::string_view::npos ? html.size() : end + 1;
}

bool breaks_line(std::string_view tag) {
    static constexpr std::array<std::string_view, 8> blocks{
        "<br", "<p", "</p", "<li", "</div", "</h", "<tr", "</blockquote"};
    return std::any_of(blocks.begin(), blocks.end(), [&](std::string_view block) {
        return starts_with_ignoring_case(tag, block);
    });
}

bool looks_like_tag(std::string_view html) {
    if (html.size() < 2)
        return false;
    const char next = lower(html[1]);
    return (next >= 'a' && next <= 'z') || next == '/' || next == '!' || next == '?';
}

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = text.find_first_not_of(" \t\r\n,", at);
        if (begin == std::string_view::npos)
            break;
        at = std::min(text.size(), text.find_first_of(" \t\r\n,", begin));
        words.push_back(text.substr(begin, at - begin));
    }
    return words;
}

std::string zone_of(std::string_view zone) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 8> named{
        {{"EST", "-05:00"},
         {"EDT", "-04:00"},
         {"CST", "-06:00"},
         {"CDT", "-05:00"},
         {"MST", "-07:00"},
         {"MDT", "-06:00"},
         {"PST", "-08:00"},
         {"PDT", "-07:00"}}};
    for (const auto& [name, offset] : named) {
        if (zone == name)
            return std::string{offset};
    }
    if (zone.size() == 5 && (zone[0] == '+' || zone[0] == '-'))
        return fmt::format("{}:{}", zone.substr(0, 3), zone.substr(3));
    return zone.empty() || zone == "GMT" || zone == "UT" || zone == "UTC" || zone == "Z" ? "Z"
                                                                                         : "?";
}

} // namespace

std::string clean_line(std::string_view text, std::size_t code_points) {
    return first_code_points(one_line(text), code_points);
}

std::string clean_text(std::string_view text) {
    // Cleaning only ever drops, so four times the kept bytes of any text are enough to look at.
    text = text.substr(0, limits::text_code_points * 64);
    std::string joined;
    while (!text.empty()) {
        const std::size_t end = std::min(text.size(), text.find('\n'));
        const std::string line = one_line(text.substr(0, end));
        if (!line.empty() && !joined.empty())
            joined.push_back('\n');
        joined += line;
        text.remove_prefix(std::min(text.size(), end + 1));
    }
    return first_code_points(joined, limits::text_code_points);
}

std::string text_of_html(std::string_view html) {
    std::string text;
    while (!html.empty()) {
        if (html.front() == '<' && looks_like_tag(html)) {
            text.push_back(breaks_line(html) ? '\n' : ' ');
            html.remove_prefix(tag_bytes(html));
            continue;
        }
        if (html.front() == '&') {
            if (const std::size_t size = take_entity(html, text); size > 0) {
                html.remove_prefix(size);
                continue;
            }
        }
        text.push_back(html.front());
        html.remove_prefix(1);
    }
    return text;
}

std::optional<std::string> safe_url(std::string_view text) {
    const bool web =
        starts_with_ignoring_case(text, "https://") || starts_with_ignoring_case(text, "http://");
    const bool clean = std::none_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte <= 0x20 || byte == 0x7F || c == '"' || c == '<' || c == '>' || c == '\\' ||
               c == '`';
    });
    if (!web || !clean || text.size() > 2048 || one_line(text) != text)
        return std::nullopt;
    return std::string{text};
}

std::optional<std::string> rfc3339_of_rfc822(std::string_view text) {
    auto words = words_of(text);
    if (!words.empty() && words[0].size() >= 3 && (words[0][0] < '0' || words[0][0] > '9'))
        words.erase(words.begin());
    if (words.size() < 4 || words[1].size() < 3)
        return std::nullopt;
    static constexpr std::string_view months = "janfebmaraprmayjunjulaugsepoctnovdec";
    const std::string month{lower(words[1][0]), lower(words[1][1]), lower(words[1][2])};
    const std::size_t place = months.find(month);
    if (place == std::string_view::npos || place % 3 != 0 || words[0].size() > 2)
        return std::nullopt;
    std::string year{words[2]};
    if (year.size() == 2)
        year.insert(0, year < "70" ? "20" : "19");
    const std::string time =
        words[3].size() == 5 ? std::string{words[3]} + ":00" : std::string{words[3]};
    return fmt::format("{}-{:02}-{:0>2}T{}{}",
                       year,
                       place / 3 + 1,
                       words[0],
                       time,
                       zone_of(words.size() > 4 ? words[4] : std::string_view{}));
}

} // namespace smos::providers
