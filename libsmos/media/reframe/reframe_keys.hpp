// SPDX-License-Identifier: Apache-2.0
// A view for every frame, thinned to few keyframes.
#pragma once

#include "libsmos/records/timeline/timeline.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace smos::media {

/// Zoom, x and y in millionths.
using View = std::array<std::int64_t, 3>;

/// The first of `views` is at frame `begin`; `joints` (any order, with repeats) are tried first as
/// keyframes. No component differs by more than its tolerance at any frame.
records::Curve keys_for(const std::vector<View>& views,
                        std::int64_t begin,
                        std::vector<std::int64_t> joints,
                        const View& tolerance);

} // namespace smos::media
