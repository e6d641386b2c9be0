// SPDX-License-Identifier: Apache-2.0
// The players.
#include "libsmos/media/sound/music_instrument.hpp"

#include "libsmos/media/sound/mix_filter.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace smos::media {
namespace {

constexpr double highest_partial_hz = 12000.0;

struct PlayedShape {
    double attack_ms;
    double decay_ms;   // time constant towards `sustain`
    float sustain;     // share that stays while the note is held
    double release_ms; // time constant after it is let go
    double bright_ms;  // time constant from bright to dull
    double detune_cents;
    float gain;
};

PlayedShape shape_of(Instrument instrument) {
    switch (instrument) {
    case Instrument::pad:
        return {420.0, 4000.0, 0.8F, 420.0, 2600.0, 7.0, 0.16F};
    case Instrument::electric_piano:
        return {4.0, 900.0, 0.12F, 160.0, 180.0, 2.0, 0.30F};
    case Instrument::saw_pluck:
        return {3.0, 170.0, 0.05F, 90.0, 70.0, 6.0, 0.26F};
    case Instrument::bell:
        return {3.0, 1300.0, 0.0F, 600.0, 350.0, 3.0, 0.24F};
    case Instrument::marimba:
        return {2.0, 260.0, 0.0F, 120.0, 35.0, 1.0, 0.40F};
    case Instrument::bass:
        break;
    }
    return {8.0, 500.0, 0.55F, 60.0, 160.0, 0.0, 0.50F};
}

/// Amplitudes of the partials 1, 2, 3 …
struct Partials {
    std::vector<float> dull;
    std::vector<float> bright;
};

std::vector<float> rolled_off(std::size_t count, double power) {
    std::vector<float> out;
    for (std::size_t n = 1; n <= count; ++n)
        out.push_back(static_cast<float>(std::pow(static_cast<double>(n), -power)));
    return out;
}

Partials partials_of(Instrument instrument) {
    switch (instrument) {
    case Instrument::pad:
        return {rolled_off(6, 1.9), rolled_off(20, 1.35)};
    case Instrument::electric_piano:
        return {{1.0F, 0.12F, 0.05F}, {1.0F, 0.35F, 0.18F, 0.10F, 0.08F, 0.05F, 0.10F, 0.04F}};
    case Instrument::saw_pluck:
        return {rolled_off(5, 1.8), rolled_off(28, 1.1)};
    case Instrument::bell:
        return {{1.0F, 0.0F, 0.22F},
                {1.0F, 0.1F, 0.4F, 0.0F, 0.3F, 0.0F, 0.0F, 0.18F, 0.0F, 0.0F, 0.1F}};
    case Instrument::marimba:
        return {{1.0F, 0.0F, 0.0F, 0.06F},
                {1.0F, 0.0F, 0.0F, 0.5F, 0.0F, 0.0F, 0.0F, 0.0F, 0.0F, 0.2F}};
    case Instrument::bass:
        break;
    }
    return {{1.0F, 0.25F, 0.06F}, rolled_off(9, 1.3)};
}

double hz_of(int midi) { return 440.0 * std::pow(2.0, (midi - 69) / 12.0); }

/// Phase as a 32-bit fraction of a cycle.
std::uint32_t phase_step(double hz) {
    return static_cast<std::uint32_t>(std::llround(hz / master_rate_hz * 4294967296.0));
}

float cell_between(const std::array<float, WaveTable::cells + 1>& table, std::uint32_t phase) {
    const std::size_t cell = phase >> 21U;
    const float rest = static_cast<float>(phase & 0x1FFFFFU) * (1.0F / 2097152.0F);
    return table[cell] + (table[cell + 1] - table[cell]) * rest;
}

float decay_factor(double ms) {
    return static_cast<float>(std::exp(-1.0 / (ms * 0.001 * master_rate_hz)));
}

/// The loudness and the brightness of one note over time.
class NoteEnvelope {
  public:
    NoteEnvelope(const PlayedShape& shape, std::size_t held)
        : sustain_(shape.sustain),
          decay_(decay_factor(shape.decay_ms)),
          release_(decay_factor(shape.release_ms)),
          darken_(decay_factor(shape.bright_ms)),
          attack_frames_(std::max<std::size_t>(
              1, static_cast<std::size_t>(shape.attack_ms * master_rate_hz / 1000.0))),
          held_(held) {}

    /// Once per frame; 0 when the note is over.
    float next() {
        const float rise = at_ < attack_frames_
                               ? static_cast<float>(at_) / static_cast<float>(attack_frames_)
                               : 1.0F;
        if (at_ >= held_)
            let_go_ *= release_;
        ++at_;
        body_ *= decay_;
        bright_ *= darken_;
        const float smooth_rise = rise * rise * (3.0F - 2.0F * rise);
        return smooth_rise * (sustain_ + (1.0F - sustain_) * body_) * let_go_;
    }
    float bright() const { return bright_; }
    bool over() const { return at_ > held_ && let_go_ < 3e-4F; }
    bool faded() const { return at_ > attack_frames_ && sustain_ + body_ < 3e-4F; }

