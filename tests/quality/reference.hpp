// SPDX-License-Identifier: Apache-2.0
// What a frame of a moving still should be: Lanczos-3 of the source itself, in real numbers.
#pragma once

#include "libsmos/kernels/compose.hpp"

#include <vector>

namespace smos::quality {

// Target pixel i shows source position start + i * step, in source samples.
struct Place {
    double start;
    double step;
};

struct Real {
    int width = 0;
    int height = 0;
    std::vector<float> value;
};

// The kernel is as wide as the step when that is over one. Edges are repeated.
[[nodiscard]] Real
lanczos(const kernels::Source& source, Place across, Place down, int width, int height);

// Decibels against `range` levels, the reference held to 0 .. 255.
[[nodiscard]] double psnr(const Real& wanted, const kernels::Source& got, double range);

// How far the second picture is shifted against the first, in pixels: the slope of the cross
// spectrum's phase over the lower frequencies, of rows (or, with `down`, of columns). For
// displacements of less than two pixels.
[[nodiscard]] double
displacement(const kernels::Source& first, const kernels::Source& second, bool down);

} // namespace smos::quality
