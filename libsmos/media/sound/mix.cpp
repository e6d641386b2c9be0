// SPDX-License-Identifier: Apache-2.0
// Summing, and the loop between gain, limiter and meter.
#include "libsmos/media/sound/mix.hpp"

#include "libsmos/core/limits.hpp"
#include "libsmos/media/sound/loudness.hpp"
#include "libsmos/media/sound/mix_limiter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace smos::media {
namespace {

constexpr double loudness_tolerance_lu = 0.3;
constexpr double close_enough_lu = 0.05;
constexpr double most_gain_db = 40.0;
constexpr int most_rounds = 8;
constexpr std::int64_t longest_mix_samples = limits::timeline_duration_ms * (master_rate_hz / 1000);

Error bad_mix(std::string message, std::string hint) {
    return {"bad_request", std::move(message), "mix", std::move(hint)};
}

bool is_within(double value, double low, double high) { return value >= low && value <= high; }

Result<void> check_placed(const PlacedAudio& placed) {
    const AudioBuffer& audio = placed.audio;
    if (audio.sample_rate != master_rate_hz || audio.channels < 1 || audio.channels > 2)
        return bad_mix(
            fmt::format("sound of {} Hz with {} channels", audio.sample_rate, audio.channels),
            "resample to 48000 Hz mono or stereo");
    const bool finite = std::all_of(audio.samples.begin(), audio.samples.end(), [](float sample) {
        return std::isfinite(sample);
    });
    if (!finite)
        return bad_mix("sound with a sample that is no number", "decode the source again");
    if (!is_within(placed.gain_db, -120.0, 40.0))
        return bad_mix(fmt::format("a gain of {} dB", placed.gain_db), "take -120 to 40");
    const bool sane = std::abs(static_cast<double>(placed.at_samples)) <= longest_mix_samples &&
                      placed.fade_in_samples >= 0 && placed.fade_out_samples >= 0;
    if (!sane)
        return bad_mix("a clip or fade outside of any timeline", "take places within one hour");
    return {};
}

Result<void> check_mix(const MixRequest& request) {
    if (request.duration_samples < 0 || request.duration_samples > longest_mix_samples)
        return bad_mix(fmt::format("a timeline of {} samples", request.duration_samples),
                       "take up to one hour at 48 kHz");
    const Duck& duck = request.duck;
    if (!is_within(duck.db, -60.0, 0.0) || !is_within(duck.attack_ms, 0.0, 5000.0) ||
        !is_within(duck.release_ms, 0.0, 5000.0))
        return bad_mix(fmt::format("ducking by {} dB, attack {} ms, release {} ms",
                                   duck.db,
                                   duck.attack_ms,
                                   duck.release_ms),
                       "take -60 to 0 dB and up to 5000 ms");
    if (!is_within(request.target_lufs, -40.0, -5.0) ||
        !is_within(request.true_peak_dbtp, -9.0, -0.1) ||
        !is_within(request.codec_headroom_db, 0.0, 6.0))
        return bad_mix(fmt::format("a target of {} LUFS under {} dBTP with {} dB of headroom",
                                   request.target_lufs,
                                   request.true_peak_dbtp,
                                   request.codec_headroom_db),
                       "take -40 to -5 LUFS, -9 to -0.1 dBTP, 0 to 6 dB");
    for (const auto* clips : {&request.voices, &request.music})
        for (const PlacedAudio& placed : *clips)
            SMOS_CHECK(check_placed(placed));
    return {};
}

/// Raised-cosine shaped by a polynomial: no click at either end.
float fade_gain(std::int64_t frame, std::int64_t frames, const PlacedAudio& placed) {
    const auto eased = [](std::int64_t at, std::int64_t span) {
        if (at >= span)
            return 1.0F;
        const float t = static_cast<float>(at) / static_cast<float>(span);
        return t * t * (3.0F - 2.0F * t);
    };
    return eased(frame, placed.fade_in_samples) *
           eased(frames - 1 - frame, placed.fade_out_samples);
}

void add_placed(AudioBuffer& bus, const PlacedAudio& placed) {
    const auto frames = static_cast<std::int64_t>(placed.audio.frames());
    const auto bus_frames = static_cast<std::int64_t>(bus.frames());
    const auto channels = static_cast<std::size_t>(placed.audio.channels);
    const auto gain = static_cast<float>(gain_of_db(placed.gain_db));
    const std::int64_t first = std::max<std::int64_t>(0, -placed.at_samples);
    const std::int64_t last = std::min(frames, bus_frames - placed.at_samples);
    for (std::int64_t frame = first; frame < last; ++frame) {
        const float level = gain * fade_gain(frame, frames, placed);
        const auto from = static_cast<std::size_t>(frame) * channels;
        const auto to = static_cast<std::size_t>(frame + placed.at_samples) * 2;
        bus.samples[to] += level * placed.audio.samples[from];
        bus.samples[to + 1] += level * placed.audio.samples[from + channels - 1];
    }
}

AudioBuffer bus_of(const std::vector<PlacedAudio>& clips, std::size_t frames) {
    AudioBuffer bus = silent_audio(frames);
    for (const PlacedAudio& placed : clips)
        add_placed(bus, placed);
    return bus;
}

AudioBuffer summed(const MixRequest& request) {
    const auto frames = static_cast<std::size_t>(request.duration_samples);
    AudioBuffer mix = bus_of(request.voices, frames);
    if (request.music.empty())
        return mix;
    const std::vector<float> gains = duck_curve(mix, request.duck);
    const AudioBuffer music = bus_of(request.music, frames);
    for (std::size_t i = 0; i < mix.samples.size(); ++i)
        mix.samples[i] += gains[i / 2] * music.samples[i];
    return mix;
}

AudioBuffer limited(const AudioBuffer& mix, double gain_db, double ceiling_dbtp) {
    AudioBuffer out = mix;
    const auto gain = static_cast<float>(gain_of_db(gain_db));
    for (float& sample : out.samples)
        sample *= gain;
    limit_true_peak(out, ceiling_dbtp);
    return out;
}

} // namespace

Result<Master> mix_master(const MixRequest& request) {
    SMOS_CHECK(check_mix(request));
    const AudioBuffer mix = summed(request);
    const double before_lufs = integrated_loudness(mix);
    const double allowed_dbtp = request.true_peak_dbtp - request.codec_headroom_db;
    double ceiling_dbtp = allowed_dbtp;
    double gain_db = before_lufs <= loudness_floor_lufs
                         ? 0.0
                         : std::min(request.target_lufs - before_lufs, most_gain_db);
    Master master{};
    for (int round = 0; round < most_rounds; ++round) {
        master.audio = limited(mix, gain_db, ceiling_dbtp);
        master.gain_db = gain_db;
        const Loudness measured = measure_loudness(master.audio);
        master.lufs = measured.integrated_lufs;
        master.true_peak_dbtp = measured.true_peak_dbtp;
        const double error_lu = request.target_lufs - master.lufs;
        const double over_db = master.true_peak_dbtp - allowed_dbtp;
        master.on_target = std::abs(error_lu) <= loudness_tolerance_lu && over_db <= 0.0;
        const bool hopeless =
            before_lufs <= loudness_floor_lufs || (gain_db >= most_gain_db && error_lu > 0.0);
        if (hopeless || (std::abs(error_lu) <= close_enough_lu && over_db <= 0.0))
            break;
        gain_db = std::min(gain_db + error_lu, most_gain_db);
        if (over_db > 0.0)
            ceiling_dbtp -= over_db + 0.02;
    }
    return master;
}

} // namespace smos::media
