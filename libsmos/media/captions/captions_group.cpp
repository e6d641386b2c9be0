// SPDX-License-Identifier: Apache-2.0
// Which words stand on the screen together.
#include "libsmos/core/utf8.hpp"
#include "libsmos/media/captions/captions.hpp"
#include "libsmos/media/captions/captions_pieces.hpp"

#include <fmt/format.h>
#include <unicode/uchar.h>

#include <algorithm>

namespace smos::media {
namespace {

constexpr std::int64_t pause_ms = 450;
constexpr std::int64_t hold_ms = 400;

using Phrase = std::vector<CaptionWord>;

Error invalid_captions(std::string message, std::string where) {
    return Error{"invalid_captions", std::move(message), std::move(where)};
}

bool is_visible(const std::string& text) {
    for (const char32_t code_point : code_points(one_line(text))) {
        if (!u_isUWhiteSpace(static_cast<UChar32>(code_point)) && !is_invisible(code_point))
            return true;
    }
    return false;
}

/// Sentences end groups; after a comma only when the group is no single word.
bool ends_phrase(const Phrase& phrase) {
    static const std::u32string_view sentence_ends = U".!?\u2026\u061F\u06D4\u3002\uFF01\uFF1F";
    static const std::u32string_view clause_ends = U",;:\u060C\u061B\u3001\uFF0C\uFF1B\uFF1A";
    const char32_t last = code_points(phrase.back().text).back();
    return sentence_ends.find(last) != std::u32string_view::npos ||
           (phrase.size() > 1 && clause_ends.find(last) != std::u32string_view::npos);
}

std::size_t length_of(const Phrase& words, std::size_t first, std::size_t last) {
    std::size_t length = last - first - 1;
    for (std::size_t i = first; i < last; ++i)
        length += width_in_columns(words[i].text);
    return length;
}

/// Splits a phrase into the fewest groups of nearly equal word counts that keep both limits.
void split_phrase(const Phrase& phrase,
                  std::size_t max_words,
                  std::size_t max_characters,
                  std::size_t cue,
                  std::vector<CaptionGroup>& groups) {
    const std::size_t count = phrase.size();
    std::size_t parts = (count + max_words - 1) / max_words;
    const auto edge = [&](std::size_t part) { return part * count / parts; };
    const auto fits = [&] {
        for (std::size_t part = 0; part < parts; ++part) {
            const bool single = edge(part + 1) - edge(part) == 1;
            if (!single && length_of(phrase, edge(part), edge(part + 1)) > max_characters)
                return false;
        }
        return true;
    };
    while (parts < count && !fits())
        ++parts;
    for (std::size_t part = 0; part < parts; ++part) {
        CaptionGroup group;
        group.cue = cue;
        group.words.assign(phrase.begin() + static_cast<std::ptrdiff_t>(edge(part)),
                           phrase.begin() + static_cast<std::ptrdiff_t>(edge(part + 1)));
        group.start_ms = group.words.front().start_ms;
        group.end_ms = group.words.back().end_ms + hold_ms;
        groups.push_back(std::move(group));
    }
}

Result<void> check_words(const CaptionCue& cue, const std::string& where, std::int64_t& last_ms) {
    for (std::size_t i = 0; i < cue.words.size(); ++i) {
        const CaptionWord& word = cue.words[i];
        const std::string here = fmt::format("{}.words[{}]", where, i);
        if (word.start_ms < last_ms || word.end_ms < word.start_ms)
            return invalid_captions(fmt::format("times {}..{} ms are out of order after {} ms",
                                                word.start_ms,
                                                word.end_ms,
                                                last_ms),
                                    here);
        if (!is_utf8(word.text) || word.text.size() > 4096)
            return invalid_captions("text is not UTF-8 or over 4096 bytes", here);
        last_ms = word.start_ms;
    }
    return {};
}

bool caption_value_in_range(int value, int least, int most) {
    return value >= least && value <= most;
}

} // namespace

Result<void> check_captions(const CaptionTrack& track) {
    const CaptionStyle& style = track.style;
    const SafeArea& safe = style.safe;
    const bool area_is_sane =
        caption_value_in_range(safe.left, 0, 400) && caption_value_in_range(safe.right, 0, 400) &&
        caption_value_in_range(safe.top, 0, 400) && caption_value_in_range(safe.bottom, 0, 400);
    if (!area_is_sane || !caption_value_in_range(style.size_permille, 10, 400) ||
        !caption_value_in_range(style.centre_permille, 0, 1000) ||
        !caption_value_in_range(style.least_permille, 1, 400) ||
        !caption_value_in_range(style.outline_width, 0, 300) ||
        !caption_value_in_range(style.pitch, 500, 3000) ||
        !caption_value_in_range(style.space, 0, 2000) ||
        !caption_value_in_range(style.panel_pad, 0, 2000) ||
        !caption_value_in_range(style.max_words, 1, 8) ||
        !caption_value_in_range(style.max_characters, 1, 200))
        return invalid_captions("a size or margin is out of range", "style");
    std::int64_t last_ms = 0;
    for (std::size_t i = 0; i < track.cues.size(); ++i)
        SMOS_CHECK(check_words(track.cues[i], fmt::format("cues[{}]", i), last_ms));
    return {};
}

std::vector<CaptionGroup>
group_words(const std::vector<CaptionCue>& cues, int max_words, int max_characters) {
    std::vector<CaptionGroup> groups;
    const auto words_limit = static_cast<std::size_t>(std::max(max_words, 1));
    const auto characters_limit = static_cast<std::size_t>(std::max(max_characters, 1));
    for (std::size_t index = 0; index < cues.size(); ++index) {
        const CaptionCue& cue = cues[index];
        const std::size_t first_group = groups.size();
        int direction = 0;
        Phrase phrase;
        const auto flush = [&] {
            if (!phrase.empty())
                split_phrase(phrase, words_limit, characters_limit, index, groups);
            phrase.clear();
        };
        for (const CaptionWord& word : cue.words) {
            if (!is_visible(word.text))
                continue;
            direction = direction != 0 ? direction : direction_of(word.text);
            if (!phrase.empty() && word.start_ms - phrase.back().end_ms >= pause_ms)
                flush();
            phrase.push_back({word.start_ms, word.end_ms, one_line(word.text)});
            if (ends_phrase(phrase))
                flush();
        }
        flush();
        for (std::size_t i = first_group; i < groups.size(); ++i)
            groups[i].direction = direction;
    }
    for (std::size_t i = 0; i + 1 < groups.size(); ++i)
        groups[i].end_ms = std::min(groups[i].end_ms, groups[i + 1].start_ms);
    return groups;
}

} // namespace smos::media
