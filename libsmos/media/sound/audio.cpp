// SPDX-License-Identifier: Apache-2.0
// Change of rate, channels and the WAVE form.
#include "libsmos/media/sound/audio.hpp"

#include "libsmos/core/result.hpp"

#include <cstring>
#include <numbers>
#include <numeric>

namespace smos::media {
namespace {

constexpr std::size_t sinc_taps = 64;
constexpr double kaiser_beta = 8.0;

/// Modified Bessel function of the first kind, order 0, by its power series.
double bessel_i0(double x) {
    double sum = 1.0;
    double term = 1.0;
    for (int k = 1; k < 40; ++k) {
        term *= (x / (2.0 * k)) * (x / (2.0 * k));
        sum += term;
    }
    return sum;
}

double windowed_sinc(double position, double half_width, double cutoff) {
    const double ratio = position / half_width;
    if (ratio <= -1.0 || ratio >= 1.0)
        return 0.0;
    const double window =
        bessel_i0(kaiser_beta * std::sqrt(1.0 - ratio * ratio)) / bessel_i0(kaiser_beta);
    const double angle = std::numbers::pi * cutoff * position;
    return window * cutoff * (std::abs(angle) < 1e-12 ? 1.0 : std::sin(angle) / angle);
}

/// One filter for each of the `phases` positions between two input samples.
struct Polyphase {
    std::size_t phases;
    std::size_t taps;
    std::vector<float> weights;
};

Polyphase make_polyphase(std::size_t up, std::size_t down) {
    const double cutoff = 0.95 * std::min(1.0, static_cast<double>(up) / static_cast<double>(down));
    const auto taps =
        static_cast<std::size_t>(std::ceil(static_cast<double>(sinc_taps) * 0.95 / cutoff / 2.0)) *
        2;
    Polyphase bank{up, taps, std::vector<float>(up * taps)};
    const double half = static_cast<double>(taps) / 2.0;
    for (std::size_t phase = 0; phase < up; ++phase) {
        const double offset = static_cast<double>(phase) / static_cast<double>(up);
        for (std::size_t tap = 0; tap < taps; ++tap)
            bank.weights[phase * taps + tap] = static_cast<float>(
                windowed_sinc(static_cast<double>(tap) - half + 1.0 - offset, half, cutoff));
    }
    return bank;
}

template <typename T>
void append_little_endian(std::string& out, T value) {
    for (std::size_t byte = 0; byte < sizeof(T); ++byte)
        out.push_back(static_cast<char>((value >> (8U * byte)) & 0xFFU));
}

} // namespace

AudioBuffer silent_audio(std::size_t frames, int channels, int sample_rate) {
    SMOS_EXPECT(channels > 0 && sample_rate > 0);
    return {sample_rate, channels, std::vector<float>(frames * static_cast<std::size_t>(channels))};
}

AudioBuffer resample(const AudioBuffer& in, int sample_rate) {
    SMOS_EXPECT(sample_rate > 0 && in.sample_rate > 0 && in.channels > 0);
    if (sample_rate == in.sample_rate)
        return in;
    const auto divisor = static_cast<std::size_t>(std::gcd(sample_rate, in.sample_rate));
    const auto up = static_cast<std::size_t>(sample_rate) / divisor;
    const auto down = static_cast<std::size_t>(in.sample_rate) / divisor;
    const Polyphase bank = make_polyphase(up, down);
    const auto channels = static_cast<std::size_t>(in.channels);
    const std::size_t in_frames = in.frames();
    AudioBuffer out = silent_audio((in_frames * up + down - 1) / down, in.channels, sample_rate);
    for (std::size_t frame = 0; frame < out.frames(); ++frame) {
        const std::size_t centre = frame * down / up;
        const float* weights = &bank.weights[frame * down % up * bank.taps];
        const std::size_t before = bank.taps / 2 - 1;
        const std::size_t first_tap = centre < before ? before - centre : 0;
        const std::size_t last_tap = std::min(bank.taps, in_frames + before - centre);
        for (std::size_t channel = 0; channel < channels; ++channel) {
            float sum = 0.0F;
            for (std::size_t tap = first_tap; tap < last_tap; ++tap)
                sum += weights[tap] * in.samples[(centre + tap - before) * channels + channel];
            out.samples[frame * channels + channel] = sum;
        }
    }
    return out;
}

AudioBuffer as_stereo(AudioBuffer in) {
    SMOS_EXPECT(in.channels == 1 || in.channels == 2);
    if (in.channels == 2)
        return in;
    AudioBuffer out = silent_audio(in.frames(), 2, in.sample_rate);
    for (std::size_t frame = 0; frame < in.samples.size(); ++frame)
        out.samples[2 * frame] = out.samples[2 * frame + 1] = in.samples[frame];
    return out;
}

std::string wav_bytes(const AudioBuffer& audio) {
    const auto data_bytes = static_cast<std::uint32_t>(audio.samples.size() * sizeof(float));
    const auto channels = static_cast<std::uint16_t>(audio.channels);
    const auto rate = static_cast<std::uint32_t>(audio.sample_rate);
    const auto frame_bytes = static_cast<std::uint16_t>(channels * sizeof(float));
    std::string out = "RIFF";
    append_little_endian(out, data_bytes + 36U);
    out += "WAVEfmt ";
    append_little_endian(out, std::uint32_t{16});
    append_little_endian(out, std::uint16_t{3});
    append_little_endian(out, channels);
    append_little_endian(out, rate);
    append_little_endian(out, rate * frame_bytes);
    append_little_endian(out, frame_bytes);
    append_little_endian(out, std::uint16_t{32});
    out += "data";
    append_little_endian(out, data_bytes);
    const std::size_t header_bytes = out.size();
    out.resize(header_bytes + data_bytes);
    if (data_bytes > 0)
        std::memcpy(out.data() + header_bytes, audio.samples.data(), data_bytes);
    return out;
}

} // namespace smos::media
