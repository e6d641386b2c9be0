// SPDX-License-Identifier: Apache-2.0
// Peak search between samples, gain curve, application.
#include "libsmos/media/sound/mix_limiter.hpp"

#include "libsmos/core/result.hpp"
#include "libsmos/media/sound/mix_filter.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace smos::media {
namespace {

constexpr std::size_t peak_taps = 12;
constexpr std::size_t peaks_at_once = 64;
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

/// The peaks of 64 frames whose first tap is at `from`. The sums run over the taps in order for all
/// frames together, which is what the compiler makes vectors of.
void raise_peaks(const float* from, float* peaks) {
    static const std::array<PeakFilter, 3> filters = make_peak_filters();
    for (std::size_t i = 0; i < peaks_at_once; ++i)
        peaks[i] = std::max(peaks[i], std::abs(from[i + 5]));
    for (const PeakFilter& filter : filters) {
        std::array<float, peaks_at_once> sums{};
        for (std::size_t tap = 0; tap < peak_taps; ++tap)
            for (std::size_t i = 0; i < peaks_at_once; ++i)
                sums[i] += filter[tap] * from[i + tap];
        for (std::size_t i = 0; i < peaks_at_once; ++i)
            peaks[i] = std::max(peaks[i], std::abs(sums[i]));
    }
}

} // namespace

void TruePeaks::add(const float* samples, std::size_t frames, std::vector<float>& peaks) {
    const std::size_t before = peaks.size();
    for (std::size_t channel = 0; channel < 2; ++channel) {
        std::vector<float>& window = window_[channel];
        for (std::size_t i = 0; i < frames; ++i)
            window.push_back(samples[2 * i + channel]);
        const std::size_t known = window.size() < kept ? 0 : window.size() - kept;
        peaks.resize(before + known);
        window.resize(window.size() + peaks_at_once); // the last 64 may reach over the end
        std::array<float, peaks_at_once> part{};
        for (std::size_t i = 0; i < known; i += peaks_at_once) {
            const std::size_t count = std::min(peaks_at_once, known - i);
            float* const found = peaks.data() + before + i;
            std::copy_n(found, count, part.begin());
            raise_peaks(window.data() + i, part.data());
            std::copy_n(part.begin(), count, found);
        }
        window.resize(window.size() - peaks_at_once);
        window.erase(window.begin(), window.begin() + static_cast<std::ptrdiff_t>(known));
    }
}

void TruePeaks::finish(std::vector<float>& peaks) {
    const std::array<float, 12> silence{};
    add(silence.data(), silence.size() / 2, peaks);
}

LimiterGain::LimiterGain(double ceiling_dbtp)
    : ceiling_(static_cast<float>(gain_of_db(ceiling_dbtp))),
      release_(static_cast<float>(smoothing_of(80.0))) {
    SMOS_EXPECT(ceiling_dbtp < 0.0);
}

void LimiterGain::add(const float* peaks,
                      std::size_t frames,
                      float level,
                      std::vector<float>& gains) {
    for (std::size_t i = 0; i < frames; ++i) {
        const float peak = peaks[i] * level;
        const float gain = peak > ceiling_ ? ceiling_ / peak : 1.0F;
        while (!lowest_.empty() && lowest_.back().second >= gain)
            lowest_.pop_back();
        lowest_.emplace_back(pushed_++, gain);
        if (pushed_ <= look_ahead_frames)
            continue;
        gains.push_back(smoothed(lowest_.front().second));
        if (lowest_.front().first == emitted_)
            lowest_.pop_front();
        ++emitted_;
    }
}

void LimiterGain::finish(std::vector<float>& gains) {
    for (; emitted_ < pushed_; ++emitted_) {
        gains.push_back(smoothed(lowest_.front().second));
        if (lowest_.front().first == emitted_)
            lowest_.pop_front();
    }
}

/// Mean over the last 5 ms: every mean of minima is at most the gain that the peak needs.
float LimiterGain::smoothed(float lowest) {
    constexpr std::size_t span = look_ahead_frames + 1;
    held_ = std::min(lowest, 1.0F - (1.0F - held_) * release_);
    if (recent_.empty()) {
        recent_.assign(span, held_);
        sum_ = static_cast<double>(span) * double{held_};
    }
    float& oldest = recent_[emitted_ % span];
    sum_ += double{held_} - double{oldest};
    oldest = held_;
    return static_cast<float>(sum_ / static_cast<double>(span));
}

void limit_true_peak(AudioBuffer& audio, double ceiling_dbtp) {
    SMOS_EXPECT(audio.channels == 2);
    std::vector<float> peaks;
    TruePeaks meter;
    meter.add(audio.samples.data(), audio.frames(), peaks);
    meter.finish(peaks);
    peaks.resize(audio.frames());
    std::vector<float> gains;
    LimiterGain limiter{ceiling_dbtp};
    limiter.add(peaks.data(), peaks.size(), 1.0F, gains);
    limiter.finish(gains);
    for (std::size_t i = 0; i < audio.samples.size(); ++i)
        audio.samples[i] *= gains[i / 2];
}

} // namespace smos::media
