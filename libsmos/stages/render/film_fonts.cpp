// SPDX-License-Identifier: Apache-2.0
// The font files that a film is drawn with.
#include "libsmos/stages/render/film_fonts.hpp"

#include "libsmos/core/utf8.hpp"
#include "libsmos/media/captions/captions.hpp"
#include "libsmos/media/compose/text_layer.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/stages/render/film_captions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace smos::stages {
namespace {

using records::Timeline;
using records::TimelineTrack;

std::vector<media::CaptionWord> split_text(const std::string& text) {
    std::vector<media::CaptionWord> words;
    std::string word;
    for (const char c : one_line(text) + ' ') {
        if (c != ' ') {
            word += c;
        } else if (!word.empty()) {
            words.push_back({0, 0, word});
            word.clear();
        }
    }
    return words;
}

/// The cue's words, or before there are any what its voice is asked to say.
std::vector<media::CaptionWord> words_of(const Timeline& timeline,
                                         const records::TimelineCue& cue) {
    std::vector<media::CaptionWord> words;
    for (const auto& word : cue.words)
        words.push_back({0, 0, word.text});
    const auto asset = timeline.assets.find(cue.asset);
    if (!words.empty() || asset == timeline.assets.end() || !asset->second.request)
        return words;
    const auto text = asset->second.request->find("text");
    if (text == asset->second.request->end() || !text->is_string())
        return words;
    return split_text(text->get<std::string>());
}

class Fonts {
  public:
    void add(const std::vector<media::Font>& fonts) {
        for (const media::Font& font : fonts) {
            const bool known =
                std::any_of(used_.begin(), used_.end(), [&](const media::Font& other) {
                    return other.sha256 == font.sha256;
                });
            if (!known)
                used_.push_back(font);
        }
    }

    std::vector<media::Font> take() {
        const auto key = [](const media::Font& font) {
            return std::tie(font.family, font.style, font.sha256);
        };
        std::sort(used_.begin(), used_.end(), [&](const media::Font& a, const media::Font& b) {
            return key(a) < key(b);
        });
        return std::move(used_);
    }

  private:
    std::vector<media::Font> used_;
};

Result<void> add_captions(const Timeline& timeline, const TimelineTrack& track, Fonts& fonts) {
    media::CaptionTrack shown;
    SMOS_TRY(shown.style, caption_design(track));
    for (const records::TimelineCue& cue : track.cues) {
        media::CaptionCue& words = shown.cues.emplace_back();
        words.id = cue.id;
        words.words = words_of(timeline, cue);
    }
    SMOS_TRY(const media::FontSet set, media::fonts_for(shown));
    SMOS_CHECK(media::require_glyphs(shown, set));
    fonts.add(media::fonts_of(shown, set));
    return {};
}

Result<void> add_text(const records::TimelineItem& item, Fonts& fonts) {
    const auto text_of = [&](const char* name) {
        const auto found = item.gen->texts.find(name);
        return found == item.gen->texts.end() ? std::string{} : found->second;
    };
    media::TextRequest request;
    request.text = text_of("text");
    SMOS_TRY(request.style, media::text_layer_style(text_of("style")));
    SMOS_TRY(const media::FontSet set, media::fonts_for(request));
    SMOS_CHECK(set.require(request.text, fmt::format("item '{}'", one_line(item.id))));
    fonts.add(media::fonts_of(request, set));
    return {};
}

} // namespace

Result<std::vector<media::Font>> film_fonts(const Timeline& timeline) {
    Fonts fonts;
    const bool burnt =
        timeline.outputs.empty() || std::any_of(timeline.outputs.begin(),
                                                timeline.outputs.end(),
                                                [](const auto& output) { return output.burn; });
    for (const TimelineTrack& track : timeline.tracks) {
        if (track.kind == "caption" && burnt)
            SMOS_CHECK(add_captions(timeline, track, fonts));
        for (const records::TimelineItem& item : track.items) {
            if (item.gen && item.gen->name == "text")
                SMOS_CHECK(add_text(item, fonts));
        }
    }
    return fonts.take();
}

std::string font_file_name(const media::Font& font) {
    return font.path.substr(font.path.rfind('/') + 1);
}

} // namespace smos::stages
