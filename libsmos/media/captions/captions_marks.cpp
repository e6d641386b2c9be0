// SPDX-License-Identifier: Apache-2.0
// A placed group to masks: what lies behind the letters.
#include "libsmos/media/captions/captions_draw.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace smos::media {
namespace {

// Shares of the font size.
constexpr double box_radius = 0.20, panel_radius = 0.34, line_radius = 0.16;
constexpr double rule_length = 0.9, rule_height = 0.10;
constexpr double bar_width = 0.13, cursor_width = 0.10, cursor_gap = 0.07;
constexpr double underline_top = 0.09, underline_height = 0.11, underline_rim = 0.025;

} // namespace

void CaptionArtist::add_box(CaptionFrame& frame,
                            const ShapeMask& shape,
                            const Rgb& colour,
                            int opacity) {
    const ShapeMask inside = inside_picture(shape, width_px_, height_px_);
    if (!inside.coverage)
        return;
    kept_.front().bytes += inside.coverage->size();
    DrawnMask drawn;
    drawn.mask.x = inside.x;
    drawn.mask.y = inside.y;
    drawn.mask.w = drawn.mask.stride = inside.w;
    drawn.mask.h = inside.h;
    drawn.mask.alpha = inside.coverage->data();
    drawn.coverage = inside.coverage;
    add_mask(frame, std::move(drawn), colour, opacity);
}

/// Drawn once for a group.
void CaptionArtist::add_panel(CaptionFrame& frame) {
    if (style_.panel == Panel::none || group_->lines.empty())
        return;
    CaptionFrame& panel = kept_.front().panel;
    if (panel.masks.empty())
        draw_panel(panel);
    frame.masks = panel.masks;
    frame.storage = panel.storage;
}

void CaptionArtist::draw_panel(CaptionFrame& frame) {
    const double size = group_->size, pad = size * style_.panel_pad / 1000.0;
    const double rise = rise_above_baseline(style_, *fonts_) * size;
    const double drop = drop_below_baseline(style_, *fonts_) * size;
    const std::vector<PlacedLine>& lines = group_->lines;
    if (style_.panel == Panel::lines) {
        for (const PlacedLine& line : lines)
            add_box(frame,
                    rounded_box(line.left - pad,
                                line.baseline - rise,
                                line.right + pad,
                                line.baseline + drop,
                                size * line_radius),
                    style_.accent,
                    style_.panel_opacity);
        return;
    }
    double left = lines.front().left, right = lines.front().right;
    for (const PlacedLine& line : lines) {
        left = std::min(left, line.left);
        right = std::max(right, line.right);
    }
    const double top = lines.front().baseline - rise;
    if (style_.panel == Panel::quote) {
        add_quote(frame, (left + right) / 2, top - size * quote_height / 2);
        return;
    }
    if (style_.panel == Panel::rule) {
        const double middle = (left + right) / 2;
        const double deepest = lines.back().baseline + size * rule_depth;
        add_box(frame,
                rounded_box(middle - size * rule_length / 2,
                            deepest - size * rule_height,
                            middle + size * rule_length / 2,
                            deepest,
                            size),
                style_.accent,
                255);
        return;
    }
    const double bottom = lines.back().baseline + drop + pad / 2;
    const bool bar = style_.panel == Panel::bar;
    const double radius = size * (bar ? line_radius / 2 : panel_radius);
    add_box(frame,
            rounded_box(left - pad, top - pad / 2, right + pad, bottom, radius),
            style_.panel_colour,
            style_.panel_opacity);
    if (bar)
        add_box(frame,
                rounded_box(
                    left - pad, top - pad / 2, left - pad + size * bar_width, bottom, radius / 2),
                style_.accent,
                255);
}

