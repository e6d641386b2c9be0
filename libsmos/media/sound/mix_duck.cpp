// SPDX-License-Identifier: Apache-2.0
// Envelope of the voice, and the gain that follows from it.
#include "libsmos/media/sound/mix_duck.hpp"

#include "libsmos/core/result.hpp"
#include "libsmos/media/sound/mix_filter.hpp"

#include <algorithm>
#include <cmath>

namespace smos::media {
namespace {

/// The gain is decided on this grid and smoothed per frame.
constexpr std::size_t key_block_frames = 240; // 5 ms
constexpr double full_duck_db = -26.0;
constexpr double no_duck_db = -38.0;
constexpr std::size_t hold_blocks = 30;

/// Largest RMS over channels in each block.
std::vector<double> voice_envelope(const AudioBuffer& voice) {
    const auto channels = static_cast<std::size_t>(voice.channels);
    const std::size_t frames = voice.frames();
    std::vector<double> out;
    for (std::size_t start = 0; start < frames; start += key_block_frames) {
        const std::size_t end = std::min(frames, start + key_block_frames);
        double sum = 0.0;
        for (std::size_t i = start * channels; i < end * channels; ++i)
            sum += double{voice.samples[i]} * double{voice.samples[i]};
        out.push_back(std::sqrt(sum / static_cast<double>((end - start) * channels)));
    }
    return out;
}

/// 0 for silence to 1 for speech, in each block.
std::vector<double> voice_activity(const AudioBuffer& voice) {
    std::vector<double> activity = voice_envelope(voice);
    const double loudest =
        activity.empty() ? 0.0 : *std::max_element(activity.begin(), activity.end());
    for (double& level : activity) {
        const double db = loudest < 1e-6 ? -200.0 : db_of_gain(level / loudest);
        level = std::clamp((db - no_duck_db) / (full_duck_db - no_duck_db), 0.0, 1.0);
    }
    return activity;
}

/// Largest activity from `hold_blocks` before to `ahead` blocks after.
std::vector<double> widened(const std::vector<double>& activity, std::size_t ahead) {
    std::vector<double> out(activity.size());
    for (std::size_t i = 0; i < activity.size(); ++i) {
        const std::size_t first = i < hold_blocks ? 0 : i - hold_blocks;
        const std::size_t last = std::min(activity.size() - 1, i + ahead);
        for (std::size_t j = first; j <= last; ++j)
            out[i] = std::max(out[i], activity[j]);
    }
    return out;
}

} // namespace

std::vector<float> duck_curve(const AudioBuffer& voice, const Duck& duck) {
    SMOS_EXPECT(duck.db <= 0.0 && duck.attack_ms >= 0.0 && duck.release_ms >= 0.0);
    const auto ahead = static_cast<std::size_t>(std::min(duck.attack_ms, 1000.0) / 5.0);
    const std::vector<double> activity = widened(voice_activity(voice), ahead);
    const double attack = smoothing_of(duck.attack_ms);
    const double release = smoothing_of(duck.release_ms);
    std::vector<float> curve(voice.frames(), 1.0F);
    double db = 0.0;
    for (std::size_t i = 0; i < curve.size(); ++i) {
        const double goal = duck.db * activity[i / key_block_frames];
        db = goal + (goal < db ? attack : release) * (db - goal);
        curve[i] = static_cast<float>(gain_of_db(db));
    }
    return curve;
}

} // namespace smos::media
