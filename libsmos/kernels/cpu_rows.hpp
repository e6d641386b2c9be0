// SPDX-License-Identifier: Apache-2.0
// The CPU's grid: rows of a rectangle, compiled once for any processor and once for AVX2.
#pragma once

#include "libsmos/kernels/plane.hpp"
#include "libsmos/kernels/simd.hpp"

#include <algorithm>

// Pixels do not depend on each other, even where a plane is read and written in place.
#ifdef __clang__
#define SMOS_PIXELS_ARE_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#else
#define SMOS_PIXELS_ARE_INDEPENDENT _Pragma("GCC ivdep")
#endif

namespace smos::kernels {

#if defined(__x86_64__)
template <class Body>
[[gnu::target("avx2"), gnu::noinline]] void on_avx2(const Body& body) {
    body();
}
#endif

// Runs `body` (whose call operator is always inlined) with the widest vectors there are.
template <class Body>
void on_best_unit(const Body& body) {
#if defined(__x86_64__)
    if (simd_in_use() != Simd::scalar) {
        on_avx2(body);
        return;
    }
#endif
    body();
}

// One formula over the part of `target` that lies in `band`.
template <class Op>
struct EveryPixel {
    Op op;
    Rect target;

    __attribute__((always_inline)) void operator()() const {
        const Op local = op;
        const int x0 = target.x0;
        const int x1 = target.x1;
        for (int y = target.y0; y < target.y1; ++y) {
            SMOS_PIXELS_ARE_INDEPENDENT
            for (int x = x0; x < x1; ++x) {
                local(x, y);
            }
        }
    }
};

[[nodiscard]] inline Rect in_band(Rect target, Rows band) {
    return {target.x0, std::max(target.y0, band.first), target.x1, std::min(target.y1, band.last)};
}

template <class Op>
void every_pixel(const Op& op, Rect target) {
    if (!target.empty()) {
        on_best_unit(EveryPixel<Op>{op, target});
    }
}

} // namespace smos::kernels
