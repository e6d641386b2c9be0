// SPDX-License-Identifier: Apache-2.0
// The voice chain.
#include "libsmos/media/speech/speech_master.hpp"

#include "libsmos/media/sound/mix_filter.hpp"
#include "libsmos/media/sound/mix_reverb.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace smos::media {
namespace {

constexpr double room_gain_db = -19.0;
constexpr double compressor_ratio = 3.0;
constexpr double compressor_threshold_dbfs = -24.0;

std::size_t frames_of_ms(std::int64_t ms) {
    return static_cast<std::size_t>(ms * master_rate_hz / 1000);
}

/// The lead-in, the spoken range and the tail, mono at 48 kHz.
AudioBuffer placed_voice(const RawSpeech& raw, SpokenRange range) {
    AudioBuffer dry{raw.sample_rate, 1, {}};
    dry.samples.reserve(range.end - range.first);
    for (std::size_t i = range.first; i < range.end; ++i)
        dry.samples.push_back(static_cast<float>(raw.samples[i]) / 32768.0F);
    const AudioBuffer voice = resample(dry, master_rate_hz);
    const std::size_t lead_in = frames_of_ms(speech_lead_in_ms);
    AudioBuffer out = silent_audio(lead_in + voice.frames() + frames_of_ms(speech_tail_ms), 1);
    std::copy(voice.samples.begin(),
              voice.samples.end(),
              out.samples.begin() + static_cast<std::ptrdiff_t>(lead_in));
    return out;
}

void equalize(AudioBuffer& voice) {
    std::array<Biquad, 5> chain = {Biquad::high_pass(75.0),
                                   Biquad::low_shelf(220.0, 2.5),
                                   Biquad::peak(3300.0, 0.9, -2.5),
                                   Biquad::high_shelf(6500.0, -2.0),
                                   Biquad::low_pass(9000.0)};
    for (float& sample : voice.samples)
        for (Biquad& filter : chain)
            sample = filter.next(sample);
}

/// RMS over blocks of 20 ms that are within 30 dB of the loudest block.
double spoken_rms(const std::vector<float>& samples) {
    constexpr std::size_t block = master_rate_hz / 50;
    std::vector<double> powers;
    for (std::size_t start = 0; start < samples.size(); start += block) {
        const std::size_t end = std::min(samples.size(), start + block);
        double sum = 0.0;
        for (std::size_t i = start; i < end; ++i)
            sum += double{samples[i]} * double{samples[i]};
        powers.push_back(sum / static_cast<double>(end - start));
    }
    const double loudest = powers.empty() ? 0.0 : *std::max_element(powers.begin(), powers.end());
    double sum = 0.0;
    double count = 0.0;
    for (const double power : powers) {
        if (power * 1000.0 < loudest)
            continue;
        sum += power;
        count += 1.0;
    }
    return count > 0.0 ? std::sqrt(sum / count) : 0.0;
}

void level_voice(AudioBuffer& voice) {
    const double rms = spoken_rms(voice.samples);
    if (rms < 1e-7)
        return;
    const auto gain = static_cast<float>(gain_of_db(speech_level_dbfs) / rms);
    for (float& sample : voice.samples)
        sample *= gain;
}

void compress(AudioBuffer& voice) {
    const double attack = smoothing_of(6.0);
    const double release = smoothing_of(120.0);
    const double threshold = gain_of_db(compressor_threshold_dbfs);
    const double slope = 1.0 / compressor_ratio - 1.0;
    double envelope = 0.0;
    for (float& sample : voice.samples) {
        const double level = std::abs(double{sample});
        const double factor = level > envelope ? attack : release;
        envelope = level + factor * (envelope - level);
        if (envelope > threshold)
            sample = static_cast<float>(sample * std::pow(envelope / threshold, slope));
    }
}

/// Straight below half the ceiling, then bending so that the ceiling is never passed.
float bend_peak(float sample) {
    static const auto ceiling = static_cast<float>(gain_of_db(speech_peak_dbfs));
    const float knee = 0.5F * ceiling;
    const float size = std::abs(sample);
    if (size <= knee)
        return sample;
    const float over = (size - knee) / (ceiling - knee);
    return std::copysign(knee + (ceiling - knee) * over / (1.0F + over), sample);
}

AudioBuffer in_room(const AudioBuffer& voice) {
    StereoReverb room(0.4, 0.32, 0.35);
    Biquad warm = Biquad::low_pass(5500.0);
    Biquad light = Biquad::high_pass(250.0);
    const auto wet_gain = static_cast<float>(gain_of_db(room_gain_db));
    const std::size_t predelay = frames_of_ms(12);
    const std::size_t fade = frames_of_ms(80);
    const std::size_t frames = voice.frames();
    AudioBuffer out = silent_audio(frames, 2);
    for (std::size_t i = 0; i < frames; ++i) {
        const float delayed = i < predelay ? 0.0F : voice.samples[i - predelay];
        const float send = light.next(warm.next(delayed));
        const StereoReverb::Frame wet = room.next(send, send);
        const std::size_t left = frames - 1 - i;
        const float closing =
            left < fade ? static_cast<float>(left) / static_cast<float>(fade) : 1.0F;
        const float dry = bend_peak(voice.samples[i]);
        out.samples[2 * i] = closing * (dry + wet_gain * wet.left);
        out.samples[2 * i + 1] = closing * (dry + wet_gain * wet.right);
    }
    return out;
}

} // namespace

SpokenRange spoken_range(const RawSpeech& raw) {
    const auto block = static_cast<std::size_t>(raw.sample_rate / 100);
    std::vector<int> peaks;
    for (std::size_t start = 0; start < raw.samples.size(); start += block) {
        int peak = 0;
        for (std::size_t i = start; i < std::min(raw.samples.size(), start + block); ++i)
            peak = std::max(peak, std::abs(int{raw.samples[i]}));
        peaks.push_back(peak);
    }
    const int loudest = peaks.empty() ? 0 : *std::max_element(peaks.begin(), peaks.end());
    const auto spoken = [&](int peak) { return peak * 178 > loudest; };
    if (loudest == 0)
        return {};
    const auto first = std::find_if(peaks.begin(), peaks.end(), spoken);
    const auto last = std::find_if(peaks.rbegin(), peaks.rend(), spoken);
    return {static_cast<std::size_t>(first - peaks.begin()) * block,
            std::min(raw.samples.size(), static_cast<std::size_t>(peaks.rend() - last) * block)};
}

AudioBuffer master_speech(const RawSpeech& raw, SpokenRange range) {
    AudioBuffer voice = placed_voice(raw, range);
    equalize(voice);
    level_voice(voice);
    compress(voice);
    level_voice(voice);
    return in_room(voice);
}

} // namespace smos::media
