// SPDX-License-Identifier: Apache-2.0
// The symbols of the CUDA twins in a build without CUDA.
#include "libsmos/kernels/align_plan.hpp"
#include "libsmos/kernels/compose_cuda.hpp"
#include "libsmos/kernels/device_probe.hpp"

namespace smos::kernels {

const CudaProbe& probe_cuda() {
    static const CudaProbe answer{false, "", "this program was built without CUDA"};
    return answer;
}

Outcome time_device_copy(std::size_t, Timing&) { return Outcome::no_device; }

Outcome align_on_cuda(std::span<const FaceSource>, std::uint8_t*, Timing*) {
    return Outcome::no_device;
}

Outcome run_on_cuda(const Place&, Timing*) { return Outcome::no_device; }
Outcome run_on_cuda(const Warp&, Timing*) { return Outcome::no_device; }
Outcome run_on_cuda(const Crossfade&, Timing*) { return Outcome::no_device; }
Outcome run_on_cuda(const Fade&, Timing*) { return Outcome::no_device; }
Outcome run_on_cuda(const Blend&, Timing*) { return Outcome::no_device; }

} // namespace smos::kernels
