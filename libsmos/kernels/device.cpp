// SPDX-License-Identifier: Apache-2.0
// Which device is chosen, in words a person can act on.
#include "libsmos/kernels/device.hpp"

#include "libsmos/kernels/device_probe.hpp"

#include <cstdlib>

namespace smos::kernels {

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

} // namespace smos::kernels
