// SPDX-License-Identifier: Apache-2.0
// What a mood means in notes: scale, chords, tempo, patterns, colours of sound.
#pragma once

#include "libsmos/core/random.hpp"
#include "libsmos/media/sound/music.hpp"
#include "libsmos/media/sound/music_instrument.hpp"

#include <array>
#include <cstddef>
#include <vector>

namespace smos::media {

enum class ArpRate { eighths, sixteenths };
enum class BassLine { held, pulse, offbeat, root_fifth };
/// One character per sixteenth: x hit, o soft hit, anything else rest.
struct DrumPattern {
    const char* kick;
    const char* back; // clap, snap or rim
    const char* hat;
};

/// Everything the seed does not decide.
struct MoodStyle {
    std::array<int, 7> scale;                       // semitones above the root
    std::array<std::array<int, 4>, 4> progressions; // scale degrees from 0
    int lowest_root;                                // MIDI note; the seed adds 0..5
    int slowest_bpm;
    int fastest_bpm;
    bool sevenths;
    Instrument pluck;
    ArpRate arp_rate;
    BassLine bass;
    std::array<DrumPattern, 2> drums;
    double swing; // share of a sixteenth that off-beats come late
    double pad_gain;
    double pluck_gain;
    double drum_gain;
    double pump;      // 0..1, how far the kick pushes pad and bass down
    double room_s;    // decay of the hall
    double echo_gain; // of the dotted-eighth echo of the plucks
};

const MoodStyle& style_of(Mood mood);

/// The notes of one bar.
struct BarHarmony {
    int bass;             // MIDI, 33..48
    std::vector<int> pad; // MIDI, close voicing between 52 and 67
};

/// The chord on a scale degree. Every tone is put into one fixed octave, so voices move little.
BarHarmony harmony_of(const MoodStyle& style, int root, int degree);

/// 16 or 8 steps of indices into the chord over two octaves; -1 is a rest.
std::vector<int> arp_pattern(Random& random, ArpRate rate);

} // namespace smos::media
