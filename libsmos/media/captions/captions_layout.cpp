// SPDX-License-Identifier: Apache-2.0
// Where every word of a group stands, and how large: sizes of pieces, and their places on lines.
#include "libsmos/media/captions/captions_layout.hpp"

#include "libsmos/core/utf8.hpp"
#include "libsmos/media/captions/captions_emoji.hpp"
#include "libsmos/media/captions/captions_pieces.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace smos::media {
namespace {

constexpr int measure_width_px = 16384; // holds a piece of the widest characters at full size
constexpr int measure_height_px = 2048;
constexpr double emoji_height = 0.92; // of the font size
constexpr double emoji_gap = 0.06;    // between an emoji and its neighbours in a word
constexpr double spaceless_gap = 0.04;
constexpr std::size_t few_pieces = 6;

} // namespace

int peak_percent(Motion motion) {
    switch (motion) {
    case Motion::pop:
        return 112;
    case Motion::bounce:
        return 127;
    case Motion::zoom:
        return 104;
    case Motion::none:
        break;
    }
    return 100;
}

double rise_above_baseline(const CaptionStyle& style, const FontSet& fonts) {
    return fonts.metrics(0).capital + (style.upper_case ? 0.13 : 0.17);
}

double drop_below_baseline(const CaptionStyle& style, const FontSet& fonts) {
    return style.upper_case ? 0.13 : std::min(fonts.metrics(0).descent, 0.19) + 0.07;
}

double type_base_px(int width_px, int height_px) {
    return std::min<double>(width_px, 0.68 * height_px);
}

/// Where the middle of a group stands on pictures wider than 9:16: what is below the middle goes
/// further down, as far as the words are smaller there.
double centre_on(const CaptionStyle& style, int width_px, int height_px) {
    constexpr double tall = 9.0 / 16, wide = 16.0 / 9, lower = 600, drop = 120;
    if (style.centre_permille < lower)
        return style.centre_permille;
    const double shape = static_cast<double>(width_px) / height_px;
    return style.centre_permille + drop * std::clamp((shape - tall) / (wide - tall), 0.0, 1.0);
}

TextArea caption_area(const CaptionStyle& style, int width_px, int height_px) {
    const double side = width_px * std::max(style.safe.left, style.safe.right) / 1000.0;
    TextArea area;
    area.left = std::ceil(side);
    area.right = std::floor(width_px - side);
    area.top = std::ceil(height_px * style.safe.top / 1000.0);
    area.bottom = std::floor(height_px * (1000 - style.safe.bottom) / 1000.0);
    area.centre_y = height_px * centre_on(style, width_px, height_px) / 1000.0;
    return area;
}

CaptionLayout::CaptionLayout(const CaptionStyle& style, const FontSet& fonts, AssCanvas canvas)
    : style_(style),
      fonts_(&fonts),
      canvas_(std::move(canvas)) {}

Result<CaptionLayout> CaptionLayout::open(const CaptionStyle& style,
                                          const FontSet& fonts,
                                          const TextArea& area,
                                          double base_px,
                                          std::size_t usual_lines) {
    SMOS_TRY(AssCanvas canvas, AssCanvas::open(fonts, measure_width_px, measure_height_px));
    CaptionLayout layout(style, fonts, std::move(canvas));
    layout.area_ = area;
    layout.usual_lines_ = usual_lines;
    layout.size_ = base_px * style.size_permille / 1000.0;
    layout.least_ = std::min(base_px * style.least_permille / 1000.0, layout.size_);
    return layout;
}

InkBox CaptionLayout::measure_text(const std::string& text) {
    canvas_.clear();
    canvas_.add_event(0,
                      1000,
                      0,
                      fmt::format("{{\\an5\\pos({},{})\\fs{:.2f}}}{}",
                                  measure_width_px / 2,
                                  measure_height_px / 2,
                                  size_,
                                  text));
    bool changed = false;
    InkBox ink = AssCanvas::ink_of(canvas_.draw(0, changed));
    if (ink.empty())
        return {0, 0, 0, 0};
    ink.x0 -= measure_width_px / 2;
    ink.x1 -= measure_width_px / 2;
    ink.y0 -= measure_height_px / 2;
    ink.y1 -= measure_height_px / 2;
    return ink;
}

/// Letters of all fonts stand on the baseline of the first one, wherever libass's own line box,
/// which is that of the piece's fonts, would put them.
void CaptionLayout::measure_piece(Piece& piece) {
    const FontMetrics& first = fonts_->metrics(0);
    if (piece.emoji) {
        const double height = size_ * emoji_height;
        const double half = height * fonts_->emoji()->aspect(piece.plain) / 2;
        const double middle = (first.ascent - first.descent) / 2 - first.capital / 2;
        piece.shift = size_ * middle;
        piece.ink = {static_cast<int>(std::floor(-half)),
                     static_cast<int>(std::floor(-height / 2)),
                     static_cast<int>(std::ceil(half)),
                     static_cast<int>(std::ceil(height / 2))};
        return;
    }
    const std::vector<FontRun> runs = font_runs(piece.plain, *fonts_, missing_);
    double ascent = 0, descent = 0;
    for (const FontRun& run : runs) {
        ascent = std::max(ascent, fonts_->metrics(run.font).ascent);
        descent = std::max(descent, fonts_->metrics(run.font).descent);
    }
    piece.shift = size_ * ((first.ascent - first.descent) - (ascent - descent)) / 2;
    piece.text = ass_text(runs, *fonts_);
    piece.ink = measure_text(piece.text);
}

