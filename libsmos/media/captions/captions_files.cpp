// SPDX-License-Identifier: Apache-2.0
// Captions as SubRip, WebVTT and Advanced SubStation Alpha files.
#include "libsmos/media/captions/captions.hpp"
#include "libsmos/media/captions/captions_layout.hpp"
#include "libsmos/media/captions/captions_pieces.hpp"

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

/// With WebVTT's own marks for when a word begins, from the second one on.
std::string cue_text(const CaptionGroup& group, bool webvtt) {
    std::string text;
    std::int64_t last_ms = group.start_ms;
    for (std::size_t i = 0; i < group.words.size(); ++i) {
        const CaptionWord& word = group.words[i];
        if (i > 0 && space_between(group.words[i - 1].text, word.text))
            text += ' ';
        if (webvtt && word.start_ms > last_ms && word.start_ms < group.end_ms) {
            text += fmt::format("<{}>", clock_text(word.start_ms, '.'));
            last_ms = word.start_ms;
        }
        text += escaped(word.text, webvtt);
    }
    return text;
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
                            cue_text(group, webvtt));
    }
    return text;
}

/// Hundredths of a second, as ASS counts.
std::string ass_clock(std::int64_t ms) {
    return fmt::format(
        "{}:{:02}:{:02}.{:02}", ms / 3'600'000, ms / 60'000 % 60, ms / 1000 % 60, ms % 1000 / 10);
}

/// Braces are commands and a backslash begins one in every player.
std::string ass_escaped(const std::string& text) {
    std::string safe;
    for (const char c : text) {
        if (c == '{' || c == '}')
            safe += c == '{' ? '(' : ')';
        else if (c == '\\')
            safe += "\\\u2060";
        else
            safe += c;
    }
    return safe;
}

std::string ass_colour(const Rgb& colour) {
    return fmt::format("&H00{:02X}{:02X}{:02X}", colour.b, colour.g, colour.r);
}

constexpr const char* ass_head = R"([Script Info]
ScriptType: v4.00+
PlayResX: {}
PlayResY: {}
WrapStyle: 0
ScaledBorderAndShadow: yes

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, )"
                                 R"(BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, )"
                                 R"(ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, )"
                                 R"(Alignment, MarginL, MarginR, MarginV, Encoding
Style: {},{} {},{},{},{},{},&H96000000,0,0,0,0,100,100,0,0,1,{:.1f},{:.1f},2,{},{},{},-1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
)";

} // namespace

std::string to_srt(const CaptionTrack& track) { return cues_text(track, false); }

std::string to_webvtt(const CaptionTrack& track) { return "WEBVTT\n\n" + cues_text(track, true); }

std::string to_ass(const CaptionTrack& track, int width_px, int height_px) {
    const CaptionStyle& style = track.style;
    const double size = type_base_px(width_px, height_px) * style.size_permille / 1000.0;
    const int bottom_permille = std::max(style.safe.bottom, 1000 - style.centre_permille - 40);
    std::string text = fmt::format(ass_head,
                                   width_px,
                                   height_px,
                                   style.name,
                                   style.family,
                                   style.weight,
                                   static_cast<int>(size),
                                   ass_colour(style.accent),
                                   ass_colour(style.text),
                                   ass_colour(style.outline),
                                   size * style.outline_width / 1000.0,
                                   size * style.shadow_drop / 1000.0,
                                   width_px * style.safe.left / 1000,
                                   width_px * style.safe.right / 1000,
                                   height_px * bottom_permille / 1000);
    for (const CaptionGroup& group :
         group_words(track.cues, style.max_words, style.max_characters)) {
        text += fmt::format("Dialogue: 0,{},{},{},,0,0,0,,",
                            ass_clock(group.start_ms),
                            ass_clock(std::max(group.end_ms, group.start_ms + 10)),
                            style.name);
        for (std::size_t i = 0; i < group.words.size(); ++i) {
            const CaptionWord& word = group.words[i];
            const bool last = i + 1 == group.words.size();
            const std::int64_t until = last ? word.end_ms : group.words[i + 1].start_ms;
            if (i > 0 && space_between(group.words[i - 1].text, word.text))
                text += ' ';
            // Differences of rounded times, so that errors do not add up.
            text += fmt::format("{{\\k{}}}", until / 10 - word.start_ms / 10);
            text +=
                ass_escaped(style.upper_case ? upper_case(word.text, style.language) : word.text);
        }
        text += '\n';
    }
    return text;
}

} // namespace smos::media