/// Its ink is centred at the point.
void CaptionArtist::add_quote(CaptionFrame& frame, double centre_x, double centre_y) {
    std::vector<MissingGlyph> missing;
    const std::string mark = ass_text(font_runs("\u201C", *fonts_, missing), *fonts_);
    std::vector<DrawnMask> masks =
        draw_text(fmt::format("{{\\an5\\pos({:.2f},{:.2f})\\fs{:.2f}\\bord{:.2f}}}{}",
                              width_px_ / 2.0,
                              height_px_ / 2.0,
                              group_->size * 2.2,
                              group_->outline,
                              mark));
    InkBox ink;
    for (const DrawnMask& drawn : masks)
        ink.include(
            {drawn.mask.x, drawn.mask.y, drawn.mask.x + drawn.mask.w, drawn.mask.y + drawn.mask.h});
    for (DrawnMask& drawn : masks) {
        drawn.mask.x += static_cast<int>(centre_x - (ink.x0 + ink.x1) / 2.0);
        drawn.mask.y += static_cast<int>(centre_y - (ink.y0 + ink.y1) / 2.0);
        const bool inside = drawn.mask.x >= 0 && drawn.mask.y >= 0 &&
                            drawn.mask.x + drawn.mask.w <= width_px_ &&
                            drawn.mask.y + drawn.mask.h <= height_px_;
        if (inside)
            add_mask(frame, drawn, drawn.letters ? style_.accent : style_.outline, 255);
    }
}

/// Of the spoken word, once for every line that it is on.
void CaptionArtist::add_marks(CaptionFrame& frame, const std::vector<PieceLook>& looks) {
    if (style_.mark != Mark::box && style_.mark != Mark::underline)
        return;
    for (std::size_t i = 0; i < looks.size(); ++i) {
        if (!looks[i].now)
            continue;
        PlacedPiece span = group_->pieces[i];
        const int eighths = looks[i].mark_eighths;
        for (; i + 1 < looks.size() && looks[i + 1].now && group_->pieces[i + 1].line == span.line;
             ++i) {
            span.left = std::min(span.left, group_->pieces[i + 1].left);
            span.right = std::max(span.right, group_->pieces[i + 1].right);
        }
        add_mark(frame, span, eighths);
    }
}

void CaptionArtist::add_mark(CaptionFrame& frame, const PlacedPiece& span, int eighths) {
    const double size = group_->size;
    const double baseline = group_->lines[span.line].baseline;
    if (style_.mark == Mark::box) {
        const double grown = 0.92 + 0.01 * eighths;
        const double top = baseline - rise_above_baseline(style_, *fonts_) * size;
        const double bottom = baseline + drop_below_baseline(style_, *fonts_) * size;
        const double half_w = ((span.right - span.left) / 2 + box_pad * size) * grown;
        const double half_h = (bottom - top) / 2 * grown;
        const double x = (span.left + span.right) / 2, y = (top + bottom) / 2;
        add_box(frame,
                rounded_box(x - half_w, y - half_h, x + half_w, y + half_h, size * box_radius),
                style_.accent,
                255);
        return;
    }
    const double length = (span.right - span.left) * eighths / 8;
    const double left = span.right_to_left ? span.right - length : span.left;
    const double top = baseline + underline_top * size, height = underline_height * size;
    const double rim = underline_rim * size;
    add_box(frame,
            rounded_box(left - rim, top - rim, left + length + rim, top + height + rim, height),
            style_.outline,
            255);
    add_box(frame, rounded_box(left, top, left + length, top + height, height), style_.accent, 255);
}

/// Behind the last letter that is shown.
void CaptionArtist::add_cursor(CaptionFrame& frame, const std::vector<PieceLook>& looks) {
    const double size = group_->size;
    for (std::size_t i = looks.size(); i-- > 0;) {
        const PlacedPiece& piece = group_->pieces[i];
        if (looks[i].opacity == 0 || looks[i].shown_px <= 0)
            continue;
        const double shown = std::min<double>(looks[i].shown_px, piece.right - piece.left);
        const double edge = piece.right_to_left
                                ? piece.right - shown - (cursor_gap + cursor_width) * size
                                : piece.left + shown + cursor_gap * size;
        const double baseline = group_->lines[piece.line].baseline;
        const double capital = fonts_->metrics(0).capital * size;
        add_box(frame,
                rounded_box(edge,
                            baseline - capital - 0.06 * size,
                            edge + cursor_width * size,
                            baseline + 0.10 * size,
                            size * 0.03),
                style_.accent,
                255);
        return;
    }
}

} // namespace smos::media
