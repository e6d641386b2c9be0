// SPDX-License-Identifier: Apache-2.0
// What a box of the source asks of the window, along one axis and at one frame.
#pragma once

#include "libsmos/media/reframe/reframe_subject.hpp"

namespace smos::media {

/// Millionths: a view of 1, the whole of the room that is left.
inline constexpr std::int64_t whole_room = 1'000'000;

/// Deviations from the item's own view, in millionths of the room that is left.
struct Interval {
    std::int64_t low = 0;
    std::int64_t high = 0;

    std::int64_t width() const { return high - low; }
    bool holds(std::int64_t value) const { return value >= low && value <= high; }
    std::int64_t nearest(std::int64_t value) const {
        return value < low ? low : value > high ? high : value;
    }
};

/// One axis at one frame.
struct Wish {
    Interval limit;        ///< within the picture
    bool face = false;     ///< otherwise nothing below counts
    bool fits = true;      ///< the box is no larger than the window
    Interval inside;       ///< the whole box is seen
    Interval easy;         ///< where there is no reason to move
    std::int64_t best = 0; ///< within `easy`
};

/// One axis over the frames of a shot.
struct Axis {
    std::vector<Wish> wishes;
    /// Thousandths of a window that the room is wide, at most; 0: nothing to choose.
    std::int64_t reach_milli = 0;
};

struct Axes {
    Axis x;
    Axis y;
    kernels::Size least; ///< the smallest window in pixels
};

/// Only the limits and the reach; wish_for() adds the boxes.
Axes room_of(const records::TimelineItem& item,
             ShotSpan shot,
             kernels::Size source,
             kernels::Size canvas);

/// Adds what the subject asks for at each frame of the shot.
void wish_for(const Subject& subject,
              const records::TimelineItem& item,
              ShotSpan shot,
              kernels::Size source,
              kernels::Size canvas,
              Axes& axes);

} // namespace smos::media
