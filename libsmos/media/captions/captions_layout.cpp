// SPDX-License-Identifier: Apache-2.0
// Where every word of a group stands, and how large.
#include "libsmos/media/captions/captions_layout.hpp"

#include "libsmos/core/utf8.hpp"
#include "libsmos/media/captions/captions_pieces.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace smos::media {
namespace {

constexpr int measure_width_px = 16384; // holds a piece of the widest characters at full size
constexpr int measure_height_px = 2048;
constexpr double space_share = 0.30;   // of the font size, between words
constexpr double pitch_share = 1.0;    // of the font size, from line to line
constexpr double outline_share = 0.07; // of the font size
constexpr double peak = pop_peak_percent / 100.0;
constexpr double slack_px = 2; // rounding of glyph positions
constexpr std::size_t most_lines = 40;

double outline_of(double size) { return size * outline_share; }

} // namespace

CaptionLayout::CaptionLayout(const CaptionStyle& style, const FontSet& fonts, AssCanvas canvas)
    : style_(style),
      fonts_(&fonts),
      canvas_(std::move(canvas)) {}

Result<CaptionLayout>
CaptionLayout::open(const CaptionStyle& style, const FontSet& fonts, int width_px, int height_px) {
    SMOS_TRY(AssCanvas canvas, AssCanvas::open(fonts, measure_width_px, measure_height_px));
    CaptionLayout layout(style, fonts, std::move(canvas));
    // Centred on the picture, so the larger of the two side margins counts on both sides.
    const double side = width_px * std::max(style.safe.left, style.safe.right) / 1000.0;
    layout.left_ = std::ceil(side);
    layout.right_ = std::floor(width_px - side);
    layout.top_ = std::ceil(height_px * style.safe.top / 1000.0);
    layout.bottom_ = std::floor(height_px * (1000 - style.safe.bottom) / 1000.0);
    layout.centre_y_ = height_px * style.centre_permille / 1000.0;
    layout.size_ = width_px * style.size_permille / 1000.0;
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

std::vector<CaptionLayout::Piece> CaptionLayout::measure(const CaptionGroup& group) {
    std::vector<Piece> pieces;
    for (std::size_t word = 0; word < group.words.size(); ++word) {
        for (const std::string& text : split_long_word(group.words[word].text)) {
            Piece piece;
            piece.word = word;
            piece.text = ass_text(text, *fonts_, missing_);
            piece.ink = measure_text(piece.text);
            piece.right_to_left = is_right_to_left(text);
            if (piece.width() > 0)
                pieces.push_back(std::move(piece));
        }
    }
    return pieces;
}

/// With outline, and with the longest word at its peak at an edge, at the full font size.
double CaptionLayout::line_width(const std::vector<Piece>& pieces, const Line& line) const {
    double width = 0;
    double longest = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        width += pieces[line[i]].width();
        longest = std::max(longest, pieces[line[i]].width());
        if (i > 0 && pieces[line[i]].word != pieces[line[i - 1]].word)
            width += size_ * space_share;
    }
    return width + longest * (peak - 1) + 2 * outline_of(size_) * peak;
}

/// The split into `count` lines whose widest line is narrowest.
CaptionLayout::Lines CaptionLayout::break_lines(const std::vector<Piece>& pieces,
                                                std::size_t count) const {
    const std::size_t n = pieces.size();
    const double never = std::numeric_limits<double>::infinity();
    const auto line_of = [](std::size_t first, std::size_t last) {
        Line line;
        for (std::size_t i = first; i < last; ++i)
            line.push_back(i);
        return line;
    };
    // widest[k][i]: the first i pieces on k lines; from[k][i]: where the last of them begins.
    std::vector<std::vector<double>> widest(count + 1, std::vector<double>(n + 1, never));
    std::vector<std::vector<std::size_t>> from(count + 1, std::vector<std::size_t>(n + 1, 0));
    widest[0][0] = 0;
    for (std::size_t k = 1; k <= count; ++k) {
        for (std::size_t i = k; i <= n; ++i) {
            for (std::size_t j = k - 1; j < i; ++j) {
                const double width = std::max(widest[k - 1][j], line_width(pieces, line_of(j, i)));
                if (width < widest[k][i]) {
                    widest[k][i] = width;
                    from[k][i] = j;
                }
            }
        }
    }
    Lines result;
    for (std::size_t k = count, end = n; k > 0; --k) {
        result.lines.insert(result.lines.begin(), line_of(from[k][end], end));
        end = from[k][end];
    }
    const double height = size_ * pitch_share * static_cast<double>(count) * peak;
    const double room = right_ - left_ - 2 * (slack_px + 1);
    result.scale = std::min({1.0, room / widest[count][n], (bottom_ - top_) / height});
    return result;
}

