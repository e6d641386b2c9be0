// SPDX-License-Identifier: Apache-2.0
// Designs of captions and text blocks: one row of a table each.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/media/backdrop/backdrop.hpp"
#include "libsmos/media/captions/captions_safe.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace smos::media {

/// How the spoken word moves.
enum class Motion {
    none,
    pop,    ///< grows by 12 %, rests at 6 %
    bounce, ///< jumps to 127 %, swings back to its size, rests at 109 %
    zoom    ///< comes in from 70 % to 104 % and rests at its size
};

/// What is drawn for the spoken word beside its letters.
enum class Mark {
    none,
    box,       ///< a filled rounded box in the accent colour behind it
    underline, ///< a bar in the accent colour that is drawn in under it
    sweep,     ///< the accent colour runs through its letters while it is spoken
    glow,      ///< a soft light in the accent colour around it
    typing     ///< letters appear one after another, a cursor behind the last
};

/// What lies behind all words of a group.
enum class Panel {
    none,
    block, ///< one rounded box
    lines, ///< a box for every line
    bar,   ///< a rounded box with a bar in the accent colour at its left edge
    quote, ///< a quotation mark in the accent colour above it
    rule   ///< a short bar in the accent colour below it
};

enum class Align { centre, left };

/// Lengths without another unit are in thousandths of the font size. The defaults are the design
/// karaoke-pop. The font size is that of libass: from the ascender to the descender.
struct CaptionStyle {
    std::string name = "karaoke-pop";
    std::string family = "Inter";
    std::string weight = "Black";
    Rgb text{255, 255, 255};
    Rgb accent{255, 214, 10};
    Rgb outline{14, 14, 20};
    int size_permille = 116;   ///< of the picture's shorter side; what does not fit is smaller
    int least_permille = 28;   ///< of the shorter side: text is never drawn smaller
    int centre_permille = 670; ///< of the height: where the middle of the group stands
    int max_words = 4;         ///< shown together, 1..8
    int max_characters = 26;   ///< shown together, unless one word alone is longer
    SafeArea safe{};
    std::string language = "en"; ///< for line breaks and capital letters

    int outline_width = 70;
    int shadow_drop = 60; ///< how far down
    int shadow_blur = 90;
    int shadow_opacity = 150; ///< 0..255, 0 for none
    int space = 300;          ///< between words
    int pitch = 1000;         ///< from line to line
    bool upper_case = false;
    Align align = Align::centre;

    Motion motion = Motion::pop;
    Mark mark = Mark::none;
    bool accent_letters = true; ///< the spoken word has the accent colour, else the text colour
    int waiting_opacity = 255;  ///< of words that are not spoken yet
    int spoken_opacity = 255;   ///< of words that were spoken

    Panel panel = Panel::none;
    Rgb panel_colour{12, 12, 18};
    int panel_opacity = 0; ///< 0..255
    int panel_pad = 0;
};

/// A row as people choose from.
struct CaptionDesign {
    CaptionStyle style;
    std::string about; ///< one sentence
};

/// Karaoke captions: karaoke-pop, karaoke-box, karaoke-sweep, underline, bounce, minimal, big-word,
/// neon, typewriter.
const std::vector<CaptionDesign>& caption_designs();
/// Text blocks: hook-xl, title, lower-third, quote.
const std::vector<CaptionDesign>& text_designs();

/// By name; Error unknown_style with the nearest one.
Result<CaptionStyle> caption_style(std::string_view name);
Result<CaptionStyle> text_style(std::string_view name);

/// White or nearly black, whichever is easier to read on `colour` (WCAG 2 contrast).
Rgb readable_on(const Rgb& colour);

} // namespace smos::media
