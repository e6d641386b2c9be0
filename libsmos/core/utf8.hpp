// SPDX-License-Identifier: Apache-2.0
// UTF-8 text from outside: checked, cut at code points, and made safe for one line or a file name.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace smos {

bool is_utf8(std::string_view text);

/// Decodes the code point at `offset` and moves past it; U+FFFD and one byte for bad input.
char32_t next_code_point(std::string_view text, std::size_t& offset);
void append_code_point(std::string& text, char32_t code_point);
std::vector<char32_t> code_points(std::string_view text);

/// The first `count` code points.
std::string first_code_points(std::string_view text, std::size_t count);

/// One line: control characters and bidirectional overrides become spaces, runs of spaces one.
/// Safe for terminals, logs and captions; quotes, emoji and right-to-left letters stay.
std::string one_line(std::string_view text);

/// Lower-case ASCII letters, digits and single dashes, at most 60 bytes: for file and page names.
/// Text without any such character gives "untitled".
std::string slug(std::string_view text);

} // namespace smos
