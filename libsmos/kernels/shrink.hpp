// SPDX-License-Identifier: Apache-2.0
// The careful resize that makes a mip level of a still, once: Lanczos-3 of any ratio, CPU only.
#pragma once

#include "libsmos/kernels/compose.hpp"

namespace smos::kernels {

// Resizes all of `source` to all of `out` (centres aligned), widening the kernel when shrinking.
// Fixed-point and deterministic: the sine is our own. Edges are replicated. bad_job if one plane
// has pixels and the other has none, or a side is out of range, or out_of_memory.
[[nodiscard]] Outcome shrink(const Source& source, const Target& out);
// The same with the target's positions given, for chroma planes (see chroma_across).
[[nodiscard]] Outcome
shrink(const Source& source, const Target& out, const Axis& across, const Axis& down);

} // namespace smos::kernels
