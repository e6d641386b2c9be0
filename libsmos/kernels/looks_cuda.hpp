// SPDX-License-Identifier: Apache-2.0
// The CUDA twin of looks; without CUDA the same functions say no_device.
#pragma once

#include "libsmos/kernels/blur.hpp"
#include "libsmos/kernels/effects.hpp"
#include "libsmos/kernels/grade.hpp"
#include "libsmos/kernels/layer.hpp"
#include "libsmos/kernels/transitions.hpp"

namespace smos::kernels {

// The job is sound and its target has pixels.
[[nodiscard]] Outcome run_on_cuda(const Layer& job, Timing* timing);
[[nodiscard]] Outcome run_on_cuda(const Grade& job, Timing* timing);
[[nodiscard]] Outcome run_on_cuda(const Blur& job, Timing* timing);
[[nodiscard]] Outcome run_on_cuda(const Sharpen& job, Timing* timing);
[[nodiscard]] Outcome run_on_cuda(const Vignette& job, Timing* timing);
[[nodiscard]] Outcome run_on_cuda(const Grain& job, Timing* timing);
[[nodiscard]] Outcome run_on_cuda(const ChromaKey& job, Timing* timing);
[[nodiscard]] Outcome run_on_cuda(const Despill& job, Timing* timing);
[[nodiscard]] Outcome run_on_cuda(const Region& job, Timing* timing);
[[nodiscard]] Outcome run_on_cuda(const MixByMask& job, Timing* timing);
[[nodiscard]] Outcome run_on_cuda(const Dip& job, Timing* timing);
[[nodiscard]] Outcome run_on_cuda(const Join& job, Timing* timing);
[[nodiscard]] Outcome run_on_cuda(const WipeMask& job, Timing* timing);
[[nodiscard]] Outcome run_on_cuda(const MatteMask& job, Timing* timing);

} // namespace smos::kernels
