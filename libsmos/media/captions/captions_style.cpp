// SPDX-License-Identifier: Apache-2.0
// The table of designs.
#include "libsmos/media/captions/captions_style.hpp"

#include "libsmos/core/nearest.hpp"
#include "libsmos/core/utf8.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace smos::media {
namespace {

CaptionStyle row(const char* name, const char* family, const char* weight, int size, int centre) {
    CaptionStyle style;
    style.name = name;
    style.family = family;
    style.weight = weight;
    style.size_permille = size;
    style.centre_permille = centre;
    return style;
}

CaptionDesign karaoke_box() {
    CaptionStyle style = row("karaoke-box", "Inter", "ExtraBold", 98, 670);
    style.accent = {124, 58, 237};
    style.outline_width = 50;
    style.space = 400;
    style.pitch = 1180;
    style.motion = Motion::none;
    style.mark = Mark::box;
    style.accent_letters = false;
    return {style, "The spoken word stands in a filled rounded box."};
}

CaptionDesign karaoke_sweep() {
    CaptionStyle style = row("karaoke-sweep", "Inter", "ExtraBold", 100, 690);
    style.accent = {45, 212, 191};
    style.max_words = 6;
    style.max_characters = 34;
    style.outline_width = 60;
    style.motion = Motion::none;
    style.mark = Mark::sweep;
    style.accent_letters = false;
    return {style, "Colour runs through the letters as they are spoken, and stays."};
}

CaptionDesign underline() {
    CaptionStyle style = row("underline", "Inter", "Bold", 92, 690);
    style.accent = {255, 92, 53};
    style.max_words = 5;
    style.max_characters = 30;
    style.outline_width = 60;
    style.shadow_blur = 120;
    style.shadow_opacity = 220;
    style.pitch = 1120;
    style.motion = Motion::none;
    style.mark = Mark::underline;
    style.accent_letters = false;
    return {style, "A thick bar is drawn in under the spoken word."};
}

CaptionDesign bounce() {
    CaptionStyle style = row("bounce", "Inter", "Black", 104, 660);
    style.accent = {57, 255, 132};
    style.max_words = 3;
    style.max_characters = 20;
    style.upper_case = true;
    style.outline_width = 95;
    style.shadow_drop = 85;
    style.shadow_blur = 20;
    style.shadow_opacity = 230;
    style.space = 470;
    style.pitch = 1040;
    style.motion = Motion::bounce;
    return {style, "Capitals with a hard shadow; the spoken word jumps up."};
}

CaptionDesign minimal() {
    CaptionStyle style = row("minimal", "Inter", "Bold", 58, 720);
    style.accent = {125, 211, 252};
    style.max_words = 8;
    style.max_characters = 46;
    style.outline_width = 0;
    style.shadow_opacity = 0;
    style.space = 260;
    style.pitch = 1120;
    style.motion = Motion::none;
    style.waiting_opacity = 150;
    style.panel = Panel::block;
    style.panel_opacity = 170;
    style.panel_pad = 480;
    return {style, "A quiet lower third on a dark panel; words light up as they are spoken."};
}

CaptionDesign big_word() {
    CaptionStyle style = row("big-word", "Bebas Neue", "Bold", 300, 560);
    style.accent = {255, 221, 0};
    style.max_words = 1;
    style.max_characters = 14;
    style.upper_case = true;
    style.outline_width = 36;
    style.shadow_drop = 40;
    style.shadow_blur = 60;
    style.shadow_opacity = 190;
    style.motion = Motion::zoom;
    return {style, "One huge word at a time."};
}

CaptionDesign neon() {
    CaptionStyle style = row("neon", "Bebas Neue", "Bold", 150, 660);
    style.accent = {255, 45, 189};
    style.text = {255, 240, 252};
    style.outline = {58, 12, 52};
    style.upper_case = true;
    style.outline_width = 40;
    style.shadow_drop = 0;
    style.shadow_blur = 110;
    style.shadow_opacity = 190;
    style.space = 260;
    style.pitch = 960;
    style.motion = Motion::none;
    style.mark = Mark::glow;
    style.accent_letters = false;
    return {style, "The spoken word lights up like a sign."};
}

CaptionDesign typewriter() {
    CaptionStyle style = row("typewriter", "Courier Prime", "Bold", 78, 690);
    style.accent = {255, 176, 46};
    style.max_words = 6;
    style.max_characters = 32;
    style.outline_width = 0;
    style.shadow_opacity = 0;
    style.space = 480;
    style.pitch = 1180;
    style.motion = Motion::none;
    style.mark = Mark::typing;
    style.accent_letters = false;
    style.waiting_opacity = 0;
    style.panel = Panel::block;
    style.panel_opacity = 200;
    style.panel_pad = 420;
    return {style, "Letters are typed one after another, with a cursor."};
}

CaptionStyle still(CaptionStyle style) {
    style.motion = Motion::none;
    style.accent_letters = false;
    return style;
}

CaptionDesign hook_xl() {
    CaptionStyle style = still(row("hook-xl", "Inter", "Black", 130, 500));
    style.accent = {255, 255, 255};
    style.text = {12, 12, 18};
    style.outline_width = 0;
    style.shadow_opacity = 0;
    style.space = 250;
    style.pitch = 1110;
    style.panel = Panel::lines;
    style.panel_opacity = 255;
    style.panel_pad = 220;
    return {style, "Heavy letters, each line on a label in the accent colour."};
}

CaptionDesign title() {
    CaptionStyle style = still(row("title", "Bebas Neue", "Bold", 190, 500));
    style.upper_case = true;
    style.outline_width = 30;
    style.shadow_drop = 30;
    style.shadow_blur = 110;
    style.shadow_opacity = 210;
    style.space = 240;
    style.pitch = 900;
    style.panel = Panel::rule;
    return {style, "Tall condensed capitals over a short bar in the accent colour."};
}

CaptionDesign lower_third() {
    CaptionStyle style = still(row("lower-third", "Inter", "Bold", 62, 500));
    style.accent = {255, 92, 53};
    style.align = Align::left;
    style.outline_width = 0;
    style.shadow_opacity = 0;
    style.space = 260;
    style.pitch = 1120;
    style.panel = Panel::bar;
    style.panel_opacity = 205;
    style.panel_pad = 460;
    return {style, "A name plate: dark panel, a bar in the accent colour at the left."};
}

CaptionDesign quote() {
    CaptionStyle style = still(row("quote", "Courier Prime", "Bold Italic", 92, 500));
    style.outline_width = 36;
    style.shadow_drop = 20;
    style.shadow_blur = 160;
    style.shadow_opacity = 220;
    style.space = 420;
    style.pitch = 1150;
    style.panel = Panel::quote;
    return {style, "Slanted letters under a quotation mark in the accent colour."};
}

Result<CaptionStyle> find(const std::vector<CaptionDesign>& designs, std::string_view name) {
    std::vector<std::string> names;
    for (const CaptionDesign& design : designs) {
        if (design.style.name == name)
            return design.style;
        names.push_back(design.style.name);
    }
    return Error{"unknown_style",
                 fmt::format("there is no style \"{}\"", one_line(name)),
                 "",
                 nearest_hint(name, names)};
}

/// Relative luminance (WCAG 2).
double luminance_of(const Rgb& colour) {
    const auto linear = [](std::uint8_t value) {
        const double share = value / 255.0;
        return share <= 0.04045 ? share / 12.92 : std::pow((share + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(colour.r) + 0.7152 * linear(colour.g) + 0.0722 * linear(colour.b);
}

} // namespace

const std::vector<CaptionDesign>& caption_designs() {
    static const std::vector<CaptionDesign> designs{
        {CaptionStyle{}, "Heavy letters; the spoken word pops up in the accent colour."},
        karaoke_box(),
        karaoke_sweep(),
        underline(),
        bounce(),
        minimal(),
        big_word(),
        neon(),
        typewriter()};
    return designs;
}

const std::vector<CaptionDesign>& text_designs() {
    static const std::vector<CaptionDesign> designs{hook_xl(), title(), lower_third(), quote()};
    return designs;
}

Result<CaptionStyle> caption_style(std::string_view name) { return find(caption_designs(), name); }

Result<CaptionStyle> text_style(std::string_view name) { return find(text_designs(), name); }

Rgb readable_on(const Rgb& colour) {
    constexpr Rgb white{255, 255, 255}, black{12, 12, 18};
    const double light = luminance_of(colour) + 0.05;
    return 1.05 / light >= light / (luminance_of(black) + 0.05) ? white : black;
}

} // namespace smos::media