  private:
    float sustain_;
    float decay_;
    float release_;
    float darken_;
    std::size_t attack_frames_;
    std::size_t held_;
    std::size_t at_ = 0;
    float body_ = 1.0F;
    float bright_ = 1.0F;
    float let_go_ = 1.0F;
};

std::vector<float>
noise_hit(Random& random, double length_ms, double decay_ms, Biquad first, Biquad second) {
    std::vector<float> out(static_cast<std::size_t>(length_ms * master_rate_hz / 1000.0));
    const float decay = decay_factor(decay_ms);
    float level = 1.0F;
    float peak = 1e-9F;
    for (std::size_t i = 0; i < out.size(); ++i) {
        const auto noise = static_cast<float>(random.unit() * 2.0 - 1.0);
        const float fade = std::min(1.0F, static_cast<float>(out.size() - i) / 480.0F);
        const float rise = std::min(1.0F, static_cast<float>(i) / 32.0F);
        out[i] = second.next(first.next(noise)) * level * fade * rise;
        level *= decay;
        peak = std::max(peak, std::abs(out[i]));
    }
    for (float& sample : out)
        sample /= peak;
    return out;
}

std::vector<float> kick_hit(double hardness) {
    std::vector<float> out(master_rate_hz * 35 / 100);
    double phase = 0.0;
    for (std::size_t i = 0; i < out.size(); ++i) {
        const double t = static_cast<double>(i) / master_rate_hz;
        phase += (46.0 + (70.0 + 90.0 * hardness) * std::exp(-t / 0.028)) / master_rate_hz;
        const double rise = std::min(1.0, t / 0.002);
        const double fade = std::min(1.0, static_cast<double>(out.size() - i) / 2400.0);
        out[i] = static_cast<float>(std::sin(2.0 * std::numbers::pi * phase) * rise * fade *
                                    std::exp(-t / (0.11 + 0.05 * hardness)));
    }
    return out;
}

} // namespace

Orchestra::Orchestra() {
    for (std::size_t i = 0; i < sine_.size(); ++i)
        sine_[i] = static_cast<float>(
            std::sin(2.0 * std::numbers::pi * static_cast<double>(i) / WaveTable::cells));
}

const WaveTable& Orchestra::table_of(Instrument instrument, int midi) {
    const auto [slot, is_new] = tables_.try_emplace({instrument, midi});
    WaveTable& table = slot->second;
    if (!is_new)
        return table;
    const Partials partials = partials_of(instrument);
    const auto fill = [&](std::array<float, WaveTable::cells + 1>& cells,
                          const std::vector<float>& amplitudes) {
        cells.fill(0.0F);
        const double most = highest_partial_hz / hz_of(midi);
        for (std::size_t n = 1; n <= amplitudes.size() && static_cast<double>(n) < most; ++n)
            for (std::size_t i = 0; i < WaveTable::cells; ++i)
                cells[i] += amplitudes[n - 1] * sine_[n * i % WaveTable::cells];
        cells[WaveTable::cells] = cells[0];
    };
    fill(table.dull, partials.dull);
    fill(table.bright, partials.bright);
    return table;
}

void Orchestra::play(AudioBuffer& bus, Instrument instrument, const Note& note) {
    const WaveTable& table = table_of(instrument, note.midi);
    const PlayedShape shape = shape_of(instrument);
    const double spread = std::pow(2.0, shape.detune_cents / 1200.0);
    const std::uint32_t left_step = phase_step(hz_of(note.midi) / spread);
    const std::uint32_t right_step = phase_step(hz_of(note.midi) * spread);
    // Every note starts elsewhere in its cycle, so that chords do not add up to a spike.
    auto left_phase = static_cast<std::uint32_t>(note.midi) * 0x9E3779B9U;
    std::uint32_t right_phase = shape.detune_cents > 0.0 ? left_phase + 0x60000000U : left_phase;
    const float level = shape.gain * note.velocity;
    const float left_gain = level * std::sqrt(0.5F * (1.0F - note.pan));
    const float right_gain = level * std::sqrt(0.5F * (1.0F + note.pan));
    NoteEnvelope envelope(shape, note.length);
    for (std::size_t frame = note.start; frame < bus.frames(); ++frame) {
        const float loud = envelope.next();
        const float bright = envelope.bright() * note.velocity;
        const auto mixed = [&](std::uint32_t phase) {
            const float dull = cell_between(table.dull, phase);
            return dull + bright * (cell_between(table.bright, phase) - dull);
        };
        bus.samples[2 * frame] += left_gain * loud * mixed(left_phase);
        bus.samples[2 * frame + 1] += right_gain * loud * mixed(right_phase);
        left_phase += left_step;
        right_phase += right_step;
        if (envelope.over() || envelope.faded())
            return;
    }
}

DrumKit make_drum_kit(Random& random, double hardness) {
    return {kick_hit(hardness),
            noise_hit(random,
                      260.0,
                      45.0 + 35.0 * hardness,
                      Biquad::high_pass(700.0),
                      Biquad::peak(1800.0, 0.8, 8.0)),
            noise_hit(random,
                      120.0,
                      14.0 + 10.0 * hardness,
                      Biquad::high_pass(7000.0),
                      Biquad::low_pass(13000.0))};
}

void add_hit(
    AudioBuffer& bus, const std::vector<float>& hit, std::size_t start, float gain, float pan) {
    const float left = gain * std::sqrt(0.5F * (1.0F - pan));
    const float right = gain * std::sqrt(0.5F * (1.0F + pan));
    for (std::size_t i = 0; i < hit.size() && start + i < bus.frames(); ++i) {
        bus.samples[2 * (start + i)] += left * hit[i];
        bus.samples[2 * (start + i) + 1] += right * hit[i];
    }
}

} // namespace smos::media
