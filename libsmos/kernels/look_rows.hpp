// SPDX-License-Identifier: Apache-2.0
// Grades and layers in vectors, two luma rows with their chroma at a time. The bytes are those of
// GradeOp and LayerOp.
#pragma once

#include "libsmos/kernels/grade_math.hpp"
#include "libsmos/kernels/layer.hpp"
#include "libsmos/kernels/simd.hpp"

namespace smos::kernels {

// A grade without a LUT, or with one whose domain is 0 to 1, of these blocks.
using GradeRows = void (*)(const GradeOp& op, const GradeShortcuts& skip, Rect blocks);

// Samples behind a line's end that may be read.
inline constexpr int look_slack = 64;

// Two luma rows of a backdrop from an even column on, one and the same at an odd edge, and what
// lies over them. The front's lines have a sample for each pixel, chroma too; a last odd pixel
// stands there twice; alpha is 0 where there is no front.
struct LayerSpan {
    std::uint8_t* y[2];
    std::uint8_t* u;
    std::uint8_t* v;
    const std::uint8_t* front_y[2];
    const std::uint8_t* front_u[2];
    const std::uint8_t* front_v[2];
    const std::uint8_t* alpha[2];
    int pixels;
    std::int32_t gain;
};
using LayerRows = void (*)(BlendMode mode, const LayerSpan& span);

// False, and nothing is done, where vectors have no way for it.
[[nodiscard]] bool grade_in_vectors(const GradeOp& op, const GradeShortcuts& skip, Rect blocks);
[[nodiscard]] bool layer_in_vectors(const Layer& job, Rect blocks);

// Null where the build or this unit has none.
[[nodiscard]] GradeRows highway_grade_rows(Simd unit);
[[nodiscard]] LayerRows highway_layer_rows(Simd unit);

} // namespace smos::kernels
