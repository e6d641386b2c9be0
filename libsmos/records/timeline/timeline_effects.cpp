// SPDX-License-Identifier: Apache-2.0
// The tables of effects: names, ranges and defaults.
#include "libsmos/records/timeline/timeline_effects.hpp"

namespace smos::records {
namespace {

using Kind = EffectParameter::Kind;

EffectParameter
number(const char* name, double low, double high, double fallback, const char* doc) {
    return {name, Kind::number, low, high, fallback, 1, "", doc};
}

EffectParameter
numbers(const char* name, int components, double low, double high, const char* doc) {
    return {name, Kind::number, low, high, 0, components, "", doc};
}

EffectParameter word(const char* name, const char* words, const char* doc) {
    return {name, Kind::word, 0, 0, 0, 1, words, doc};
}

EffectParameter colour(const char* name, const char* doc) {
    return {name, Kind::colour, 0, 0, 0, 1, "", doc};
}

EffectParameter text(const char* name, const char* doc) {
    return {name, Kind::text, 0, 0, 0, 1, "", doc};
}

EffectParameter asset(const char* name, const char* doc) {
    return {name, Kind::asset, 0, 0, 0, 1, "", doc};
}

} // namespace

const std::vector<EffectKind>& filter_kinds() {
    static const std::vector<EffectKind> kinds = {
        {"exposure", "Light in stops.", {number("stops", -8, 8, 0, "Doublings of the light.")}},
        {"contrast", "Around middle grey.", {number("amount", 0, 4, 1, "1 leaves it.")}},
        {"saturation",
         "Strength of colour.",
         {number("amount", 0, 4, 1, "1 leaves it, 0 is grey.")}},
        {"hue", "Turns all colours.", {number("degrees", -360, 360, 0, "Around the circle.")}},
        {"gamma", "Bends the tones.", {number("amount", 0.1, 10, 1, "Above 1 is brighter.")}},
        {"temperature", "Cold to warm.", {number("amount", -1, 1, 0, "-1 blue, 1 amber.")}},
        {"tint", "Green to magenta.", {number("amount", -1, 1, 0, "-1 green, 1 magenta.")}},
        {"blur", "Gaussian.", {number("radius", 0, 64, 0, "Pixels of the canvas (sigma).")}},
        {"sharpen", "Unsharp mask.", {number("amount", 0, 4, 0, "Strength of the edges.")}},
        {"vignette",
         "Darkens the corners.",
         {number("amount", 0, 1, 0.3, "How dark the corner gets."),
          number("radius", 0, 2, 0.75, "Where it begins, in half diagonals."),
          number("softness", 0, 2, 0.5, "How long it takes.")}},
        {"grain",
         "Film grain.",
         {number("amount", 0, 1, 0.1, "Strength."),
          number("seed", 0, 4294967295.0, 0, "Another pattern.")}},
        {"lut",
         "A .cube table.",
         {asset("asset", "The table."), number("amount", 0, 1, 1, "How much of it.")}},
        {"chroma_key",
         "Makes a colour transparent.",
         {colour("colour", "The backing, #rrggbb."),
          number("similarity", 0, 1, 0.2, "How near a colour has to be."),
          number("smoothness", 0, 1, 0.1, "Width of the edge."),
          number("spill", 0, 1, 0.5, "How much of its light is taken out of the rest.")}},
        {"region",
         "Limits the filters behind it.",
         {word("shape", "rectangle ellipse", "Its form."),
          numbers("box", 4, -1, 2, "Left, top, width, height of the canvas, 0 to 1."),
          number("feather", 0, 0.5, 0, "Soft edge, in canvas widths.")}},
    };
    return kinds;
}

const std::vector<EffectKind>& generator_kinds() {
    static const std::vector<EffectKind> kinds = {
        {"colour", "One colour.", {colour("colour", "#rrggbb.")}},
        {"gradient",
         "From one colour to another.",
         {colour("from", "#rrggbb."),
          colour("to", "#rrggbb."),
          number("degrees", -360, 360, 90, "Direction, 90 is down.")}},
        {"noise",
         "Moving noise.",
         {number("amount", 0, 1, 0.5, "Contrast."),
          number("seed", 0, 4294967295.0, 0, "Another pattern."),
          number("size", 1, 512, 1, "Pixels of a grain.")}},
        {"backdrop",
         "A painted background.",
         {text("prompt", "What it should suggest."),
          text("mood", "Its temper."),
          number("seed", 0, 4294967295.0, 0, "Another painting.")}},
        {"text",
         "Words on the picture.",
         {text("text", "What it says."),
          text("style", "The look."),
          numbers("box", 4, -1, 2, "Left, top, width, height of the canvas, 0 to 1.")}},
    };
    return kinds;
}

const std::vector<EffectKind>& transition_kinds() {
    static const char* const directions = "left right up down";
    static const std::vector<EffectKind> kinds = {
        {"dissolve", "One into the other.", {}},
        {"dip", "Through a colour.", {colour("colour", "#rrggbb; black when absent.")}},
        {"wipe",
         "An edge moves over.",
         {word("direction", directions, "Where the edge goes."),
          number("softness", 0, 1, 0.1, "Width of the edge.")}},
        {"push",
         "The new one pushes the old one out.",
         {word("direction", directions, "Where to.")}},
        {"slide", "The new one slides over.", {word("direction", directions, "Where to.")}},
        {"zoom",
         "Into the old one, out of the new one.",
         {number("amount", 1, 4, 1.5, "How far.")}},
        {"whip", "A fast pan with blur.", {word("direction", directions, "Where to.")}},
        {"luma",
         "Along the tones of a matte.",
         {asset("asset", "The matte, an image."),
          number("softness", 0, 1, 0.1, "Width of the edge.")}},
    };
    return kinds;
}

const EffectKind* effect_kind(const std::vector<EffectKind>& kinds, std::string_view name) {
    for (const EffectKind& kind : kinds)
        if (kind.name == name)
            return &kind;
    return nullptr;
}

} // namespace smos::records
