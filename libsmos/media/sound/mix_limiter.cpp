// SPDX-License-Identifier: Apache-2.0
// Peak search between samples, gain curve, application.
#include "libsmos/media/sound/mix_limiter.hpp"

#include "libsmos/core/result.hpp"
#include "libsmos/media/sound/mix_filter.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <numbers>

namespace smos::media {
namespace {

constexpr std::size_t peak_taps = 12;
constexpr std::size_t look_ahead_frames = master_rate_hz / 200;

using PeakFilter = std::array<float, peak_taps>;

/// Hann-windowed sinc at a quarter, a half and three quarters of a sample.
std::array<PeakFilter, 3> make_peak_filters() {
    std::array<PeakFilter, 3> filters{};
    for (std::size_t phase = 0; phase < filters.size(); ++phase) {
        const double offset = 0.25 * static_cast<double>(phase + 1);
        double sum = 0.0;
        for (std::size_t tap = 0; tap < peak_taps; ++tap) {
            const double x = static_cast<double>(tap) - 5.0 - offset;
            const double angle = std::numbers::pi * x;
            const double window = 0.5 + 0.5 * std::cos(angle / 6.5);
            const double weight = std::sin(angle) / angle * window;
            filters[phase][tap] = static_cast<float>(weight);
            sum += weight;
        }
        for (float& weight : filters[phase])
            weight = static_cast<float>(weight / sum);
    }
    return filters;
}

/// Smallest value of `gains` in [i, i + look_ahead_frames] for every i.
std::vector<float> lowest_ahead(const std::vector<float>& gains) {
    std::vector<float> out(gains.size());
    std::deque<std::size_t> rising; // indices whose gains rise from front to back
    for (std::size_t i = gains.size(); i-- > 0;) {
        while (!rising.empty() && gains[rising.back()] >= gains[i])
            rising.pop_back();
        rising.push_back(i);
        if (rising.front() > i + look_ahead_frames)
            rising.pop_front();
        out[i] = gains[rising.front()];
    }
    return out;
}

/// Mean over [i - look_ahead_frames, i]: every mean of minima is at most the gain that the peak
/// at i needs.
void smooth_towards(std::vector<float>& gains) {
    const std::vector<float> in = gains;
    const std::size_t span = look_ahead_frames + 1;
    double sum = static_cast<double>(span) * (in.empty() ? 1.0 : double{in.front()});
    for (std::size_t i = 0; i < in.size(); ++i) {
        const float leaving = i >= span ? in[i - span] : in.front();
        sum += double{in[i]} - double{leaving};
        gains[i] = static_cast<float>(sum / static_cast<double>(span));
    }
}

} // namespace

std::vector<float> true_peaks(const AudioBuffer& audio) {
    static const std::array<PeakFilter, 3> filters = make_peak_filters();
    const auto channels = static_cast<std::size_t>(audio.channels);
    const std::size_t frames = audio.frames();
    std::vector<float> peaks(frames);
    std::vector<float> padded(frames + peak_taps);
    for (std::size_t channel = 0; channel < channels; ++channel) {
        for (std::size_t i = 0; i < frames; ++i)
            padded[i + 5] = audio.samples[i * channels + channel];
        for (std::size_t i = 0; i < frames; ++i) {
            float peak = std::max(peaks[i], std::abs(padded[i + 5]));
            for (const PeakFilter& filter : filters) {
                float sum = 0.0F;
                for (std::size_t tap = 0; tap < peak_taps; ++tap)
                    sum += filter[tap] * padded[i + tap];
                peak = std::max(peak, std::abs(sum));
            }
            peaks[i] = peak;
        }
    }
    return peaks;
}

void limit_true_peak(AudioBuffer& audio, double ceiling_dbtp) {
    SMOS_EXPECT(ceiling_dbtp < 0.0);
    const auto ceiling = static_cast<float>(gain_of_db(ceiling_dbtp));
    std::vector<float> gains = true_peaks(audio);
    for (float& gain : gains)
        gain = gain > ceiling ? ceiling / gain : 1.0F;
    if (std::all_of(gains.begin(), gains.end(), [](float gain) { return gain >= 1.0F; }))
        return;
    gains = lowest_ahead(gains);
    const auto release = static_cast<float>(smoothing_of(80.0));
    float held = 1.0F;
    for (float& gain : gains) {
        held = std::min(gain, 1.0F - (1.0F - held) * release);
        gain = held;
    }
    smooth_towards(gains);
    const auto channels = static_cast<std::size_t>(audio.channels);
    for (std::size_t i = 0; i < audio.samples.size(); ++i)
        audio.samples[i] *= gains[i / channels];
}

} // namespace smos::media
