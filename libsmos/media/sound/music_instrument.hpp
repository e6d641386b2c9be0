// SPDX-License-Identifier: Apache-2.0
// The players: band-limited wave tables with envelopes, and drums made of sines and noise.
#pragma once

#include "libsmos/core/random.hpp"
#include "libsmos/media/sound/audio.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace smos::media {

enum class Instrument { pad, electric_piano, saw_pluck, bell, marimba, bass };

/// A note on the sample grid.
struct Note {
    int midi;
    std::size_t start;  // frame
    std::size_t length; // frames until it is let go
    float velocity;     // 0..1
    float pan;          // -1 left .. 1 right
};

/// One cycle, dull and bright; the players fade from one to the other. One more cell for
/// interpolation at the end.
struct WaveTable {
    static constexpr std::size_t cells = 2048;
    std::array<float, cells + 1> dull;
    std::array<float, cells + 1> bright;
};

/// Adds notes to stereo buffers. Tables are made once for each instrument and pitch, without
/// partials above 12 kHz.
class Orchestra {
  public:
    Orchestra();
    /// Adds to `bus` from note.start on; what would pass the end of the bus is not played.
    void play(AudioBuffer& bus, Instrument instrument, const Note& note);

  private:
    const WaveTable& table_of(Instrument instrument, int midi);

    std::array<float, WaveTable::cells> sine_;
    std::map<std::pair<Instrument, int>, WaveTable> tables_;
};

/// Mono one-shots at 48 kHz with peaks about 1.
struct DrumKit {
    std::vector<float> kick;
    std::vector<float> back;
    std::vector<float> hat;
};
/// `hardness` 0..1: from felt to club.
DrumKit make_drum_kit(Random& random, double hardness);

/// Adds a one-shot to a stereo bus.
void add_hit(
    AudioBuffer& bus, const std::vector<float>& hit, std::size_t start, float gain, float pan);

} // namespace smos::media
