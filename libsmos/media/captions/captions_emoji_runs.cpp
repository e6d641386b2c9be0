// SPDX-License-Identifier: Apache-2.0
// Which grapheme clusters of a text are emoji.
#include "libsmos/core/utf8.hpp"
#include "libsmos/media/captions/captions_emoji.hpp"
#include "libsmos/media/captions/captions_pieces.hpp"

#include <unicode/uchar.h>

#include <algorithm>

namespace smos::media {
namespace {

bool is(char32_t code_point, UProperty property) {
    return u_hasBinaryProperty(static_cast<UChar32>(code_point), property);
}

bool looks_like_emoji(std::string_view cluster) {
    const std::vector<char32_t> text = code_points(cluster);
    const auto contains = [&](char32_t wanted) {
        return std::find(text.begin(), text.end(), wanted) != text.end();
    };
    if (!is(text.front(), UCHAR_EMOJI) || contains(U'\uFE0E'))
        return false;
    if (contains(U'\uFE0F') || contains(U'\u20E3') || is(text.front(), UCHAR_EMOJI_PRESENTATION))
        return true;
    return std::any_of(text.begin() + 1, text.end(), [](char32_t code_point) {
        return is(code_point, UCHAR_EMOJI_MODIFIER);
    });
}

} // namespace

std::vector<EmojiRun> split_emoji(std::string_view text, const EmojiFont* font) {
    std::vector<EmojiRun> runs;
    for (const std::string& cluster : grapheme_clusters(text)) {
        const bool emoji = font != nullptr && looks_like_emoji(cluster) && font->has(cluster);
        if (emoji || runs.empty() || runs.back().emoji)
            runs.push_back({cluster, emoji});
        else
            runs.back().text += cluster;
    }
    return runs;
}

} // namespace smos::media
