// SPDX-License-Identifier: Apache-2.0
// The libraries that words are drawn with.
#include "libsmos/media/captions/captions_libraries.hpp"

#include <ass/ass.h>
#include <fmt/format.h>
#include <unicode/uvernum.h>

#include <ft2build.h>
#include <hb.h>
#include FT_FREETYPE_H

namespace smos::media {
namespace {

std::string freetype_version() {
    FT_Library library = nullptr;
    if (FT_Init_FreeType(&library) != 0)
        return "unknown";
    FT_Int major = 0, minor = 0, patch = 0;
    FT_Library_Version(library, &major, &minor, &patch);
    FT_Done_FreeType(library);
    return fmt::format("{}.{}.{}", major, minor, patch);
}

} // namespace

const std::vector<std::pair<std::string, std::string>>& caption_libraries() {
    static const auto ass = static_cast<unsigned>(ass_library_version());
    static const std::vector<std::pair<std::string, std::string>> libraries = {
        {"libass",
         fmt::format("{:x}.{:x}.{:x}", ass >> 28U, (ass >> 20U) & 0xffU, (ass >> 12U) & 0xffU)},
        {"freetype", freetype_version()},
        {"harfbuzz", hb_version_string()},
        {"icu", U_ICU_VERSION}};
    return libraries;
}

} // namespace smos::media
