// SPDX-License-Identifier: Apache-2.0
// The calmest way through the wishes of one axis.
#pragma once

#include "libsmos/media/reframe/reframe_room.hpp"

namespace smos::media {

struct Travel {
    /// Deviations for each frame of the shot and up to `step` further, so that a move that is cut
    /// off by the shot's end keeps its shape.
    std::vector<std::int64_t> places;
    std::vector<std::int64_t> joints; ///< frames at which a move begins or ends
    bool moves = false;
};

/// `step` frames between two knots; rate in frames a second, in thousandths.
Travel travel_through(const Axis& axis, std::int64_t step, std::int64_t rate_milli);

} // namespace smos::media
