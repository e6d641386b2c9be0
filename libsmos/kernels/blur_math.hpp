// SPDX-License-Identifier: Apache-2.0
// Separable convolution in fixed point: the only place where it is written.
#pragma once

#include "libsmos/kernels/colour_math.hpp"
#include "libsmos/kernels/compose_math.hpp"

namespace smos::kernels {

// The sum down a column to 1/128 level: 255 becomes 32640.
SMOS_HD std::uint16_t settle_down(std::uint32_t sum) {
    return static_cast<std::uint16_t>((sum + 256U) >> 9U);
}

// The sum of such values along a row: to a level ...
struct BlurEnd {
    SMOS_HD std::uint8_t operator()(std::uint8_t, std::uint32_t sum) const {
        return static_cast<std::uint8_t>((sum + (1U << 22U)) >> 23U);
    }
};

// ... or the pixel pushed away from it; `amount` in 4096ths.
struct SharpenEnd {
    std::int32_t amount;

    SMOS_HD std::uint8_t operator()(std::uint8_t pixel, std::uint32_t sum) const {
        const int away = pixel * 128 - static_cast<int>((sum + (1U << 15U)) >> 16U);
        return clamp_byte(pixel + ((away * amount + (1 << 18)) >> 19));
    }
};

// First pass, into a plane of 16-bit values.
struct BlurDownOp {
    Source source;
    Plane<std::uint16_t> between;
    const std::uint32_t* weight;
    int reach;

    SMOS_HD void operator()(int x, int y) const {
        std::uint32_t sum = 0;
        for (int k = -reach; k <= reach; ++k) {
            sum += weight[k + reach] * source.at(x, clamp_index(y + k, source.height));
        }
        between.at(x, y) = settle_down(sum);
    }
};

// Second pass.
template <class End>
struct BlurAlongOp {
    Source source; // for the end
    Plane<const std::uint16_t> between;
    Target out;
    const std::uint32_t* weight;
    int reach;
    End end;

    SMOS_HD void operator()(int x, int y) const {
        std::uint32_t sum = 0;
        for (int k = -reach; k <= reach; ++k) {
            sum += weight[k + reach] * between.at(clamp_index(x + k, between.width), y);
        }
        out.at(x, y) = end(source.at(x, y), sum);
    }
};

} // namespace smos::kernels
