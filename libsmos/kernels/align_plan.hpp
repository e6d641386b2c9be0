// SPDX-License-Identifier: Apache-2.0
// From face jobs to what the formula reads: checked once, for both twins.
#pragma once

#include "libsmos/kernels/align.hpp"
#include "libsmos/kernels/compose_plan.hpp"

namespace smos::kernels {

inline constexpr std::size_t max_faces = 1U << 20U;

// None if a job is out of range or the output too small.
[[nodiscard]] std::optional<std::vector<FaceSource>> plan_faces(std::span<const FaceJob> jobs,
                                                                std::span<std::uint8_t> out);

[[nodiscard]] Outcome align_on_cpu(std::span<const FaceSource> faces, std::uint8_t* out);
[[nodiscard]] Outcome
align_on_cuda(std::span<const FaceSource> faces, std::uint8_t* out, Timing* timing);

} // namespace smos::kernels
