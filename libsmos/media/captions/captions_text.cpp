// SPDX-License-Identifier: Apache-2.0
// A styled block of text in a box: the captions' own layout with one group that stands still.
#include "libsmos/media/captions/captions_text.hpp"

#include "libsmos/core/utf8.hpp"
#include "libsmos/media/captions/captions_draw.hpp"
#include "libsmos/media/captions/captions_layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace smos::media {
namespace {

constexpr std::size_t text_limit_bytes = 4096;
constexpr std::size_t text_lines = 40; // a block of text is as large as its box takes

CaptionGroup group_of(const std::string& text) {
    CaptionGroup group;
    std::string word;
    const auto flush = [&](bool new_line) {
        if (!word.empty())
            group.words.push_back({0, 0, word});
        word.clear();
        if (new_line && !group.words.empty())
            group.line_ends.push_back(group.words.size());
    };
    std::string line;
    for (const char c : text + '\n') {
        if (c != '\n') {
            line += c;
            continue;
        }
        for (const char letter : one_line(line)) {
            if (letter == ' ')
                flush(false);
            else
                word += letter;
        }
        flush(true);
        line.clear();
    }
    group.end_ms = 1;
    return group;
}

/// What its fonts are looked up for.
CaptionTrack track_of(const TextRequest& request) {
    CaptionTrack track;
    track.style = request.style;
    track.cues.push_back({0, 1, group_of(request.text).words});
    if (request.style.panel == Panel::quote)
        track.cues[0].words.push_back({0, 0, "\u201C"});
    return track;
}

Result<void> check(const TextRequest& request, const FontSet& fonts, int width_px, int height_px) {
    const auto invalid = [](const char* message) { return Error{"invalid_captions", message}; };
    const TextBox& box = request.box;
    const bool inside = box.x >= 0 && box.y >= 0 && box.width > 0 && box.height > 0 &&
                        box.x + box.width <= 1000 && box.y + box.height <= 1000;
    if (!inside)
        return invalid("the box of a text is not inside the picture");
    if (width_px < 16 || height_px < 16 || width_px > 8192 || height_px > 8192)
        return invalid("the picture must be 16 to 8192 pixels a side");
    if (!is_utf8(request.text) || request.text.size() > text_limit_bytes)
        return invalid("the text is not UTF-8 or over 4096 bytes");
    SMOS_CHECK(check_captions({{}, request.style}));
    if (request.missing == Missing::refuse)
        SMOS_CHECK(fonts.require(request.text, "text"));
    return {};
}

} // namespace

Result<FontSet> fonts_for(const TextRequest& request) { return fonts_for(track_of(request)); }

std::vector<Font> fonts_of(const TextRequest& request, const FontSet& fonts) {
    return fonts_of(track_of(request), fonts);
}

Result<TextBlock>
render_text(const TextRequest& request, const FontSet& fonts, int width_px, int height_px) {
    SMOS_CHECK(check(request, fonts, width_px, height_px));
    const TextBox& box = request.box;
    TextArea area;
    area.left = std::ceil(width_px * box.x / 1000.0);
    area.right = std::floor(width_px * (box.x + box.width) / 1000.0);
    area.top = std::ceil(height_px * box.y / 1000.0);
    area.bottom = std::floor(height_px * (box.y + box.height) / 1000.0);
    area.centre_y = (area.top + area.bottom) / 2;
    SMOS_TRY(CaptionLayout layout,
             CaptionLayout::open(
                 request.style, fonts, area, type_base_px(width_px, height_px), text_lines));
    Result<PlacedGroup> placed = layout.place(group_of(request.text));
    if (!placed) {
        Error error = placed.error();
        error.where = first_code_points(one_line(request.text), 60);
        return error;
    }
    if (placed->pieces.empty())
        return Error{"invalid_captions", "there is no visible text"};
    if (!layout.complaints().empty())
        return Error{"captions", fmt::format("libass: {}", layout.complaints())};
    SMOS_TRY(CaptionArtist artist, CaptionArtist::open(request.style, fonts, width_px, height_px));
    artist.show(&*placed);
    TextBlock block;
    block.frame = *artist.draw(std::vector<PieceLook>(placed->pieces.size()));
    block.box = placed->box;
    block.missing = layout.missing();
    return block;
}

} // namespace smos::media
