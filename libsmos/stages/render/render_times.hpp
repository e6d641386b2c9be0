// SPDX-License-Identifier: Apache-2.0
// Frames, samples and milliseconds of one timeline, and the times that hang on other items.
#pragma once

#include "libsmos/records/timeline/timeline.hpp"

#include <cstdint>
#include <string>

namespace smos::stages {

struct Rates {
    explicit Rates(const records::Timeline& timeline)
        : num(timeline.rate.num),
          den(timeline.rate.den),
          sample_rate(timeline.sample_rate) {}

    std::int64_t num, den, sample_rate;

    std::int64_t frame_at(std::int64_t samples) const { // nearest
        return (samples * num * 2 + sample_rate * den) / (sample_rate * den * 2);
    }
    std::int64_t frame_after(std::int64_t samples) const {
        return (samples * num + sample_rate * den - 1) / (sample_rate * den);
    }
    std::int64_t samples_of(std::int64_t frames) const { return frames * sample_rate * den / num; }
    std::int64_t ms_of(std::int64_t samples) const { return samples * 1000 / sample_rate; }
};

Error item_error(const std::string& item, std::string message);

/// Times like "@c1.end-0.2s" become exact where what they hang on is.
void settle_anchors(records::Timeline& timeline);
/// The same, and whatever still hangs is an error.
Result<void> lay_anchors(records::Timeline& timeline);

/// What is left: a start that nobody gave is the end of the item before it (0 for the first), a
/// length that nobody gave goes on to the next item or the end of the film.
void lay_rest(records::Timeline& timeline, std::int64_t end_frames);

} // namespace smos::stages
