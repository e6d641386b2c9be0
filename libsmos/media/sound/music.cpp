// SPDX-License-Identifier: Apache-2.0
// Composition: bars, buses, and the mix of the bed.
#include "libsmos/media/sound/music.hpp"

#include "libsmos/media/sound/loudness.hpp"
#include "libsmos/media/sound/mix_filter.hpp"
#include "libsmos/media/sound/mix_limiter.hpp"
#include "libsmos/media/sound/mix_reverb.hpp"
#include "libsmos/media/sound/music_theory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace smos::media {
namespace {

constexpr std::int64_t longest_bed_samples = std::int64_t{600} * master_rate_hz;
constexpr double bed_ceiling_dbtp = -3.2;

/// The grid of the piece: whole bars of four beats, then the last chord rings out.
struct BedGrid {
    double beat_frames;
    int bars;

    std::size_t at(double beat) const {
        return static_cast<std::size_t>(std::llround(beat * beat_frames));
    }
};

BedGrid grid_of(const BedRequest& request, const MoodStyle& style, Random& random) {
    const auto frames = static_cast<double>(request.duration_samples);
    const double drawn =
        style.slowest_bpm + random.unit() * (style.fastest_bpm - style.slowest_bpm);
    const double bpm = request.tempo_bpm ? static_cast<double>(*request.tempo_bpm) : drawn;
    double beat_frames = master_rate_hz * 60.0 / bpm;
    const double beats = std::floor(frames / beat_frames);
    if (!request.tempo_bpm && beats >= 8.0)
        beat_frames = frames / (std::max(2.0, std::round(beats / 4.0)) * 4.0);
    return {beat_frames, std::max(1, static_cast<int>(std::ceil(frames / (4.0 * beat_frames))))};
}

/// How much of the band plays in a bar, 0 to 3.
int layers_in(int bar, int bars) {
    if (bar == bars - 1 && bars > 2)
        return 1;
    return std::min(3, bar + (bars < 6 ? 1 : 0));
}

class BedComposer {
  public:
    explicit BedComposer(const BedRequest& request)
        : style_(style_of(request.mood)),
          random_(request.seed * 0x9E3779B97F4A7C15ULL + static_cast<std::uint64_t>(request.mood)),
          grid_(grid_of(request, style_, random_)),
          root_(style_.lowest_root + static_cast<int>(random_.below(6))),
          progression_(style_.progressions[random_.below(style_.progressions.size())]),
          pattern_(arp_pattern(random_, style_.arp_rate)),
          variation_(arp_pattern(random_, style_.arp_rate)),
          drums_(style_.drums),
          kit_(make_drum_kit(random_, style_.drum_gain > 0.8 ? 1.0 : 0.3)),
          frames_(static_cast<std::size_t>(request.duration_samples)),
          sustained_(silent_audio(frames_)),
          plucked_(silent_audio(frames_)),
          struck_(silent_audio(frames_)) {}

    AudioBuffer compose() {
        for (int bar = 0; bar < grid_.bars; ++bar)
            write_bar(bar);
        add_echo();
        return mixed_buses();
    }

  private:
    void write_bar(int bar) {
        const bool last = bar == grid_.bars - 1 && grid_.bars > 2;
        const int degree = last ? 0 : progression_[static_cast<std::size_t>(bar % 4)];
        const BarHarmony harmony = harmony_of(style_, root_, degree);
        const int layers = layers_in(bar, grid_.bars);
        write_pad(harmony, bar);
        write_plucks(harmony, bar, layers);
        if (layers >= 1)
            write_bass(harmony, bar, last);
        if (layers >= 2)
            write_drums(bar, drums_[layers >= 3 ? 1 : 0]);
    }

    void write_pad(const BarHarmony& harmony, int bar) {
        const double start = 4.0 * bar;
        // The chord is held a little into the next bar: the attack there is slow.
        const std::size_t length = grid_.at(start + 4.1) - grid_.at(start);
        for (std::size_t tone = 0; tone < harmony.pad.size(); ++tone) {
            const float pan = tone % 2 == 0 ? -0.35F : 0.35F;
            orchestra_.play(sustained_,
                            Instrument::pad,
                            {harmony.pad[tone],
                             grid_.at(start),
                             length,
                             static_cast<float>(0.85 * style_.pad_gain),
                             pan});
        }
    }