/// Emoji, characters of scripts without spaces and parts of very long words stand for themselves.
void CaptionLayout::cut_word(const std::string& word,
                             std::size_t index,
                             std::vector<Piece>& pieces) {
    const std::string shown =
        shortened_word(style_.upper_case ? upper_case(word, style_.language) : word);
    bool first = true;
    const auto add = [&](const std::string& text, bool emoji, double gap) {
        Piece piece;
        piece.word = index;
        piece.plain = text;
        piece.emoji = emoji;
        piece.gap = first ? 0 : size_ * gap;
        measure_piece(piece);
        if (piece.width() <= 0)
            return;
        pieces.push_back(std::move(piece));
        first = false;
    };
    bool after_emoji = false;
    for (const EmojiRun& run : split_emoji(shown, fonts_->emoji())) {
        if (run.emoji) {
            add(run.text, true, emoji_gap);
            after_emoji = true;
            continue;
        }
        for (const std::string& stretch : split_spaceless(run.text)) {
            bool new_stretch = true;
            for (const std::string& text : split_long_word(stretch)) {
                add(text, false, after_emoji ? emoji_gap : new_stretch ? spaceless_gap : 0);
                after_emoji = new_stretch = false;
            }
        }
    }
}

std::vector<CaptionLayout::Piece> CaptionLayout::measure(const CaptionGroup& group) {
    std::vector<Piece> pieces;
    for (std::size_t word = 0; word < group.words.size(); ++word) {
        const std::size_t before = pieces.size();
        cut_word(group.words[word].text, word, pieces);
        if (before == 0 || before == pieces.size())
            continue;
        const bool space = space_between(group.words[word - 1].text, group.words[word].text);
        const double close = style_.mark == Mark::box ? box_pad * 1.2 : spaceless_gap;
        pieces[before].gap = size_ * (space ? style_.space / 1000.0 : close);
    }
    mark_breaks(group, pieces);
    set_directions(group, pieces);
    return pieces;
}

/// A line begins with a word that follows a space, where UAX #14 allows it, or inside of a word
/// that is too long for any line.
void CaptionLayout::mark_breaks(const CaptionGroup& group, std::vector<Piece>& pieces) const {
    std::string joined;
    std::vector<std::size_t> starts, per_word(group.words.size(), 0);
    for (const Piece& piece : pieces)
        ++per_word[piece.word];
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        const bool new_word = i > 0 && pieces[i].word != pieces[i - 1].word;
        if (new_word &&
            space_between(group.words[pieces[i - 1].word].text, group.words[pieces[i].word].text))
            joined += ' ';
        starts.push_back(joined.size());
        joined += pieces[i].plain;
    }
    const std::vector<std::size_t> breaks = line_breaks(joined, style_.language);
    for (std::size_t i = 1; i < pieces.size(); ++i) {
        const bool after_space = starts[i] > 0 && joined[starts[i] - 1] == ' ';
        const bool same_word = pieces[i].word == pieces[i - 1].word;
        const bool cut_by_force = same_word && pieces[i].gap == 0;
        // An emoji stays with its word, unless the word is a chain of them.
        const bool emoji_edge = same_word && pieces[i].emoji != pieces[i - 1].emoji &&
                                per_word[pieces[i].word] <= few_pieces;
        pieces[i].must_begin_line =
            !same_word &&
            std::any_of(group.line_ends.begin(), group.line_ends.end(), [&](auto end) {
                return end > pieces[i - 1].word && end <= pieces[i].word;
            });
        pieces[i].may_begin_line =
            pieces[i].must_begin_line || after_space || cut_by_force ||
            (!emoji_edge && std::binary_search(breaks.begin(), breaks.end(), starts[i]));
    }
}

/// Words without letters, numbers and emoji go with the cue's direction. In a language that is
/// written from right to left a foreign name at the beginning does not turn the sentence around.
void CaptionLayout::set_directions(const CaptionGroup& group, std::vector<Piece>& pieces) {
    int base = group.direction;
    bool any_right_to_left = false;
    for (Piece& piece : pieces) {
        const int own = direction_of(piece.plain);
        base = base != 0 ? base : own;
        any_right_to_left = any_right_to_left || own < 0;
    }
    if (any_right_to_left && is_written_right_to_left(style_.language))
        base = -1;
    for (Piece& piece : pieces) {
        const int own = direction_of(piece.plain);
        piece.right_to_left = (own != 0 ? own : base) < 0;
    }
    base_right_to_left_ = base < 0;
}

} // namespace smos::media
