// SPDX-License-Identifier: Apache-2.0
// The CUDA twin of compositing: copies in, the formulas of compose_math.hpp on the grid, copies
// out.
#include "libsmos/kernels/compose_cuda.hpp"
#include "libsmos/kernels/compose_plan.hpp"
#include "libsmos/kernels/device_memory.cuh"
#include "libsmos/kernels/launch.cuh"

namespace smos::kernels {

namespace {

Extent extent_of(const Rect& target) {
    return {target.x0, target.y0, target.x1 - target.x0, target.y1 - target.y0, 1};
}

template <class Op>
void launch(Work& work, const Op& op, const Rect& target, Timing* timing) {
    const Extent extent = extent_of(target);
    work.launched([&](cudaStream_t stream) { return per_pixel(op, extent, stream); }, timing);
}

// The output was copied in as well: a job may write a part of it, or read what it writes. The
// caller's plane is touched only after the computation went well.
Outcome delivered(Work& work, const DevicePlane& out, const Target& host) {
    const Outcome computed = work.finish();
    if (computed != Outcome::done) {
        return computed;
    }
    out.copy_out(work, host);
    return work.finish();
}

template <class T>
DeviceBytes uploaded(Work& work, const std::vector<T>& values) {
    DeviceBytes bytes(work, values.size() * sizeof(T));
    bytes.copy_in(work, values.data(), values.size() * sizeof(T));
    return bytes;
}

} // namespace

Outcome run_on_cuda(const Place& job, Timing* timing) {
    Work work;
    const DevicePlane source(work, job.source);
    const DevicePlane out(work, job.out);
    const DeviceBytes column_first = uploaded(work, job.columns->first);
    const DeviceBytes column_weight = uploaded(work, job.columns->along);
    const DeviceBytes row_first = uploaded(work, job.rows->first);
    const DeviceBytes row_weight = uploaded(work, job.rows->down);
    PlaceOp op = formula(job);
    op.source = source.view();
    op.out = out.view();
    op.column_first = column_first.as<const std::int32_t>();
    op.column_weight = column_weight.as<const std::int8_t>();
    op.row_first = row_first.as<const std::int32_t>();
    op.row_weight = row_weight.as<const std::int16_t>();
    launch(work, op, touched(job), timing);
    return delivered(work, out, job.out);
}

Outcome run_on_cuda(const Warp& job, Timing* timing) {
    Work work;
    const DevicePlane source(work, job.source);
    const DevicePlane out(work, job.out);
    WarpOp op = formula(job);
    op.source = source.view();
    op.out = out.view();
    launch(work, op, touched(job), timing);
    return delivered(work, out, job.out);
}

Outcome run_on_cuda(const Crossfade& job, Timing* timing) {
    Work work;
    const DevicePlane from(work, job.from);
    const DevicePlane to(work, job.to);
    const DevicePlane out(work, job.out);
    CrossfadeOp op = formula(job);
    op.from = from.view();
    op.to = to.view();
    op.out = out.view();
    launch(work, op, touched(job), timing);
    return delivered(work, out, job.out);
}

Outcome run_on_cuda(const Fade& job, Timing* timing) {
    Work work;
    const DevicePlane out(work, job.out);
    FadeOp op = formula(job);
    op.out = out.view();
    launch(work, op, touched(job), timing);
    return delivered(work, out, job.out);
}

Outcome run_on_cuda(const Blend& job, Timing* timing) {
    Work work;
    const DevicePlane mask(work, job.mask);
    const DevicePlane front(work, job.front);
    const DevicePlane out(work, job.out);
    Blend there = job;
    there.mask = mask.view();
    there.front = front.view();
    there.out = out.view();
    with_formula(there, [&](const auto& op) { launch(work, op, touched(job), timing); });
    return delivered(work, out, job.out);
}

} // namespace smos::kernels