/// The fewest lines that need not be drawn more than a little smaller; else the largest text.
CaptionLayout::Lines CaptionLayout::best_lines(const std::vector<Piece>& pieces) const {
    constexpr double nearly_full = 0.92;
    Lines best;
    for (std::size_t count = 1; count <= std::min(pieces.size(), most_lines); ++count) {
        Lines lines = break_lines(pieces, count);
        if (lines.scale > best.scale)
            best = std::move(lines);
        if (best.scale >= nearly_full)
            break;
    }
    return best;
}

void CaptionLayout::place_line(PlacedGroup& placed,
                               const std::vector<Piece>& pieces,
                               const Line& line,
                               double scale,
                               double centre_y,
                               InkBox& bounds) const {
    std::vector<bool> right_to_left;
    for (const std::size_t index : line)
        right_to_left.push_back(pieces[index].right_to_left);
    Line shown;
    for (const std::size_t at : visual_order(right_to_left, pieces.front().right_to_left))
        shown.push_back(line[at]);
    double width = 0;
    const auto gap_before = [&](std::size_t i) {
        const bool same_word = i > 0 && pieces[shown[i]].word == pieces[shown[i - 1]].word;
        return i == 0 || same_word ? 0.0 : size_ * space_share;
    };
    for (std::size_t i = 0; i < shown.size(); ++i)
        width += gap_before(i) + pieces[shown[i]].width();
    double x = (left_ + right_) / 2 - width * scale / 2;
    for (std::size_t i = 0; i < shown.size(); ++i) {
        const Piece& piece = pieces[shown[i]];
        x += gap_before(i) * scale;
        const double centre_x = x - piece.ink.x0 * scale;
        x += piece.width() * scale;
        placed.pieces.push_back({piece.word, piece.text, centre_x, centre_y});
        const double grown = scale * peak;
        const double margin = outline_of(size_) * grown + slack_px;
        bounds.include({static_cast<int>(std::floor(centre_x + piece.ink.x0 * grown - margin)),
                        static_cast<int>(std::floor(centre_y + piece.ink.y0 * grown - margin)),
                        static_cast<int>(std::ceil(centre_x + piece.ink.x1 * grown + margin)),
                        static_cast<int>(std::ceil(centre_y + piece.ink.y1 * grown + margin))});
    }
}

PlacedGroup CaptionLayout::place(const CaptionGroup& group) {
    PlacedGroup placed;
    placed.group = group;
    const std::vector<Piece> pieces = measure(group);
    if (pieces.empty())
        return placed;
    const Lines lines = best_lines(pieces);
    placed.size = size_ * lines.scale;
    placed.outline = outline_of(placed.size);
    const double pitch = placed.size * pitch_share;
    InkBox bounds;
    double y = centre_y_ - pitch * static_cast<double>(lines.lines.size() - 1) / 2;
    for (const Line& line : lines.lines) {
        place_line(placed, pieces, line, lines.scale, y, bounds);
        y += pitch;
    }
    // A tall group moves up or down until it is inside.
    double shift = std::min(0.0, bottom_ - bounds.y1);
    shift = std::max(shift, top_ - bounds.y0);
    const int rows = static_cast<int>(shift < 0 ? std::floor(shift) : std::ceil(shift));
    for (PlacedPiece& piece : placed.pieces)
        piece.centre_y += rows;
    placed.box.start_ms = group.start_ms;
    placed.box.end_ms = group.end_ms;
    placed.box.x = bounds.x0;
    placed.box.y = bounds.y0 + rows;
    placed.box.width = bounds.x1 - bounds.x0;
    placed.box.height = bounds.y1 - bounds.y0;
    for (const CaptionWord& word : group.words)
        placed.box.text += (placed.box.text.empty() ? "" : " ") + word.text;
    return placed;
}

} // namespace smos::media
