// SPDX-License-Identifier: Apache-2.0
// libass with our fonts and no others.
#include "libsmos/media/captions/captions_ass.hpp"

#include "libsmos/core/utf8.hpp"
#include "libsmos/media/captions/captions_pieces.hpp"

#include <fmt/format.h>
#include <unicode/uchar.h>

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <cstring>

namespace smos::media {
namespace {

constexpr char32_t replacement = U'\u25A1';
constexpr char32_t word_joiner = U'\u2060';

// Encoding -1 lets the text decide its direction. WrapStyle 2: lines are ours.
constexpr const char* script_head =
    R"([Script Info]
ScriptType: v4.00+
PlayResX: {}
PlayResY: {}
WrapStyle: 2
ScaledBorderAndShadow: yes
YCbCr Matrix: None
[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, )"
    R"(BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, )"
    R"(Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Word,{},100,&H00FFFFFF,&H00FFFFFF,&H00000000,&H00000000,)"
    R"(0,0,0,0,100,100,0,0,1,0,0,5,0,0,0,-1
[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
)";

void keep_complaint(int level, const char* format, va_list arguments, void* complaints) {
    constexpr int error_level = 1;
    if (level > error_level)
        return;
    std::array<char, 300> line{};
    std::vsnprintf(line.data(), line.size(), format, arguments);
    static_cast<std::string*>(complaints)->append(one_line(line.data())).append("; ");
}

bool joins_previous(char32_t code_point) {
    const auto kind = u_charType(static_cast<UChar32>(code_point));
    return kind == U_NON_SPACING_MARK || kind == U_ENCLOSING_MARK ||
           kind == U_COMBINING_SPACING_MARK || is_invisible(code_point);
}

/// libass reads "\N", "\n", "\h", "\{" and "\}" and takes braces for commands.
void append_escaped(std::string& out, char32_t code_point, bool after_backslash) {
    if (after_backslash && (code_point == U'N' || code_point == U'n' || code_point == U'h'))
        append_code_point(out, word_joiner);
    if (code_point == U'{' || code_point == U'}')
        out += '\\';
    append_code_point(out, code_point);
}

/// The first font that has a letter and all its accents; -1 for none.
int font_of_cluster(const std::string& cluster, const FontSet& fonts) {
    const std::vector<char32_t> text = code_points(cluster);
    for (std::size_t font = 0; font < fonts.fonts().size(); ++font) {
        const bool all = std::all_of(text.begin(), text.end(), [&](char32_t code_point) {
            return is_invisible(code_point) || fonts.has(font, code_point);
        });
        if (all)
            return static_cast<int>(font);
    }
    return -1;
}

} // namespace

std::vector<FontRun>
font_runs(std::string_view text, const FontSet& fonts, std::vector<MissingGlyph>& missing) {
    std::vector<FontRun> runs;
    int current = -1;
    for (const MissingGlyph& glyph : fonts.missing(text))
        missing.push_back(glyph);
    const auto append = [&](int font, char32_t code_point) {
        if (font != current)
            runs.push_back({static_cast<std::size_t>(font), ""});
        current = font;
        append_code_point(runs.back().text, code_point);
    };
    for (const std::string& cluster : grapheme_clusters(text)) {
        const int whole = font_of_cluster(cluster, fonts);
        for (char32_t code_point : code_points(cluster)) {
            const int wanted = whole >= 0 ? whole : current;
            const bool stays = wanted >= 0 && (whole >= 0 || joins_previous(code_point)) &&
                               fonts.has(static_cast<std::size_t>(wanted), code_point);
            if (!stays && is_invisible(code_point) && fonts.font_for(code_point) != wanted)
                continue;
            int font = stays ? wanted : fonts.font_for(code_point);
            if (font < 0) {
                code_point = replacement;
                font = std::max(fonts.font_for(code_point), 0);
            }
            append(font, code_point);
        }
    }
    return runs;
}

std::string ass_text(const std::vector<FontRun>& runs, const FontSet& fonts) {
    std::string out;
    bool bold = false;
    for (const FontRun& run : runs) {
        const Font& font = fonts.fonts()[run.font];
        out += fmt::format("{{\\fn{}", font.ass_name);
        if (font.embolden != bold)
            out += font.embolden ? "\\b1" : "\\b0";
        bold = font.embolden;
        out += '}';
        bool after_backslash = false;
        for (const char32_t code_point : code_points(run.text)) {
            append_escaped(out, code_point, after_backslash);
            after_backslash = code_point == U'\\';
        }
        if (after_backslash) // else it would escape the brace of the next command
            append_code_point(out, word_joiner);
    }
    return out;
}

void InkBox::include(const InkBox& other) {
    x0 = std::min(x0, other.x0);
    y0 = std::min(y0, other.y0);
    x1 = std::max(x1, other.x1);
    y1 = std::max(y1, other.y1);
}

Result<AssCanvas> AssCanvas::open(const FontSet& fonts, int width_px, int height_px) {
    const Error failed{"captions", "libass does not start", ""};
    AssCanvas canvas;
    canvas.library_.reset(ass_library_init());
    if (!canvas.library_)
        return failed;
    canvas.complaints_ = std::make_unique<std::string>();
    ass_set_message_cb(canvas.library_.get(), keep_complaint, canvas.complaints_.get());
    for (std::size_t i = 0; i < fonts.fonts().size(); ++i) {
        const std::string& bytes = fonts.bytes(i);
        ass_add_font(canvas.library_.get(),
                     fonts.fonts()[i].ass_name.c_str(),
                     bytes.data(),
                     static_cast<int>(bytes.size()));
    }
    canvas.renderer_.reset(ass_renderer_init(canvas.library_.get()));
    if (!canvas.renderer_)
        return failed;
    // What it draws is copied: its own bitmaps are of no use again. Megabytes, of 128.
    ass_set_cache_limits(canvas.renderer_.get(), 0, 4);
    ass_set_frame_size(canvas.renderer_.get(), width_px, height_px);
    ass_set_storage_size(canvas.renderer_.get(), width_px, height_px);
    ass_set_hinting(canvas.renderer_.get(), ASS_HINTING_NONE);
    ass_set_fonts(canvas.renderer_.get(),
                  fonts.fonts().front().path.c_str(),
                  fonts.fonts().front().ass_name.c_str(),
                  ASS_FONTPROVIDER_NONE,
                  nullptr,
                  0);
    std::string head =
        fmt::format(script_head, width_px, height_px, fonts.fonts().front().ass_name);
    canvas.track_.reset(ass_read_memory(canvas.library_.get(), head.data(), head.size(), nullptr));
    if (!canvas.track_)
        return failed;
    return canvas;
}

void AssCanvas::add_event(std::int64_t start_ms,
                          std::int64_t end_ms,
                          int layer,
                          const std::string& text) {
    const int index = ass_alloc_event(track_.get());
    SMOS_EXPECT(index >= 0);
    ASS_Event& event = track_->events[index];
    event.Start = start_ms;
    event.Duration = end_ms - start_ms;
    event.Layer = layer;
    event.ReadOrder = index;
    event.Style = track_->default_style;
    for (int style = 0; style < track_->n_styles; ++style) {
        if (std::strcmp(track_->styles[style].Name, "Word") == 0)
            event.Style = style;
    }
    event.Text = ::strdup(text.c_str()); // libass frees it
}

const ASS_Image* AssCanvas::draw(std::int64_t at_ms, bool& changed) {
    int difference = 0;
    const ASS_Image* images = ass_render_frame(renderer_.get(), track_.get(), at_ms, &difference);
    changed = difference != 0;
    return images;
}

void AssCanvas::clear() { ass_flush_events(track_.get()); }

InkBox AssCanvas::ink_of(const ASS_Image* images) {
    constexpr int visible = 16;
    InkBox ink;
    for (const ASS_Image* image = images; image != nullptr; image = image->next) {
        if (image->type == ASS_Image::IMAGE_TYPE_SHADOW)
            continue;
        for (int y = 0; y < image->h; ++y) {
            const unsigned char* row = image->bitmap + std::ptrdiff_t{y} * image->stride;
            const auto seen = [](unsigned char alpha) { return alpha >= visible; };
            const auto* first = std::find_if(row, row + image->w, seen);
            if (first == row + image->w)
                continue;
            int last = image->w;
            while (!seen(row[last - 1]))
                --last;
            const int left = image->dst_x + static_cast<int>(first - row);
            ink.include({left, image->dst_y + y, image->dst_x + last, image->dst_y + y + 1});
        }
    }
    return ink;
}

} // namespace smos::media
