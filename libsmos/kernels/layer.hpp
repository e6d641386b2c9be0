// SPDX-License-Identifier: Apache-2.0
// Laying a whole 4:2:0 picture over another with a blend mode, on CPU or CUDA.
//
// The modes are those of W3C Compositing and Blending Level 1 §9.1 (separable blend modes), with
// Cb the backdrop and Cs the source in R'G'B' (gamma-coded, 0 .. 1); `add` is min(1, Cb + Cs). The
// result is Cb + alpha * (B(Cb, Cs) - Cb), since the backdrop is opaque.
//
// Shapes: `out` is the backdrop and is written in place. The corner of `front` is at luma pixel
// (x0, y0) of out, odd or even, and may lie outside; what does not fit is cut off; its planes share
// no memory with those of out. A chroma sample
// serves its 2x2 block of luma; the chroma written is the mean over the block. Where a layer's
// weight is 0 nothing changes. `normal` works on Y'CbCr itself, the others on R'G'B' cut to 0 .. 1.
// Within 0.6 of a level of real arithmetic for colours inside the gamut.
#pragma once

#include "libsmos/kernels/compose.hpp"

namespace smos::kernels {

enum class BlendMode { normal, add, multiply, screen, overlay, soft_light };

struct Layer {
    Picture<std::uint8_t> out;
    Picture<const std::uint8_t> front;
    Source alpha; // of the size of front.y; empty: opaque
    int x0 = 0;   // |x0|, |y0| <= max_side_px
    int y0 = 0;
    std::uint32_t opacity = full_weight;
    BlendMode mode = BlendMode::normal;
};

// The band is of luma rows: first even, last even or the height.
[[nodiscard]] Outcome run_rows(const Layer& job, Rows luma_band);
[[nodiscard]] Outcome run(const Layer& job, Device device, Timing* timing = nullptr);

} // namespace smos::kernels
