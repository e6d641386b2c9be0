// SPDX-License-Identifier: Apache-2.0
// Which twin does a compositing job.
#include "libsmos/kernels/compose.hpp"

#include "libsmos/kernels/compose_cuda.hpp"
#include "libsmos/kernels/compose_plan.hpp"

namespace smos::kernels {

namespace {

template <class Job>
Outcome run_on(const Job& job, Device device, Timing* timing) {
    if (device == Device::cpu) {
        return run_rows(job, all_rows(job.out));
    }
    if (!sound(job)) {
        return Outcome::bad_job;
    }
    return touched(job).empty() ? Outcome::done : run_on_cuda(job, timing);
}

} // namespace

Outcome run(const Place& job, Device device, Timing* timing) { return run_on(job, device, timing); }
Outcome run(const Warp& job, Device device, Timing* timing) { return run_on(job, device, timing); }
Outcome run(const Crossfade& job, Device device, Timing* timing) {
    return run_on(job, device, timing);
}
Outcome run(const Fade& job, Device device, Timing* timing) { return run_on(job, device, timing); }
Outcome run(const Blend& job, Device device, Timing* timing) { return run_on(job, device, timing); }

} // namespace smos::kernels
