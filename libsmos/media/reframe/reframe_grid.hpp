// SPDX-License-Identifier: Apache-2.0
// The places and speeds that the search for a path chooses from, and what each costs.
#pragma once

#include "libsmos/media/reframe/reframe_room.hpp"

namespace smos::media {

/// Units of the costs: thousandths of a window, milliseconds.
struct Pace {
    std::int64_t step = 5; ///< frames between two knots
    std::int64_t step_ms = 167;
    std::int64_t reach_milli = 0; ///< of the axis

    std::int64_t milli(std::int64_t deviation) const {
        return deviation * reach_milli / whole_room;
    }
};

/// Deviations in rising order: the ends of what is worth going to, and between them `quantum`
/// apart; about 160 at most.
struct Grid {
    std::vector<std::int64_t> places;
    std::int64_t quantum = 1;
    int fastest = 0; ///< quanta from one knot to the next

    bool regular(std::int64_t place) const {
        return place > 0 && place + 1 < static_cast<std::int64_t>(places.size());
    }
};

/// `anchor` is one of the places.
Grid grid_for(const Axis& axis, const Pace& pace, std::int64_t anchor);

/// What a place costs for the length of one step: little where it is easy, much where the face
/// leaves the window.
std::int64_t cost_of(const Wish& wish, std::int64_t deviation, const Pace& pace);

/// From rest to rest; nothing cheaper than a second of discomfort. -1: too fast for a tripod.
std::int64_t cost_of_pan(std::int64_t milli, std::int64_t ms);
/// From rest to a speed in thousandths of a window per second, or back; -1 as above.
std::int64_t cost_of_start(std::int64_t milli_per_s, std::int64_t ms);
std::int64_t cost_of_cruise(std::int64_t milli_per_s, std::int64_t ms);
/// From one speed to another of the same direction; -1 as above.
std::int64_t
cost_of_change(std::int64_t from_milli_per_s, std::int64_t to_milli_per_s, std::int64_t ms);

} // namespace smos::media
