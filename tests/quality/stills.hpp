// SPDX-License-Identifier: Apache-2.0
// Stills that look like photographs to a filter: detail of every size, edges, lettering and grain.
#pragma once

#include "libsmos/kernels/plane.hpp"

#include <cstdint>
#include <vector>

namespace smos::quality {

// A 4:2:0 picture that owns its samples.
struct Still {
    int width_px = 0;
    int height_px = 0;
    std::vector<std::uint8_t> y, u, v;

    Still() = default;
    Still(int width, int height);
    [[nodiscard]] kernels::Picture<std::uint8_t> view();
    [[nodiscard]] kernels::Picture<const std::uint8_t> view() const;
};

// Limited-range BT.709 by appearance; the same seed gives the same bytes on every machine.
[[nodiscard]] Still made_still(int width, int height, std::uint32_t seed);

} // namespace smos::quality