    void write_plucks(const BarHarmony& harmony, int bar, int layers) {
        const auto& pattern = bar % 4 == 3 ? variation_ : pattern_;
        const double step = 4.0 / static_cast<double>(pattern.size());
        for (std::size_t i = 0; i < pattern.size(); ++i) {
            const bool sparse = layers == 0 && i % 2 == 1;
            if (pattern[i] < 0 || sparse)
                continue;
            const auto tones = static_cast<int>(harmony.pad.size());
            const int midi = harmony.pad[static_cast<std::size_t>(pattern[i] % tones)] + 12 +
                             12 * (pattern[i] / tones);
            const double late = i % 2 == 1 ? style_.swing * 0.25 : 0.0;
            const double accent = i % 4 == 0 ? 1.0 : 0.72;
            const auto velocity =
                static_cast<float>(style_.pluck_gain * accent * (0.9 + 0.1 * random_.unit()) *
                                   (layers == 0 ? 0.8 : 1.0));
            const float pan = i % 2 == 0 ? -0.25F : 0.3F;
            orchestra_.play(plucked_,
                            style_.pluck,
                            {midi,
                             grid_.at(4.0 * bar + step * static_cast<double>(i) + late),
                             grid_.at(0.9 * step),
                             velocity,
                             pan});
        }
    }

    void write_bass(const BarHarmony& harmony, int bar, bool last) {
        const auto note = [&](double beat, double beats, int midi, float velocity) {
            orchestra_.play(sustained_,
                            Instrument::bass,
                            {midi, grid_.at(4.0 * bar + beat), grid_.at(beats), velocity, 0.0F});
        };
        const int low = harmony.bass;
        if (last || style_.bass == BassLine::held) {
            note(0.0, 3.8, low, 0.8F);
            return;
        }
        for (int beat = 0; beat < 4; ++beat) {
            if (style_.bass == BassLine::offbeat)
                note(beat + 0.5, 0.42, low, 0.9F);
            else if (style_.bass == BassLine::root_fifth && beat % 2 == 0)
                note(beat, 0.9, beat == 0 ? low : low + 7, 0.85F);
            else if (style_.bass == BassLine::pulse)
                for (const double half : {0.0, 0.5})
                    note(beat + half, 0.4, low, half == 0.0 ? 0.85F : 0.6F);
        }
    }

    void write_drums(int bar, const DrumPattern& pattern) {
        for (int step = 0; step < 16; ++step) {
            const double late = step % 2 == 1 ? style_.swing * 0.25 : 0.0;
            const std::size_t start = grid_.at(4.0 * bar + 0.25 * step + late);
            hit(pattern.kick[step], kit_.kick, start, 0.62, 0.0F);
            hit(pattern.back[step], kit_.back, start, 0.20, 0.08F);
            hit(pattern.hat[step], kit_.hat, start, 0.085, step % 4 == 0 ? -0.2F : 0.25F);
            if (pattern.kick[step] == 'x')
                kicks_.push_back(start);
        }
    }

    void
    hit(char mark, const std::vector<float>& sound, std::size_t start, double gain, float pan) {
        if (mark != 'x' && mark != 'o')
            return;
        const double strength = (mark == 'x' ? 1.0 : 0.5) * (0.92 + 0.08 * random_.unit());
        add_hit(struck_, sound, start, static_cast<float>(gain * style_.drum_gain * strength), pan);
    }

    /// A dotted-eighth echo of the plucks that crosses sides and darkens.
    void add_echo() {
        const std::size_t delay = std::max<std::size_t>(1, grid_.at(0.75));
        const auto gain = static_cast<float>(style_.echo_gain);
        std::vector<float> line_left(delay);
        std::vector<float> line_right(delay);
        float dark_left = 0.0F;
        float dark_right = 0.0F;
        for (std::size_t i = 0; i < frames_; ++i) {
            float& left = plucked_.samples[2 * i];
            float& right = plucked_.samples[2 * i + 1];
            dark_left += 0.35F * (line_left[i % delay] - dark_left) + 1e-18F;
            dark_right += 0.35F * (line_right[i % delay] - dark_right) + 1e-18F;
            line_left[i % delay] = right + 0.45F * dark_right;
            line_right[i % delay] = left + 0.45F * dark_left;
            left += gain * dark_left;
            right += gain * dark_right;
        }
    }

    /// Gain of pad and bass: down at every kick, back within a beat.
    std::vector<float> pump_curve() const {
        std::vector<float> curve(frames_, 1.0F);
        const auto depth = static_cast<float>(style_.pump);
        for (const std::size_t kick : kicks_) {
            const std::size_t span = grid_.at(0.9);
            for (std::size_t i = 0; i < span && kick + i < frames_; ++i) {
                const float t = static_cast<float>(i) / static_cast<float>(span);
                const float fall = std::min(1.0F, static_cast<float>(i) / 240.0F);
                curve[kick + i] =
                    std::min(curve[kick + i], 1.0F - depth * fall * (1.0F - t) * (1.0F - t));
            }
        }
        return curve;
    }

