// SPDX-License-Identifier: Apache-2.0
// Words of the journal made safe for the languages of plain-text accounting.
#include "tools/smos-cfo/journal_text.hpp"

#include "libsmos/core/utf8.hpp"

#include <fmt/format.h>

#include <iterator>

namespace smos::tools {
namespace {

bool is_small(char c) { return c >= 'a' && c <= 'z'; }
bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_plain(char c) { return is_small(c) || is_capital(c) || is_digit(c); }

void append_percent(std::string& text, std::string_view bytes) {
    for (const char byte : bytes)
        fmt::format_to(std::back_inserter(text),
                       "%{:02X}",
                       static_cast<unsigned>(static_cast<unsigned char>(byte)));
}

bool disturbs(char32_t c) {
    constexpr std::string_view marks = "%,;|[]()";
    if (c < 0x80)
        return c < 0x20 || c == 0x7f || marks.find(static_cast<char>(c)) != std::string_view::npos;
    return c < 0xa0 || c == 0x61c || c == 0xfeff || c == 0xfffd || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f);
}

void append_part(std::string& text, std::string_view part) {
    if (part.empty()) {
        text += "0-";
        return;
    }
    if (is_small(part.front())) {
        text += static_cast<char>(part.front() - 'a' + 'A');
        part.remove_prefix(1);
    } else if (!is_digit(part.front()) || part.front() == '0') {
        text += "0-";
    }
    for (const char c : part) {
        if (is_plain(c))
            text += c;
        else if (c == '-')
            text += "--";
        else
            fmt::format_to(std::back_inserter(text),
                           "-{:02x}",
                           static_cast<unsigned>(static_cast<unsigned char>(c)));
    }
}

} // namespace

std::string six_decimals(Micros micros) {
    const bool negative = micros < 0;
    const std::uint64_t size = negative ? std::uint64_t{0} - static_cast<std::uint64_t>(micros)
                                        : static_cast<std::uint64_t>(micros);
    return fmt::format("{}{}.{:06}", negative ? "-" : "", size / 1'000'000, size % 1'000'000);
}

std::string plain_value(std::string_view text) {
    std::string value;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = at;
        const char32_t c = next_code_point(text, at);
        const std::string_view bytes = text.substr(begin, at - begin);
        if (disturbs(c))
            append_percent(value, bytes);
        else
            value += bytes;
    }
    return value;
}

std::string plain_account(std::string_view account) {
    std::string text;
    for (std::size_t at = 0; at < account.size(); ++at) {
        const char c = account[at];
        const bool ends_part = at + 1 == account.size() || account[at + 1] == ':';
        if (c == ':' && ends_part)
            text += ":_"; // an empty name
        else if (is_plain(c) || std::string_view{":._@+-/"}.find(c) != std::string_view::npos)
            text += c;
        else
            append_percent(text, account.substr(at, 1));
    }
    return text;
}

std::string beancount_account(std::string_view account) {
    // Beancount has five kinds of accounts; what never holds money fits below equity.
    std::string text = account.starts_with("state:") ? "Equity:" : "";
    for (;;) {
        const std::size_t end = account.find_first_of(":/");
        append_part(text, account.substr(0, end));
        if (end == std::string_view::npos)
            return text;
        text += ':';
        account.remove_prefix(end + 1);
    }
}

std::string beancount_string(std::string_view text) {
    std::string quoted = "\"";
    for (const char c : plain_value(text)) {
        if (c == '"' || c == '\\')
            quoted += '\\';
        quoted += c;
    }
    return quoted + '"';
}

std::string csv_field(std::string_view text) {
    if (text.find_first_of("\",\r\n") == std::string_view::npos)
        return std::string{text};
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"')
            quoted += '"';
        quoted += c;
    }
    return quoted + '"';
}

} // namespace smos::tools
