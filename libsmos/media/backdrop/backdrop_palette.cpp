// SPDX-License-Identifier: Apache-2.0
// Palettes by words: dark base, mid, two accents, light.
#include "libsmos/media/backdrop/backdrop_choice.hpp"

namespace smos::media {
namespace {

using namespace backdrop;

struct NamedPalette {
    std::array<std::uint32_t, 5> stops; // 0xRRGGBB
    std::vector<std::string> words;
};

const std::vector<NamedPalette>& palettes() {
    static const std::vector<NamedPalette> all = {
        {{0x0b0a24, 0x34206f, 0xff2e88, 0x2de2e6, 0xf6f0ff},
         {"neon", "night", "city", "cyber", "cyberpunk", "club", "electric"}},
        {{0x0d1030, 0x3a1c71, 0xd76d77, 0xffaf7b, 0xfff1dc},
         {"sunset", "dusk", "evening", "retro", "synthwave", "summer", "warm"}},
        {{0x2a1a14, 0xe3cdb4, 0xc4573a, 0xd9a05b, 0xf8efe2},
         {"warm", "editorial", "minimal", "earthy", "terracotta", "magazine", "authentic"}},
        {{0x35304f, 0xd3c4ec, 0xf2a0b5, 0x8fc9e8, 0xfdf4ee},
         {"soft", "pastel", "gentle", "dreamy", "cute", "baby", "feminine"}},
        {{0x0c0b0d, 0x2b2420, 0x9c6b30, 0xe6bd6e, 0xfbf0d6},
         {"luxury", "luxurious", "gold", "premium", "elegant", "black", "expensive"}},
        {{0x08140f, 0x17402f, 0x4f9d69, 0xd8c46a, 0xf2f3dd},
         {"forest", "nature", "green", "organic", "plant", "outdoor", "sustainable"}},
        {{0x041a2c, 0x0c4a6e, 0x19a7b8, 0xf9c784, 0xf4fbfa},
         {"ocean", "sea", "water", "fresh", "teal", "beach", "travel", "coastal"}},
        {{0x161616, 0xe9e4da, 0xe1341e, 0x2747c7, 0xfbf8f1},
         {"swiss", "bauhaus", "graphic", "modernist", "poster", "bold", "red", "editorial"}},
        {{0x14161a, 0x3c434c, 0x8d99a6, 0xd9622b, 0xeceae6},
         {"raw", "concrete", "industrial", "documentary", "gritty", "urban", "street"}},
        {{0x10061e, 0x5a189a, 0xff6d00, 0xffb703, 0xfff6e0},
         {"energetic", "sport", "fire", "hot", "power", "hype", "intense"}},
        {{0x2b1055, 0x7b4ae2, 0xff5d8f, 0xffd23f, 0xfffaf0},
         {"playful", "candy", "fun", "pop", "kids", "colourful", "colorful", "happy"}},
        {{0x040b1a, 0x0d2b57, 0x2f80ff, 0x37e2c4, 0xe9f6ff},
         {"tech", "ai", "futuristic", "digital", "clean", "corporate", "blue", "finance"}},
        {{0x0a0612, 0x2a1440, 0x7a3cc9, 0x4bd6a8, 0xeaf7ef},
         {"aurora", "space", "cosmic", "mystic", "mysterious", "galaxy", "magic"}},
        {{0x1a0b08, 0x4a1f14, 0xb5532a, 0xe9a15b, 0xfbeede},
         {"coffee", "cozy", "autumn", "vintage", "rustic", "food", "wood", "brown"}},
        {{0x0c0d10, 0x30333a, 0x7d828c, 0xc9ccd2, 0xf7f7f8},
         {"monochrome", "mono", "grey", "gray", "noir", "minimal", "dark"}},
        {{0x10243a, 0xcfe3ea, 0x2a7fa8, 0xf28f5b, 0xf9fbf7},
         {"light", "airy", "clean", "scandinavian", "nordic", "bright", "calm", "medical"}},
        {{0x10382c, 0xd5e0b5, 0xf08a24, 0x6fa83a, 0xfdf9e6},
         {"citrus", "fresh", "healthy", "summer", "fruit", "spring", "vegan"}},
        {{0x1c0710, 0x5c1030, 0xd72655, 0xff9a8b, 0xffeef0},
         {"romantic", "love", "passion", "rose", "berry", "beauty", "fashion", "wine"}},
    };
    return all;
}

Rgb unpack(std::uint32_t hex) {
    return {static_cast<std::uint8_t>(hex >> 16U),
            static_cast<std::uint8_t>((hex >> 8U) & 255U),
            static_cast<std::uint8_t>(hex & 255U)};
}

Rgb turn_hue(Rgb colour, float turns) {
    const Lab lab = to_lab(to_light(colour));
    const float c = cosine(turns);
    const float s = sine(turns);
    return to_rgb(from_lab({lab.l, lab.a * c - lab.b * s, lab.a * s + lab.b * c}));
}

} // namespace

Palette palette_for(std::string_view style_words, std::uint64_t seed) {
    const auto words = words_of(style_words);
    Dice dice(seed ^ 0x70616c657474ULL);
    const NamedPalette* best = &palettes().front();
    float best_score = -1.0F;
    for (const NamedPalette& candidate : palettes()) {
        // Less than one word of chance: the seed decides among equals only.
        const float score = real(count_matches(words, candidate.words)) + 0.9F * dice.unit();
        if (score > best_score) {
            best_score = score;
            best = &candidate;
        }
    }
    const float turns = dice.range(-0.018F, 0.018F);
    Palette palette;
    for (std::size_t i = 0; i < palette.stops.size(); ++i) {
        palette.stops[i] = turn_hue(unpack(best->stops[i]), turns);
    }
    return palette;
}

} // namespace smos::media