    AudioBuffer mixed_buses() const {
        const std::vector<float> pump = pump_curve();
        StereoReverb hall(style_.room_s, 1.0, 0.45);
        AudioBuffer out = silent_audio(frames_);
        for (std::size_t i = 0; i < frames_; ++i) {
            const float left = pump[i] * sustained_.samples[2 * i] + plucked_.samples[2 * i];
            const float right =
                pump[i] * sustained_.samples[2 * i + 1] + plucked_.samples[2 * i + 1];
            const float drum_left = struck_.samples[2 * i];
            const float drum_right = struck_.samples[2 * i + 1];
            const StereoReverb::Frame wet =
                hall.next(0.30F * left + 0.06F * drum_left, 0.30F * right + 0.06F * drum_right);
            const float full_left = left + drum_left + wet.left;
            const float full_right = right + drum_right + wet.right;
            // Narrower than it was played: a phone that adds both channels must not lose the
            // chords.
            out.samples[2 * i] = 0.82F * full_left + 0.18F * full_right;
            out.samples[2 * i + 1] = 0.18F * full_left + 0.82F * full_right;
        }
        return out;
    }

    const MoodStyle& style_;
    Random random_;
    BedGrid grid_;
    int root_;
    std::array<int, 4> progression_;
    std::vector<int> pattern_;
    std::vector<int> variation_;
    std::array<DrumPattern, 2> drums_;
    DrumKit kit_;
    std::size_t frames_;
    AudioBuffer sustained_;
    AudioBuffer plucked_;
    AudioBuffer struck_;
    Orchestra orchestra_;
    std::vector<std::size_t> kicks_;
};

void carve_for_voice(AudioBuffer& bed) {
    for (std::size_t channel = 0; channel < 2; ++channel) {
        Biquad rumble = Biquad::high_pass(35.0);
        Biquad weight = Biquad::low_shelf(100.0, -2.0);
        Biquad pocket = Biquad::peak(2200.0, 0.7, -3.0);
        Biquad air = Biquad::high_shelf(2600.0, 7.0);
        for (std::size_t i = channel; i < bed.samples.size(); i += 2)
            bed.samples[i] = air.next(pocket.next(weight.next(rumble.next(bed.samples[i]))));
    }
}

void fade_ends(AudioBuffer& bed) {
    const std::size_t frames = bed.frames();
    const std::size_t fade_in = std::min<std::size_t>(master_rate_hz / 5, frames / 4);
    const std::size_t fade_out = std::min<std::size_t>(master_rate_hz * 7 / 5, frames / 3);
    const auto eased = [](std::size_t at, std::size_t span) {
        const float t = static_cast<float>(at) / static_cast<float>(span);
        return t * t * (3.0F - 2.0F * t);
    };
    for (std::size_t i = 0; i < frames; ++i) {
        float gain = i < fade_in ? eased(i, fade_in) : 1.0F;
        if (frames - 1 - i < fade_out)
            gain *= eased(frames - 1 - i, fade_out);
        bed.samples[2 * i] *= gain;
        bed.samples[2 * i + 1] *= gain;
    }
}

void level_bed(AudioBuffer& bed) {
    const double lufs = integrated_loudness(bed);
    if (lufs <= loudness_floor_lufs)
        return;
    const auto gain = static_cast<float>(gain_of_db(bed_loudness_lufs - lufs));
    for (float& sample : bed.samples)
        sample *= gain;
    limit_true_peak(bed, bed_ceiling_dbtp);
}

} // namespace

Result<AudioBuffer> compose_bed(const BedRequest& request) {
    if (request.duration_samples < 0 || request.duration_samples > longest_bed_samples)
        return Error{"bad_request",
                     fmt::format("a music bed of {} samples", request.duration_samples),
                     {},
                     "ask for up to ten minutes at 48 kHz"};
    if (request.tempo_bpm && (*request.tempo_bpm < 50 || *request.tempo_bpm > 180))
        return Error{"bad_request",
                     fmt::format("a music bed at {} beats a minute", *request.tempo_bpm),
                     {},
                     "ask for 50 to 180"};
    if (request.duration_samples == 0)
        return AudioBuffer{};
    AudioBuffer bed = BedComposer(request).compose();
    carve_for_voice(bed);
    fade_ends(bed);
    level_bed(bed);
    return bed;
}

} // namespace smos::media
