// SPDX-License-Identifier: Apache-2.0
// The CUDA twin of looks: copies in, the formulas of layer, grade, blur, effects and transitions on
// the grid, copies out.
#include "libsmos/kernels/device_memory.cuh"
#include "libsmos/kernels/launch.cuh"
#include "libsmos/kernels/looks_cuda.hpp"
#include "libsmos/kernels/looks_plan.hpp"

#include <deque>

namespace smos::kernels {

namespace {

// Takes the planes and tables of a formula to the device and puts its pointers there. What is
// written was copied in as well: a job may write a part of it, or read what it writes.
class Carrier {
  public:
    explicit Carrier(Work& work) : work_(work) {}

    void in(Source& plane) {
        if (!plane.empty()) {
            planes_.emplace_back(work_, plane);
            plane = planes_.back().view();
        }
    }
    void in(Picture<const std::uint8_t>& picture) {
        in(picture.y);
        in(picture.u);
        in(picture.v);
    }
    void out(Target& plane) {
        if (!plane.empty()) {
            planes_.emplace_back(work_, plane);
            written_.push_back({planes_.size() - 1, plane});
            plane = planes_.back().view();
        }
    }
    void out(Picture<std::uint8_t>& picture) {
        out(picture.y);
        out(picture.u);
        out(picture.v);
    }
    template <class T>
    void table(const T*& values, int count) {
        if (values != nullptr && count > 0) {
            const std::size_t size = static_cast<std::size_t>(count) * sizeof(T);
            tables_.emplace_back(work_, size);
            tables_.back().copy_in(work_, values, size);
            values = tables_.back().template as<const T>();
        }
    }
    // The caller's planes are touched only after the computation went well.
    [[nodiscard]] Outcome delivered() {
        const Outcome computed = work_.finish();
        if (computed != Outcome::done) {
            return computed;
        }
        for (const Written& written : written_) {
            planes_[written.plane].copy_out(work_, written.host);
        }
        return work_.finish();
    }

  private:
    struct Written {
        std::size_t plane;
        Target host;
    };

    Work& work_;
    std::deque<DevicePlane> planes_;
    std::deque<DeviceBytes> tables_;
    std::deque<Written> written_;
};

template <class Op>
Outcome run_op(Op op, const Rect& target, Timing* timing) {
    Work work;
    Carrier carrier(work);
    op.carry(carrier);
    const Extent extent{target.x0, target.y0, target.x1 - target.x0, target.y1 - target.y0, 1};
    work.launched([&](cudaStream_t stream) { return per_pixel(op, extent, stream); }, timing);
    return carrier.delivered();
}

template <class Job>
Outcome run_formula(const Job& job, Timing* timing) {
    const Rect target = touched(job);
    Outcome outcome = Outcome::done;
    if (!target.empty()) {
        with_formula(job, [&](const auto& op) { outcome = run_op(op, target, timing); });
    }
    return outcome;
}

template <class Job>
Outcome run_blur(const Job& job, Timing* timing) {
    Work work;
    Carrier carrier(work);
    Source source = job.source;
    Target out = job.out;
    const BlurTaps& columns = columns_of(job);
    const BlurTaps& rows = rows_of(job);
    const std::uint32_t* column_weight = columns.weight.data();
    const std::uint32_t* row_weight = rows.weight.data();
    carrier.in(source);
    carrier.out(out);
    carrier.table(column_weight, 2 * columns.reach + 1);
    carrier.table(row_weight, 2 * rows.reach + 1);
    const DeviceBytes memory(work,
                             static_cast<std::size_t>(out.width) *
                                 static_cast<std::size_t>(out.height) * sizeof(std::uint16_t));
    const Plane<std::uint16_t> between{
        memory.as<std::uint16_t>(), out.width, out.height, out.width};
    const Extent extent{0, 0, out.width, out.height, 1};
    const auto end = end_of(job);
    using End = std::remove_const_t<decltype(end)>;
    const BlurDownOp down{source, between, row_weight, rows.reach};
    const BlurAlongOp<End> along{source, between, out, column_weight, columns.reach, end};
    work.launched(
        [&](cudaStream_t stream) {
            const cudaError_t first = per_pixel(down, extent, stream);
            return first == cudaSuccess ? per_pixel(along, extent, stream) : first;
        },
        timing);
    return carrier.delivered();
}

} // namespace

Outcome run_on_cuda(const Layer& job, Timing* timing) { return run_formula(job, timing); }
Outcome run_on_cuda(const Grade& job, Timing* timing) { return run_formula(job, timing); }
Outcome run_on_cuda(const Blur& job, Timing* timing) { return run_blur(job, timing); }
Outcome run_on_cuda(const Sharpen& job, Timing* timing) { return run_blur(job, timing); }
Outcome run_on_cuda(const Grain& job, Timing* timing) { return run_formula(job, timing); }
Outcome run_on_cuda(const ChromaKey& job, Timing* timing) { return run_formula(job, timing); }
Outcome run_on_cuda(const Despill& job, Timing* timing) { return run_formula(job, timing); }
Outcome run_on_cuda(const Region& job, Timing* timing) { return run_formula(job, timing); }
Outcome run_on_cuda(const MixByMask& job, Timing* timing) { return run_formula(job, timing); }
Outcome run_on_cuda(const Dip& job, Timing* timing) { return run_formula(job, timing); }
Outcome run_on_cuda(const Join& job, Timing* timing) { return run_formula(job, timing); }
Outcome run_on_cuda(const WipeMask& job, Timing* timing) { return run_formula(job, timing); }
Outcome run_on_cuda(const MatteMask& job, Timing* timing) { return run_formula(job, timing); }

Outcome run_on_cuda(const Vignette& job, Timing* timing) {
    const VignetteOps ops = formula(job);
    double spent_ms = 0.0;
    for (const VignetteOp& op : {ops.y, ops.u, ops.v}) {
        const Outcome outcome = run_op(op, {0, 0, op.out.width, op.out.height}, timing);
        if (outcome != Outcome::done) {
            return outcome;
        }
        spent_ms += timing == nullptr ? 0.0 : timing->kernel_ms;
    }
    if (timing != nullptr) {
        timing->kernel_ms = spent_ms;
    }
    return Outcome::done;
}

} // namespace smos::kernels
