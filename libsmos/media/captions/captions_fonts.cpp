// SPDX-License-Identifier: Apache-2.0
// Which font files a track is drawn with.
#include "libsmos/core/utf8.hpp"
#include "libsmos/media/captions/captions_ass.hpp"
#include "libsmos/media/captions/captions_emoji.hpp"
#include "libsmos/media/captions/captions_pieces.hpp"

#include <fmt/format.h>

namespace smos::media {
namespace {

std::string shown_word(const CaptionWord& word, const CaptionStyle& style) {
    const std::string text = one_line(word.text);
    return style.upper_case ? upper_case(text, style.language) : text;
}

} // namespace

std::vector<Font> fonts_of(const CaptionTrack& track, const FontSet& fonts) {
    std::vector<bool> used(fonts.fonts().size(), false);
    bool emoji = false;
    std::vector<MissingGlyph> missing;
    for (const CaptionCue& cue : track.cues) {
        for (const CaptionWord& word : cue.words) {
            for (const EmojiRun& run :
                 split_emoji(shortened_word(shown_word(word, track.style)), fonts.emoji())) {
                emoji = emoji || run.emoji;
                if (run.emoji)
                    continue;
                for (const FontRun& part : font_runs(run.text, fonts, missing))
                    used[part.font] = true;
            }
        }
    }
    std::vector<Font> files;
    for (std::size_t i = 0; i < used.size(); ++i) {
        // The first font also gives the lines their measure.
        if (used[i] || (i == 0 && !track.cues.empty()))
            files.push_back(fonts.fonts()[i]);
    }
    if (emoji)
        files.push_back(fonts.emoji_file());
    return files;
}

Result<void> require_glyphs(const CaptionTrack& track, const FontSet& fonts) {
    for (std::size_t i = 0; i < track.cues.size(); ++i) {
        const CaptionCue& cue = track.cues[i];
        for (const CaptionWord& word : cue.words) {
            const std::vector<MissingGlyph> gone = fonts.missing(shown_word(word, track.style));
            if (!gone.empty())
                return missing_glyph(gone.front().code_point,
                                     word.text,
                                     cue.id.empty() ? fmt::format("cues[{}]", i)
                                                    : fmt::format("cue '{}'", one_line(cue.id)));
        }
    }
    return {};
}

Result<FontSet> fonts_for(const CaptionTrack& track) {
    std::string text;
    for (const CaptionCue& cue : track.cues) {
        for (const CaptionWord& word : cue.words)
            text += shown_word(word, track.style) + " ";
    }
    return FontSet::for_text(track.style.family, track.style.weight, text);
}

} // namespace smos::media
