// SPDX-License-Identifier: Apache-2.0
// Where text may be cut and how words are joined, by ICU.
#include "libsmos/core/handle.hpp"
#include "libsmos/core/utf8.hpp"
#include "libsmos/media/captions/captions_pieces.hpp"

#include <unicode/ubrk.h>
#include <unicode/ucasemap.h>
#include <unicode/uchar.h>
#include <unicode/uloc.h>
#include <unicode/uscript.h>
#include <unicode/utext.h>

#include <algorithm>

namespace smos::media {
namespace {

using BreakHandle = UniqueHandle<UBreakIterator, ubrk_close>;
using TextHandle = UniqueHandle<UText, utext_close>;
using CaseHandle = UniqueHandle<UCaseMap, ucasemap_close>;

std::vector<std::size_t>
boundaries(std::string_view text, UBreakIteratorType type, const std::string& language) {
    UErrorCode status = U_ZERO_ERROR;
    const TextHandle utf8{
        utext_openUTF8(nullptr, text.data(), static_cast<std::int64_t>(text.size()), &status)};
    const BreakHandle breaks{ubrk_open(type, language.c_str(), nullptr, 0, &status)};
    std::vector<std::size_t> found;
    if (U_FAILURE(status))
        return found;
    ubrk_setUText(breaks.get(), utf8.get(), &status);
    if (U_FAILURE(status))
        return found;
    for (auto at = ubrk_next(breaks.get()); at != UBRK_DONE; at = ubrk_next(breaks.get())) {
        if (at > 0 && static_cast<std::size_t>(at) < text.size())
            found.push_back(static_cast<std::size_t>(at));
    }
    return found;
}

/// Of a script that is written without spaces, or its punctuation.
bool is_spaceless(char32_t code_point) {
    const auto character = static_cast<UChar32>(code_point);
    UErrorCode status = U_ZERO_ERROR;
    switch (uscript_getScript(character, &status)) {
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_BOPOMOFO:
    case USCRIPT_YI:
    case USCRIPT_THAI:
    case USCRIPT_LAO:
    case USCRIPT_KHMER:
    case USCRIPT_MYANMAR:
        return true;
    default:
        return (code_point >= U'\u3000' && code_point <= U'\u30FF') ||
               (code_point >= U'\uFF01' && code_point <= U'\uFF60');
    }
}

} // namespace

std::vector<std::string> grapheme_clusters(std::string_view text) {
    std::vector<std::string> clusters;
    std::size_t from = 0;
    for (const std::size_t at : boundaries(text, UBRK_CHARACTER, "en")) {
        clusters.emplace_back(text.substr(from, at - from));
        from = at;
    }
    if (from < text.size())
        clusters.emplace_back(text.substr(from));
    return clusters;
}

std::vector<std::size_t> line_breaks(std::string_view text, const std::string& language) {
    return boundaries(text, UBRK_LINE, language);
}

std::vector<std::string> split_spaceless(std::string_view text) {
    std::vector<std::string> stretches;
    bool open = false;
    for (const std::string& cluster : grapheme_clusters(text)) {
        const bool alone = is_spaceless(code_points(cluster).front());
        if (alone || !open)
            stretches.push_back(cluster);
        else
            stretches.back() += cluster;
        open = !alone;
    }
    return stretches;
}

bool space_between(std::string_view before, std::string_view after) {
    const std::vector<char32_t> left = code_points(before), right = code_points(after);
    return left.empty() || right.empty() || !is_spaceless(left.back()) ||
           !is_spaceless(right.front());
}

std::string join_words(const std::vector<std::string>& words) {
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0 && space_between(words[i - 1], words[i]))
            text += ' ';
        text += words[i];
    }
    return text;
}

std::string upper_case(const std::string& text, const std::string& language) {
    UErrorCode status = U_ZERO_ERROR;
    const CaseHandle map{ucasemap_open(language.c_str(), 0, &status)};
    if (U_FAILURE(status))
        return text;
    std::string upper(text.size() * 3, '\0'); // no character grows more
    const std::int32_t size = ucasemap_utf8ToUpper(map.get(),
                                                   upper.data(),
                                                   static_cast<std::int32_t>(upper.size()),
                                                   text.data(),
                                                   static_cast<std::int32_t>(text.size()),
                                                   &status);
    if (U_FAILURE(status))
        return text;
    upper.resize(static_cast<std::size_t>(size));
    return upper;
}

bool is_written_right_to_left(const std::string& language) {
    return uloc_isRightToLeft(language.c_str()) != 0;
}

std::size_t width_in_columns(std::string_view text) {
    std::size_t columns = 0;
    for (const char32_t code_point : code_points(text)) {
        const int width =
            u_getIntPropertyValue(static_cast<UChar32>(code_point), UCHAR_EAST_ASIAN_WIDTH);
        columns += width == U_EA_WIDE || width == U_EA_FULLWIDTH ? 2 : 1;
    }
    return columns;
}

} // namespace smos::media
