// SPDX-License-Identifier: Apache-2.0
// The CUDA twin of compositing; without CUDA the same functions say no_device.
#pragma once

#include "libsmos/kernels/compose.hpp"

namespace smos::kernels {

// The job is sound and touches at least one pixel.
[[nodiscard]] Outcome run_on_cuda(const Place& job, Timing* timing);
[[nodiscard]] Outcome run_on_cuda(const Warp& job, Timing* timing);
[[nodiscard]] Outcome run_on_cuda(const Crossfade& job, Timing* timing);
[[nodiscard]] Outcome run_on_cuda(const Fade& job, Timing* timing);
[[nodiscard]] Outcome run_on_cuda(const Blend& job, Timing* timing);

} // namespace smos::kernels
