// SPDX-License-Identifier: Apache-2.0
// Lines of a group: where they break, how large they are, and where their words stand.
#include "libsmos/media/captions/captions_emoji.hpp"
#include "libsmos/media/captions/captions_layout.hpp"
#include "libsmos/media/captions/captions_pieces.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace smos::media {
namespace {

constexpr double slack_px = 2; // rounding of glyph positions
constexpr std::size_t most_lines = 40;
constexpr double never = std::numeric_limits<double>::infinity();

} // namespace

/// What is drawn at the side of a word beyond its ink, in shares of the font size.
double CaptionLayout::reach() const {
    const double outline = style_.outline_width / 1000.0;
    double reach = outline * peak_percent(style_.motion) / 100.0;
    if (style_.mark == Mark::box)
        reach = std::max(reach, box_pad);
    if (style_.mark == Mark::glow)
        reach = outline + glow_reach;
    if (style_.panel != Panel::none)
        reach += style_.panel_pad / 1000.0;
    return reach;
}

/// With outline, and with the longest word at its peak at an edge.
double CaptionLayout::line_extra(double longest) const {
    return longest * (peak_percent(style_.motion) / 100.0 - 1) + 2 * reach() * size_;
}

double CaptionLayout::scale_of(double widest, std::size_t count) const {
    const double peak = peak_percent(style_.motion) / 100.0;
    double height = size_ * style_.pitch / 1000.0 * static_cast<double>(count) * peak;
    if (style_.panel == Panel::block || style_.panel == Panel::bar)
        height += size_ * style_.panel_pad / 1000.0;
    if (style_.panel == Panel::quote)
        height += size_ * quote_height;
    if (style_.panel == Panel::rule)
        height += size_ * rule_depth;
    const double room = area_.right - area_.left - 2 * (slack_px + 1);
    return std::min({1.0, room / widest, (area_.bottom - area_.top) / height});
}

/// Adds to the table the row for one more line: widest[k][i] is the narrowest that the widest of k
/// lines with the first i pieces can be, from[k][i] where the last of them begins.
void CaptionLayout::add_line(const std::vector<Piece>& pieces, Splits& splits) const {
    const std::size_t n = pieces.size(), k = splits.widest.size();
    const std::vector<double>& above = splits.widest.back();
    std::vector<double> widest(n + 1, never);
    std::vector<std::size_t> from(n + 1, 0);
    for (std::size_t i = k; i <= n; ++i) {
        double width = 0, longest = 0;
        for (std::size_t j = i; j-- > k - 1;) {
            longest = std::max(longest, pieces[j].width());
            width += pieces[j].width();
            const double line = std::max(above[j], width + line_extra(longest));
            width += pieces[j].gap; // to the piece before it
            if (pieces[j].must_begin_line)
                width = never; // for lines that begin before it
            if ((j == 0 || pieces[j].may_begin_line) && line < never && line <= widest[i]) {
                widest[i] = line;
                from[i] = j;
            }
        }
    }
    splits.widest.push_back(std::move(widest));
    splits.from.push_back(std::move(from));
}

/// The fewest lines that need not be drawn more than a little smaller, beyond the usual number of
/// lines much smaller; else the largest text.
CaptionLayout::Lines CaptionLayout::best_lines(const std::vector<Piece>& pieces) const {
    constexpr double nearly_full = 0.92, large_enough = 0.7;
    const std::size_t n = pieces.size();
    Splits splits;
    splits.widest.assign(1, std::vector<double>(n + 1, never));
    splits.widest[0][0] = 0;
    splits.from.assign(1, std::vector<std::size_t>(n + 1, 0));
    Lines best;
    for (std::size_t count = 1; count <= std::min(n, most_lines); ++count) {
        add_line(pieces, splits);
        const double widest = splits.widest[count][n];
        const double scale = widest < never ? scale_of(widest, count) : 0;
        if (scale > best.scale) {
            best = {std::vector<std::size_t>(count + 1, n), widest, scale};
            for (std::size_t k = count; k > 0; --k)
                best.begins[k - 1] = splits.from[k][best.begins[k]];
        }
        if (best.scale >= (count < usual_lines_ ? nearly_full : large_enough))
            break;
    }
    return best;
}

