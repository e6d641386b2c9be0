// SPDX-License-Identifier: Apache-2.0
// UTF-8 text from outside: checked, cut at code points, and made safe for one line or a file name.
#include "libsmos/core/utf8.hpp"

namespace smos {
namespace {

constexpr char32_t replacement = 0xFFFD;

/// Bytes of the sequence that starts with `lead`, 0 when none can.
std::size_t sequence_bytes(unsigned char lead) {
    if (lead < 0x80)
        return 1;
    if (lead >= 0xC2 && lead <= 0xDF)
        return 2;
    if (lead >= 0xE0 && lead <= 0xEF)
        return 3;
    if (lead >= 0xF0 && lead <= 0xF4)
        return 4;
    return 0;
}

/// Decodes one well-formed sequence (no overlong forms, no surrogates); false leaves `offset`.
bool decode(std::string_view text, std::size_t& offset, char32_t& code_point) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[offset + i]); };
    const std::size_t size = sequence_bytes(byte(0));
    if (size == 0 || offset + size > text.size())
        return false;
    static constexpr unsigned lead_mask[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    static constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    code_point = byte(0) & lead_mask[size];
    for (std::size_t i = 1; i < size; ++i) {
        if ((byte(i) & 0xC0U) != 0x80)
            return false;
        code_point = (code_point << 6U) | (byte(i) & 0x3FU);
    }
    if (code_point < least[size] || code_point > 0x10FFFF)
        return false;
    if (code_point >= 0xD800 && code_point <= 0xDFFF)
        return false;
    offset += size;
    return true;
}

bool is_space_or_control(char32_t c) {
    const bool bidi = (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x200E ||
                      c == 0x200F || c == 0x061C;
    const bool noncharacter = (c & 0xFFFEU) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF);
    return c <= 0x20 || (c >= 0x7F && c <= 0xA0) || c == 0x2028 || c == 0x2029 || c == 0xFEFF ||
           bidi || noncharacter; // XML forbids the last ones
}

} // namespace

bool is_utf8(std::string_view text) {
    char32_t code_point = 0;
    for (std::size_t offset = 0; offset < text.size();) {
        if (!decode(text, offset, code_point))
            return false;
    }
    return true;
}

char32_t next_code_point(std::string_view text, std::size_t& offset) {
    char32_t code_point = 0;
    if (decode(text, offset, code_point))
        return code_point;
    ++offset;
    return replacement;
}

void append_code_point(std::string& text, char32_t c) {
    const auto push = [&](char32_t byte) { text.push_back(static_cast<char>(byte)); };
    if (c < 0x80) {
        push(c);
    } else if (c < 0x800) {
        push(0xC0 | (c >> 6U));
        push(0x80 | (c & 0x3FU));
    } else if (c < 0x10000) {
        push(0xE0 | (c >> 12U));
        push(0x80 | ((c >> 6U) & 0x3FU));
        push(0x80 | (c & 0x3FU));
    } else {
        push(0xF0 | (c >> 18U));
        push(0x80 | ((c >> 12U) & 0x3FU));
        push(0x80 | ((c >> 6U) & 0x3FU));
        push(0x80 | (c & 0x3FU));
    }
}

std::vector<char32_t> code_points(std::string_view text) {
    std::vector<char32_t> result;
    for (std::size_t offset = 0; offset < text.size();) {
        result.push_back(next_code_point(text, offset));
    }
    return result;
}

std::string first_code_points(std::string_view text, std::size_t count) {
    std::size_t offset = 0;
    for (std::size_t i = 0; i < count && offset < text.size(); ++i)
        next_code_point(text, offset);
    return std::string{text.substr(0, offset)};
}

std::string one_line(std::string_view text) {
    std::string line;
    bool pending_space = false;
    for (std::size_t offset = 0; offset < text.size();) {
        const char32_t c = next_code_point(text, offset);
        if (is_space_or_control(c)) {
            pending_space = !line.empty();
            continue;
        }
        if (pending_space)
            line.push_back(' ');
        pending_space = false;
        append_code_point(line, c);
    }
    return line;
}

std::string slug(std::string_view text) {
    std::string name;
    for (const char c : text) {
        const bool upper = c >= 'A' && c <= 'Z';
        if (upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
            name.push_back(upper ? static_cast<char>(c - 'A' + 'a') : c);
        } else if (!name.empty() && name.back() != '-') {
            name.push_back('-');
        }
        if (name.size() == 60)
            break;
    }
    while (!name.empty() && name.back() == '-')
        name.pop_back();
    return name.empty() ? "untitled" : name;
}

} // namespace smos
