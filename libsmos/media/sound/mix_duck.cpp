// SPDX-License-Identifier: Apache-2.0
// Envelope of the key, and the gain that follows from it.
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
constexpr double settled_db = 1e-6;

/// Largest activity from `hold_blocks` before to `ahead` blocks after.
std::vector<float> widened(const std::vector<float>& activity, std::size_t ahead) {
    std::vector<float> out(activity.size());
    for (std::size_t i = 0; i < activity.size(); ++i) {
        const std::size_t first = i < hold_blocks ? 0 : i - hold_blocks;
        const std::size_t last = std::min(activity.size() - 1, i + ahead);
        for (std::size_t j = first; j <= last; ++j)
            out[i] = std::max(out[i], activity[j]);
    }
    return out;
}

} // namespace

void KeyEnvelope::add(const float* samples, std::size_t frames) {
    for (std::size_t frame = 0; frame < frames; ++frame) {
        const double left = samples[2 * frame];
        const double right = samples[2 * frame + 1];
        sum_ += left * left + right * right;
        if (++summed_frames_ == key_block_frames)
            finish();
    }
}

void KeyEnvelope::finish() {
    if (summed_frames_ == 0)
        return;
    levels_.push_back(
        static_cast<float>(std::sqrt(sum_ / (2.0 * static_cast<double>(summed_frames_)))));
    sum_ = 0.0;
    summed_frames_ = 0;
}

std::vector<float> KeyEnvelope::activity(double ahead_ms) const {
    std::vector<float> activity = levels_;
    const double loudest =
        levels_.empty() ? 0.0 : double{*std::max_element(levels_.begin(), levels_.end())};
    for (float& level : activity) {
        const double db = loudest < 1e-6 ? -200.0 : db_of_gain(double{level} / loudest);
        level = static_cast<float>(
            std::clamp((db - no_duck_db) / (full_duck_db - no_duck_db), 0.0, 1.0));
    }
    return widened(activity, static_cast<std::size_t>(std::clamp(ahead_ms, 0.0, 1000.0) / 5.0));
}

DuckGain::DuckGain(const KeyEnvelope& key, const Duck& duck)
    : activity_(key.activity(duck.attack_ms)),
      duck_(duck),
      attack_(smoothing_of(duck.attack_ms)),
      release_(smoothing_of(duck.release_ms)) {
    SMOS_EXPECT(duck.db <= 0.0 && duck.attack_ms >= 0.0 && duck.release_ms >= 0.0);
}

float DuckGain::next() {
    const std::size_t block = frame_++ / key_block_frames;
    const double goal = block < activity_.size() ? duck_.db * double{activity_[block]} : 0.0;
    if (goal == db_)
        return gain_;
    db_ = goal + (goal < db_ ? attack_ : release_) * (db_ - goal);
    if (std::abs(db_ - goal) < settled_db)
        db_ = goal;
    gain_ = static_cast<float>(gain_of_db(db_));
    return gain_;
}

} // namespace smos::media
