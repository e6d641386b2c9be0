// SPDX-License-Identifier: Apache-2.0
// The six moods and their harmony.
#include "libsmos/media/sound/music_theory.hpp"

#include <algorithm>
#include <utility>

namespace smos::media {
namespace {

constexpr std::array<int, 7> major_scale = {0, 2, 4, 5, 7, 9, 11};
constexpr std::array<int, 7> minor_scale = {0, 2, 3, 5, 7, 8, 10};
constexpr std::array<int, 7> dorian_scale = {0, 2, 3, 5, 7, 9, 10};

constexpr std::array<std::pair<std::string_view, Mood>, 6> mood_names = {
    {{"calm", Mood::calm},
     {"energetic", Mood::energetic},
     {"dark", Mood::dark},
     {"luxurious", Mood::luxurious},
     {"playful", Mood::playful},
     {"futuristic", Mood::futuristic}}};

const MoodStyle calm_style = {major_scale,
                              {{{0, 4, 5, 3}, {0, 2, 5, 3}, {3, 0, 4, 5}, {0, 5, 3, 4}}},
                              36,
                              72,
                              86,
                              true,
                              Instrument::electric_piano,
                              ArpRate::eighths,
                              BassLine::held,
                              {{{"x.........o.....", "................", "....o.......o..."},
                                {"x.......o.......", "........o.......", "..o...o...o...o."}}},
                              0.0,
                              1.0,
                              0.8,
                              0.45,
                              0.0,
                              2.8,
                              0.22};
const MoodStyle energetic_style = {minor_scale,
                                   {{{0, 5, 2, 6}, {5, 6, 0, 0}, {0, 2, 6, 5}, {5, 2, 0, 6}}},
                                   33,
                                   112,
                                   124,
                                   false,
                                   Instrument::saw_pluck,
                                   ArpRate::sixteenths,
                                   BassLine::offbeat,
                                   {{{"x...x...x...x...", "....x.......x...", "..x...x...x...x."},
                                     {"x...x...x...x..o", "....x.......x..o", "o.x.o.x.o.x.o.xo"}}},
                                   0.0,
                                   0.8,
                                   0.75,
                                   1.0,
                                   0.65,
                                   1.6,
                                   0.25};
const MoodStyle dark_style = {minor_scale,
                              {{{0, 5, 0, 6}, {0, 3, 5, 4}, {0, 6, 5, 6}, {0, 5, 3, 4}}},
                              33,
                              70,
                              84,
                              false,
                              Instrument::bell,
                              ArpRate::eighths,
                              BassLine::pulse,
                              {{{"x..o............", "................", "............o..."},
                                {"x..o......x.....", "........x.......", "o...o...o...o.oo"}}},
                              0.0,
                              1.15,
                              0.6,
                              0.75,
                              0.2,
                              3.6,
                              0.3};
const MoodStyle luxurious_style = {dorian_scale,
                                   {{{0, 3, 0, 4}, {0, 6, 3, 4}, {0, 3, 6, 2}, {0, 2, 3, 4}}},
                                   34,
                                   88,
                                   100,
                                   true,
                                   Instrument::electric_piano,
                                   ArpRate::eighths,
                                   BassLine::root_fifth,
                                   {{{"x.....x...x.....", "....x.......x...", "..o...o...o...o."},
                                     {"x.....x..x......", "....x.......x..o", "o.x.o.x.o.x.o.xo"}}},
                                   0.22,
                                   1.0,
                                   0.85,
                                   0.65,
                                   0.3,
                                   2.2,
                                   0.25};
const MoodStyle playful_style = {major_scale,
                                 {{{0, 5, 1, 4}, {0, 3, 0, 4}, {0, 4, 5, 3}, {0, 3, 1, 4}}},
                                 36,
                                 104,
                                 118,
                                 false,
                                 Instrument::marimba,
                                 ArpRate::eighths,
                                 BassLine::root_fifth,
                                 {{{"x.......x.......", "....x.......x...", "..o...o...o...o."},
                                   {"x.....o.x.......", "....x.......x.o.", "o.x.o.x.o.x.o.x."}}},
                                 0.12,
                                 0.55,
                                 1.0,
                                 0.7,
                                 0.0,
                                 1.3,
                                 0.15};
const MoodStyle futuristic_style = {
    dorian_scale,
    {{{0, 6, 3, 0}, {0, 2, 6, 3}, {5, 6, 0, 2}, {0, 3, 2, 6}}},
    33,
    98,
    110,
    true,
    Instrument::saw_pluck,
    ArpRate::sixteenths,
    BassLine::pulse,
    {{{"x.........x.....", "........x.......", "x.o.x.o.x.o.x.o."},
      {"x..x......x.....", "........x......o", "x.ooxo.ox.ooxo.o"}}},
    0.0,
    0.95,
    0.65,
    0.85,
    0.45,
    2.4,
    0.35};

int midi_in_octave(int pitch, int lowest) { return lowest + ((pitch - lowest) % 12 + 12) % 12; }

} // namespace

std::optional<Mood> mood_named(std::string_view name) {
    for (const auto& [known, mood] : mood_names)
        if (known == name)
            return mood;
    return std::nullopt;
}

std::string_view name_of(Mood mood) { return mood_names[static_cast<std::size_t>(mood)].first; }

const MoodStyle& style_of(Mood mood) {
    switch (mood) {
    case Mood::energetic:
        return energetic_style;
    case Mood::dark:
        return dark_style;
    case Mood::luxurious:
        return luxurious_style;
    case Mood::playful:
        return playful_style;
    case Mood::futuristic:
        return futuristic_style;
    case Mood::calm:
        break;
    }
    return calm_style;
}

BarHarmony harmony_of(const MoodStyle& style, int root, int degree) {
    BarHarmony harmony{midi_in_octave(root + style.scale[static_cast<std::size_t>(degree)], 33),
                       {}};
    const int tones = style.sevenths ? 4 : 3;
    for (int tone = 0; tone < tones; ++tone) {
        const int step = degree + 2 * tone;
        const int pitch = root + style.scale[static_cast<std::size_t>(step % 7)];
        harmony.pad.push_back(midi_in_octave(pitch, 53));
    }
    std::sort(harmony.pad.begin(), harmony.pad.end());
    return harmony;
}

std::vector<int> arp_pattern(Random& random, ArpRate rate) {
    static constexpr std::array<std::array<int, 8>, 6> shapes = {{{0, 1, 2, 3, 4, 3, 2, 1},
                                                                  {0, 2, 1, 3, 2, 4, 3, 1},
                                                                  {4, 2, 3, 1, 2, 0, 1, 3},
                                                                  {0, 3, 1, 4, 2, 5, 3, 1},
                                                                  {0, 2, 4, 2, 3, 2, 4, 1},
                                                                  {5, 3, 4, 2, 3, 1, 2, 0}}};
    const auto& shape = shapes[random.below(shapes.size())];
    const auto& turn = shapes[random.below(shapes.size())];
    const std::size_t steps = rate == ArpRate::eighths ? 8 : 16;
    const double rest_chance = rate == ArpRate::eighths ? 0.12 : 0.28;
    std::vector<int> pattern;
    for (std::size_t step = 0; step < steps; ++step) {
        const int tone = (step / 8 == 0 ? shape : turn)[step % 8];
        const bool rest = step != 0 && random.unit() < rest_chance;
        pattern.push_back(rest ? -1 : tone);
    }
    return pattern;
}

} // namespace smos::media
