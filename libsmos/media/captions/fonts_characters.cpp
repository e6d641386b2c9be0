// SPDX-License-Identifier: Apache-2.0
// What a character is, as far as drawing cares.
#include "libsmos/core/utf8.hpp"
#include "libsmos/media/captions/fonts.hpp"

#include <fmt/format.h>
#include <unicode/uchar.h>

namespace smos::media {

bool is_invisible(char32_t code_point) {
    return u_hasBinaryProperty(static_cast<UChar32>(code_point),
                               UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
}

std::string name_of_character(char32_t code_point) {
    std::string text;
    append_code_point(text, code_point);
    return fmt::format("U+{:04X} ({})", static_cast<unsigned>(code_point), text);
}

} // namespace smos::media