/// What is one word and stands on one line is drawn as one, with the font's own spacing and joins.
void CaptionLayout::join_pieces(std::vector<Piece>& pieces, Lines& lines) {
    std::vector<Piece> joined;
    std::vector<std::size_t> begins;
    double widest = 0;
    for (std::size_t line = 0; line < lines.count(); ++line) {
        begins.push_back(joined.size());
        for (std::size_t i = lines.begins[line]; i < lines.begins[line + 1]; ++i) {
            const bool same = joined.size() > begins.back() && !pieces[i].emoji &&
                              !joined.back().emoji && joined.back().word == pieces[i].word;
            if (!same) {
                joined.push_back(std::move(pieces[i]));
                continue;
            }
            joined.back().plain += pieces[i].plain;
            measure_piece(joined.back());
        }
        double width = 0, longest = 0;
        for (std::size_t i = begins.back(); i < joined.size(); ++i) {
            width += joined[i].width() + (i > begins.back() ? joined[i].gap : 0);
            longest = std::max(longest, joined[i].width());
        }
        widest = std::max(widest, width + line_extra(longest));
    }
    begins.push_back(joined.size());
    if (joined.size() != pieces.size()) {
        lines.widest = widest;
        lines.scale = scale_of(widest, lines.count());
    }
    lines.begins = std::move(begins);
    pieces = std::move(joined);
}

void CaptionLayout::place_line(PlacedGroup& placed,
                               const std::vector<Piece>& pieces,
                               const Lines& lines,
                               std::size_t line,
                               double centre_y,
                               InkBox& bounds) const {
    const std::size_t first = lines.begins[line], end = lines.begins[line + 1];
    std::vector<bool> right_to_left;
    for (std::size_t i = first; i < end; ++i)
        right_to_left.push_back(pieces[i].right_to_left);
    const std::vector<std::size_t> shown = visual_order(right_to_left, base_right_to_left_);
    // The gap belongs to the two neighbours as they are spoken, whichever is left.
    const auto gap_before = [&](std::size_t at) {
        return at == 0 ? 0.0 : pieces[first + std::max(shown[at], shown[at - 1])].gap;
    };
    double width = 0;
    for (std::size_t i = 0; i < shown.size(); ++i)
        width += gap_before(i) + pieces[first + shown[i]].width();
    const double scale = lines.scale;
    const double peak = scale * peak_percent(style_.motion) / 100.0;
    const double margin = reach() * size_ * scale + slack_px;
    double x = (area_.left + area_.right) / 2 - width * scale / 2;
    if (style_.align == Align::left)
        x = area_.left + margin + 1;
    PlacedLine row;
    row.left = x;
    const FontMetrics& first_font = fonts_->metrics(0);
    row.baseline = centre_y + size_ * scale * (first_font.ascent - first_font.descent) / 2;
    std::vector<PlacedPiece> line_pieces(shown.size());
    for (std::size_t i = 0; i < shown.size(); ++i) {
        const Piece& piece = pieces[first + shown[i]];
        x += gap_before(i) * scale;
        PlacedPiece& out = line_pieces[shown[i]];
        out.word = piece.word;
        out.line = line;
        out.text = piece.text;
        if (piece.emoji)
            out.emoji = piece.plain;
        out.centre_x = x - piece.ink.x0 * scale;
        out.centre_y = centre_y + piece.shift * scale;
        out.left = x;
        x += piece.width() * scale;
        out.right = x;
        out.height = (piece.ink.y1 - piece.ink.y0) * scale;
        out.right_to_left = piece.emoji ? piece.right_to_left : direction_of(piece.plain) < 0;
        out.characters = static_cast<int>(grapheme_clusters(piece.plain).size());
        bounds.include({static_cast<int>(std::floor(out.centre_x + piece.ink.x0 * peak - margin)),
                        static_cast<int>(std::floor(out.centre_y + piece.ink.y0 * peak - margin)),
                        static_cast<int>(std::ceil(out.centre_x + piece.ink.x1 * peak + margin)),
                        static_cast<int>(std::ceil(out.centre_y + piece.ink.y1 * peak + margin))});
    }
    row.right = x;
    placed.lines.push_back(row);
    placed.pieces.insert(placed.pieces.end(), line_pieces.begin(), line_pieces.end());
}

