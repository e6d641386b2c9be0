// SPDX-License-Identifier: Apache-2.0
// Which frame of a film stands for it.
#include "libsmos/stages/render/poster_choice.hpp"

#include <algorithm>
#include <cstdlib>

namespace smos::stages {
namespace {

constexpr std::int64_t poster_from_ms = 1200;
constexpr std::size_t most_candidates = 6;

/// How much neighbouring samples differ, on every second row.
std::int64_t sharpness_of(const media::Frame& frame) {
    std::int64_t sum = 0;
    for (int y = 0; y < frame.height_px; y += 2) {
        const std::uint8_t* row = frame.y() + static_cast<std::ptrdiff_t>(y) * frame.y_stride();
        int of_row = 0; // at most 8192 * 255
        for (int x = 1; x < frame.width_px; ++x)
            of_row += std::abs(row[x] - row[x - 1]);
        sum += of_row;
    }
    return sum;
}

} // namespace

bool in_transition(const records::Timeline& timeline, std::int64_t frame) {
    const auto& transitions = timeline.main_track().transitions;
    return std::any_of(transitions.begin(), transitions.end(), [&](const auto& each) {
        return frame >= each.at.value - each.in_off && frame < each.at.value + each.out_off;
    });
}

PosterChoice::PosterChoice(const records::Timeline& timeline) {
    const std::int64_t frames = timeline.duration_frames();
    const std::int64_t first =
        std::min(frames - 1, poster_from_ms * timeline.rate.num / (timeline.rate.den * 1000));
    const std::int64_t step =
        std::max<std::int64_t>(1, timeline.rate.num / (timeline.rate.den * 5));
    for (std::int64_t n = first; n < frames && candidates_.size() < most_candidates; n += step)
        if (!in_transition(timeline, n))
            candidates_.push_back(n);
    if (candidates_.empty())
        candidates_.push_back(first);
}

std::vector<std::int64_t> PosterChoice::unseen() const {
    std::vector<std::int64_t> frames;
    for (const std::int64_t frame : candidates_)
        if (sharpness_.count(frame) == 0)
            frames.push_back(frame);
    return frames;
}

void PosterChoice::look(std::int64_t frame, const media::Frame& picture) {
    if (std::binary_search(candidates_.begin(), candidates_.end(), frame))
        sharpness_[frame] = sharpness_of(picture);
}

std::int64_t PosterChoice::best() const {
    std::int64_t best = candidates_.front(), sharpest = -1;
    for (const auto& [frame, sharpness] : sharpness_) {
        if (sharpness > sharpest) {
            sharpest = sharpness;
            best = frame;
        }
    }
    return best;
}

} // namespace smos::stages
