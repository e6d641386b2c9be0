// SPDX-License-Identifier: Apache-2.0
// From a job to the formula and the pixels it concerns: checked once, for both twins.
#pragma once

#include "libsmos/kernels/compose.hpp"

namespace smos::kernels {

template <class T>
[[nodiscard]] bool sound(const Plane<T>& plane, int channels = 1) {
    const bool sized = plane.width >= 0 && plane.height >= 0 && plane.width <= max_side_px &&
                       plane.height <= max_side_px;
    return sized &&
           (plane.empty() || (plane.data != nullptr &&
                              plane.pitch >= static_cast<std::ptrdiff_t>(plane.width) * channels));
}

template <class A, class B>
[[nodiscard]] bool same_size(const Plane<A>& a, const Plane<B>& b) {
    return a.width == b.width && a.height == b.height;
}

// True for jobs whose ranges are as documented.
[[nodiscard]] bool sound(const Place& job);
[[nodiscard]] bool sound(const Warp& job);
[[nodiscard]] bool sound(const Crossfade& job);
[[nodiscard]] bool sound(const Fade& job);
[[nodiscard]] bool sound(const Blend& job);

// The pixels of the target that a sound job writes.
[[nodiscard]] Rect touched(const Place& job);
[[nodiscard]] Rect touched(const Blend& job);
template <class Job>
[[nodiscard]] Rect touched(const Job& job) {
    return {0, 0, job.out.width, job.out.height};
}

// The formula of a sound job; its pointers are those of the job.
[[nodiscard]] PlaceOp formula(const Place& job);
[[nodiscard]] WarpOp formula(const Warp& job);
[[nodiscard]] CrossfadeOp formula(const Crossfade& job);
[[nodiscard]] FadeOp formula(const Fade& job);

// The opacity of a blend, with what brings 255 to 16384.
[[nodiscard]] inline std::uint16_t gain_of(const Blend& job) {
    return static_cast<std::uint16_t>((16449 * ((job.opacity + 2) >> 2)) >> 14);
}

// Calls `use` with the blend formula that the job asks for.
template <class Use>
auto with_formula(const Blend& job, const Use& use) {
    const std::uint16_t gain = gain_of(job);
    const FullMask full{job.mask, job.x0, job.y0, gain};
    const HalfMask half{job.mask, job.x0, job.y0, gain};
    if (job.front.empty()) {
        const FlatFront flat{job.colour};
        return job.chroma ? use(BlendOp<FlatFront, HalfMask>{job.out, flat, half})
                          : use(BlendOp<FlatFront, FullMask>{job.out, flat, full});
    }
    const PlaneFront front{
        job.front, job.chroma ? job.x0 / 2 : job.x0, job.chroma ? job.y0 / 2 : job.y0};
    return job.chroma ? use(BlendOp<PlaneFront, HalfMask>{job.out, front, half})
                      : use(BlendOp<PlaneFront, FullMask>{job.out, front, full});
}

} // namespace smos::kernels