/// A tall group moves up or down until it is inside.
void CaptionLayout::settle(PlacedGroup& placed, InkBox bounds) const {
    double shift = std::min(0.0, area_.bottom - bounds.y1);
    shift = std::max(shift, area_.top - bounds.y0);
    const int rows = static_cast<int>(shift < 0 ? std::floor(shift) : std::ceil(shift));
    for (PlacedPiece& piece : placed.pieces)
        piece.centre_y += rows;
    for (PlacedLine& line : placed.lines)
        line.baseline += rows;
    placed.box.start_ms = placed.group.start_ms;
    placed.box.end_ms = placed.group.end_ms;
    placed.box.x = bounds.x0;
    placed.box.y = bounds.y0 + rows;
    placed.box.width = bounds.x1 - bounds.x0;
    placed.box.height = bounds.y1 - bounds.y0;
    std::vector<std::string> words;
    for (const CaptionWord& word : placed.group.words)
        words.push_back(word.text);
    placed.box.text = join_words(words);
}

Result<PlacedGroup> CaptionLayout::place(const CaptionGroup& group) {
    PlacedGroup placed;
    placed.group = group;
    std::vector<Piece> pieces = measure(group);
    if (pieces.empty())
        return placed;
    Lines lines = best_lines(pieces);
    if (lines.scale > 0)
        join_pieces(pieces, lines);
    placed.size = size_ * lines.scale;
    if (placed.size < least_)
        return Error{"captions_too_long",
                     fmt::format("the text would be {:.0f} px high; the smallest size is {:.0f} px",
                                 placed.size,
                                 least_),
                     fmt::format("cues[{}]", group.cue),
                     "use fewer words, or a larger area"};
    placed.outline = placed.size * style_.outline_width / 1000.0;
    const double pitch = placed.size * style_.pitch / 1000.0;
    InkBox bounds;
    double y = area_.centre_y - pitch * static_cast<double>(lines.count() - 1) / 2;
    for (std::size_t line = 0; line < lines.count(); ++line) {
        place_line(placed, pieces, lines, line, y, bounds);
        y += pitch;
    }
    include_shapes(placed, bounds);
    settle(placed, bounds);
    return placed;
}

/// Boxes, bars and panels reach over the ink.
void CaptionLayout::include_shapes(const PlacedGroup& placed, InkBox& bounds) const {
    if (style_.mark == Mark::none && style_.panel == Panel::none)
        return;
    const double pad = placed.size * style_.panel_pad / 1000.0;
    double above = rise_above_baseline(style_, *fonts_) * placed.size;
    double below = drop_below_baseline(style_, *fonts_) * placed.size;
    if (style_.panel == Panel::block || style_.panel == Panel::bar) {
        above += pad / 2;
        below += pad / 2;
    }
    if (style_.panel == Panel::quote)
        above += placed.size * quote_height;
    if (style_.panel == Panel::rule)
        below = placed.size * rule_depth;
    bounds.y0 = std::min(bounds.y0,
                         static_cast<int>(std::floor(placed.lines.front().baseline - above)) - 2);
    bounds.y1 =
        std::max(bounds.y1, static_cast<int>(std::ceil(placed.lines.back().baseline + below)) + 2);
}

} // namespace smos::media
