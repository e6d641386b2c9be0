// SPDX-License-Identifier: Apache-2.0
// Measuring sound with libebur128.
#include "libsmos/media/sound/loudness.hpp"

#include "libsmos/core/handle.hpp"
#include "libsmos/core/result.hpp"

#include <ebur128.h>

#include <algorithm>
#include <cmath>

namespace smos::media {

inline void close_meter(ebur128_state* state) { ebur128_destroy(&state); }
using MeterHandle = UniqueHandle<ebur128_state, close_meter>;

namespace {

MeterHandle open_meter(int channels, int sample_rate, int mode) {
    SMOS_EXPECT(channels == 1 || channels == 2);
    MeterHandle meter(ebur128_init(
        static_cast<unsigned>(channels), static_cast<unsigned long>(sample_rate), mode));
    SMOS_EXPECT(meter != nullptr);
    return meter;
}

/// Infinities and NaN of silence become the floor.
double floored(double lufs) {
    return std::isfinite(lufs) ? std::max(lufs, loudness_floor_lufs) : loudness_floor_lufs;
}

double integrated_of(const MeterHandle& meter) {
    double lufs = loudness_floor_lufs;
    ebur128_loudness_global(meter.get(), &lufs);
    return floored(lufs);
}

double true_peak_of(const MeterHandle& meter) {
    double highest_dbtp = -200.0;
    for (unsigned channel = 0; channel < meter->channels; ++channel) {
        double peak = 0.0;
        ebur128_true_peak(meter.get(), channel, &peak);
        highest_dbtp = std::max(highest_dbtp, db_of_gain(peak));
    }
    return highest_dbtp;
}

} // namespace

struct LoudnessMeter::State {
    MeterHandle meter;
    bool peaks;
};

LoudnessMeter::LoudnessMeter(Reach reach) {
    const bool peaks = reach == Reach::loudness_and_peak;
    const int mode = peaks ? EBUR128_MODE_I | EBUR128_MODE_TRUE_PEAK : EBUR128_MODE_I;
    state_ = std::make_unique<State>(State{open_meter(2, master_rate_hz, mode), peaks});
}
LoudnessMeter::~LoudnessMeter() = default;
LoudnessMeter::LoudnessMeter(LoudnessMeter&&) noexcept = default;
LoudnessMeter& LoudnessMeter::operator=(LoudnessMeter&&) noexcept = default;

void LoudnessMeter::add(const float* samples, std::size_t frames) {
    if (frames > 0)
        ebur128_add_frames_float(state_->meter.get(), samples, frames);
}

Loudness LoudnessMeter::measured() const {
    Loudness result;
    result.integrated_lufs = integrated_of(state_->meter);
    if (state_->peaks)
        result.true_peak_dbtp = true_peak_of(state_->meter);
    return result;
}

Loudness measure_loudness(const AudioBuffer& audio) {
    const MeterHandle meter = open_meter(audio.channels,
                                         audio.sample_rate,
                                         EBUR128_MODE_I | EBUR128_MODE_M | EBUR128_MODE_TRUE_PEAK);
    Loudness result;
    const auto step = static_cast<std::size_t>(std::max(1, audio.sample_rate / 10));
    const auto channels = static_cast<std::size_t>(audio.channels);
    for (std::size_t frame = 0; frame < audio.frames(); frame += step) {
        const std::size_t count = std::min(step, audio.frames() - frame);
        ebur128_add_frames_float(meter.get(), &audio.samples[frame * channels], count);
        double momentary = loudness_floor_lufs;
        if (frame + count >= 4 * step)
            ebur128_loudness_momentary(meter.get(), &momentary);
        result.momentary_max_lufs = std::max(result.momentary_max_lufs, floored(momentary));
    }
    result.integrated_lufs = integrated_of(meter);
    result.true_peak_dbtp = true_peak_of(meter);
    return result;
}

double integrated_loudness(const AudioBuffer& audio) {
    const MeterHandle meter = open_meter(audio.channels, audio.sample_rate, EBUR128_MODE_I);
    if (!audio.samples.empty())
        ebur128_add_frames_float(meter.get(), audio.samples.data(), audio.frames());
    return integrated_of(meter);
}

std::vector<SilentSpan>
silences(const AudioBuffer& audio, double threshold_dbfs, std::int64_t min_ms) {
    const auto threshold = static_cast<float>(gain_of_db(threshold_dbfs));
    const auto channels = static_cast<std::size_t>(audio.channels);
    const auto ms_of = [&](std::size_t frame) {
        return static_cast<std::int64_t>(frame) * 1000 / audio.sample_rate;
    };
    std::vector<SilentSpan> spans;
    std::size_t start = 0;
    for (std::size_t frame = 0; frame <= audio.frames(); ++frame) {
        bool sounds = frame == audio.frames();
        for (std::size_t channel = 0; !sounds && channel < channels; ++channel)
            sounds = std::abs(audio.samples[frame * channels + channel]) > threshold;
        if (!sounds)
            continue;
        if (frame > start && ms_of(frame - start) >= min_ms)
            spans.push_back({ms_of(start), ms_of(frame)});
        start = frame + 1;
    }
    return spans;
}

std::vector<ClippedRun> clipped_runs(const AudioBuffer& audio, double level) {
    constexpr std::size_t shortest_run = 3;
    const auto limit = static_cast<float>(level);
    const auto channels = static_cast<std::size_t>(audio.channels);
    std::vector<ClippedRun> runs;
    for (std::size_t channel = 0; channel < channels; ++channel) {
        std::size_t length = 0;
        int sign = 0;
        for (std::size_t frame = 0; frame <= audio.frames(); ++frame) {
            const float sample =
                frame < audio.frames() ? audio.samples[frame * channels + channel] : 0.0F;
            const int now = sample >= limit ? 1 : (sample <= -limit ? -1 : 0);
            if (now != 0 && now == sign) {
                ++length;
                continue;
            }
            if (length >= shortest_run)
                runs.push_back({static_cast<int>(channel), frame - length, length});
            sign = now;
            length = now != 0 ? 1 : 0;
        }
    }
    return runs;
}

} // namespace smos::media
