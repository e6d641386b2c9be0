// SPDX-License-Identifier: Apache-2.0
// Which device is chosen, in words a person can act on.
#include "libsmos/kernels/device.hpp"

#include "libsmos/kernels/device_probe.hpp"

#include <atomic>
#include <cstdlib>

namespace smos::kernels {

namespace {

std::atomic<bool>& wide_vectors_allowed() {
    static std::atomic<bool> allowed{true};
    return allowed;
}

bool processor_has_wide_vectors() {
#if defined(__x86_64__)
    static const bool has = __builtin_cpu_supports("avx2") != 0;
    return has;
#else
    return false;
#endif
}

} // namespace

const char* name_of(Device device) { return device == Device::cuda ? "cuda" : "cpu"; }

const char* name_of(Outcome outcome) {
    switch (outcome) {
    case Outcome::done:
        return "done";
    case Outcome::bad_job:
        return "bad job";
    case Outcome::no_device:
        return "no device";
    case Outcome::out_of_memory:
        return "out of device memory";
    case Outcome::launch_failed:
        return "launch failed";
    }
    return "unknown";
}

Probe probe(const std::string& request) {
    Probe found;
    const CudaProbe& cuda = probe_cuda();
    found.cuda_available = cuda.available;
    found.cuda_name = cuda.name;
    found.why_not_cuda = cuda.why_not;
    if (request == "cpu") {
        found.why_chosen = "cpu was asked for";
        return found;
    }
    if (cuda.available && (request == "cuda" || request.empty() || request == "auto")) {
        found.chosen = Device::cuda;
        found.why_chosen = request == "cuda" ? "cuda was asked for" : "a CUDA device is there";
        return found;
    }
    if (request == "cuda") {
        found.request_refused = true;
        found.why_chosen = "cuda was asked for but is not available: " + cuda.why_not;
        return found;
    }
    if (!request.empty() && request != "auto") {
        found.request_refused = true;
        found.why_chosen = "unknown device '" + request + "': use auto, cpu or cuda";
        return found;
    }
    found.why_chosen = "no CUDA: " + cuda.why_not;
    return found;
}

Probe probe() {
    const char* request = std::getenv("SMOS_DEVICE");
    return probe(request != nullptr ? std::string(request) : std::string());
}

void use_wide_vectors(bool allowed) { wide_vectors_allowed().store(allowed); }

bool wide_vectors_in_use() {
    return processor_has_wide_vectors() && wide_vectors_allowed().load(std::memory_order_relaxed);
}

} // namespace smos::kernels
