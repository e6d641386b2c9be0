// SPDX-License-Identifier: Apache-2.0
// Captions as SubRip and WebVTT files.
#include "libsmos/media/captions/captions.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace smos::media {
namespace {

constexpr int words_per_line = 8;
constexpr int characters_per_line = 42;

std::string clock_text(std::int64_t ms, char decimal) {
    return fmt::format("{:02}:{:02}:{:02}{}{:03}",
                       ms / 3'600'000,
                       ms / 60'000 % 60,
                       ms / 1000 % 60,
                       decimal,
                       ms % 1000);
}

std::string joined(const CaptionGroup& group) {
    std::string text;
    for (const CaptionWord& word : group.words)
        text += (text.empty() ? "" : " ") + word.text;
    return text;
}

/// Both formats end a cue at "-->"; WebVTT has entities, SubRip players read <tags> and {tags}.
std::string escaped(const std::string& text, bool webvtt) {
    std::string safe;
    for (const char c : text) {
        switch (c) {
        case '&':
            safe += webvtt ? "&amp;" : "&";
            break;
        case '<':
            safe += webvtt ? "&lt;" : "\u2039";
            break;
        case '>':
            safe += webvtt ? "&gt;" : "\u203A";
            break;
        case '{':
            safe += webvtt ? "{" : "(";
            break;
        case '}':
            safe += webvtt ? "}" : ")";
            break;
        default:
            safe += c;
        }
    }
    return safe;
}

std::string cues_text(const CaptionTrack& track, bool webvtt) {
    std::string text;
    int number = 1;
    for (const CaptionGroup& group : group_words(track.cues, words_per_line, characters_per_line)) {
        const char decimal = webvtt ? '.' : ',';
        text += fmt::format("{}\n{} --> {}\n{}\n\n",
                            number++,
                            clock_text(group.start_ms, decimal),
                            clock_text(std::max(group.end_ms, group.start_ms + 1), decimal),
                            escaped(joined(group), webvtt));
    }
    return text;
}

} // namespace

std::string to_srt(const CaptionTrack& track) { return cues_text(track, false); }

std::string to_webvtt(const CaptionTrack& track) { return "WEBVTT\n\n" + cues_text(track, true); }

} // namespace smos::media
