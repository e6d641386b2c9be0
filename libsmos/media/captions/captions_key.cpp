// SPDX-License-Identifier: Apache-2.0
// Names for what captions look like, without drawing them.
#include "libsmos/media/captions/captions_key.hpp"

#include "libsmos/core/hash.hpp"
#include "libsmos/media/captions/captions_libraries.hpp"

#include <fmt/format.h>

namespace smos::media {
namespace {

// Changes whenever the same placed words would be drawn otherwise.
constexpr const char* drawing_version = "captions/1";

std::string style_text(const CaptionStyle& style) {
    std::string text;
    for (const Rgb& colour : {style.text, style.accent, style.outline, style.panel_colour})
        text += fmt::format("{} {} {};", colour.r, colour.g, colour.b);
    for (const int value : {style.outline_width,
                            style.shadow_drop,
                            style.shadow_blur,
                            style.shadow_opacity,
                            style.panel_opacity,
                            style.panel_pad,
                            static_cast<int>(style.upper_case),
                            static_cast<int>(style.motion),
                            static_cast<int>(style.mark),
                            static_cast<int>(style.accent_letters),
                            static_cast<int>(style.panel)})
        text += fmt::format("{};", value);
    return text;
}

void add_fonts(Sha256& hash, const PlacedGroup& group, const FontSet& fonts) {
    bool emoji = false;
    std::string used = fonts.fonts().front().sha256; // gives the lines their measure
    for (const PlacedPiece& piece : group.pieces)
        emoji = emoji || !piece.emoji.empty();
    for (const Font& font : fonts.fonts()) {
        for (const PlacedPiece& piece : group.pieces) {
            if (piece.text.find("{\\fn" + font.ass_name) != std::string::npos) {
                used += ' ' + font.sha256;
                break;
            }
        }
    }
    if (emoji)
        used += " emoji " + fonts.emoji_file().sha256;
    hash.update_field(used);
}

} // namespace

std::string group_key(const PlacedGroup& group,
                      const CaptionStyle& style,
                      const FontSet& fonts,
                      int width_px,
                      int height_px) {
    Sha256 hash;
    hash.update_field(fmt::format("{} {}x{}", drawing_version, width_px, height_px));
    for (const auto& [library, version] : caption_libraries())
        hash.update_field(fmt::format("{} {}", library, version));
    hash.update_field(style_text(style));
    add_fonts(hash, group, fonts);
    hash.update_field(fmt::format("{} {}", group.size, group.outline));
    for (const PlacedLine& line : group.lines)
        hash.update_field(fmt::format("{} {} {}", line.left, line.right, line.baseline));
    for (const PlacedPiece& piece : group.pieces) {
        hash.update_field(piece.text);
        hash.update_field(piece.emoji);
        hash.update_field(fmt::format("{} {} {} {} {} {} {} {}",
                                      piece.line,
                                      piece.centre_x,
                                      piece.centre_y,
                                      piece.left,
                                      piece.right,
                                      piece.height,
                                      piece.right_to_left,
                                      piece.characters));
    }
    return hex(hash.finish());
}

std::string look_key(const std::string& group, const std::vector<PieceLook>& looks) {
    std::string key = group;
    for (const PieceLook& look : looks)
        key += fmt::format(" {},{:d},{},{},{},{}",
                           look.percent,
                           look.now,
                           look.opacity,
                           look.mark_eighths,
                           look.accent_px,
                           look.shown_px);
    return key;
}

} // namespace smos::media
