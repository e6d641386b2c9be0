// SPDX-License-Identifier: Apache-2.0
// Where the formulas run, and why not elsewhere; how a run ended.
#pragma once

#include <cstddef>
#include <string>

namespace smos::kernels {

enum class Device { cpu, cuda };

enum class Outcome {
    done,
    bad_job,       // shapes, pitches, weights or matrices outside what the job documents
    no_device,     // CUDA was asked for and cannot be had: see probe().why_not_cuda
    out_of_memory, // the device could not hold the planes
    launch_failed, // the device reported an error; the output is not to be used
};

[[nodiscard]] const char* name_of(Device device);
[[nodiscard]] const char* name_of(Outcome outcome);

// What this process can use. `chosen` follows SMOS_DEVICE=cpu|cuda, else CUDA where there is one.
struct Probe {
    Device chosen = Device::cpu;
    bool cuda_available = false;
    std::string cuda_name;    // of the first device, when available
    std::string why_not_cuda; // when not available: no driver, built without CUDA, no device, ...
    std::string why_chosen;   // one clause for people: "SMOS_DEVICE=cpu", "no CUDA device: ..."
    // SMOS_DEVICE named something that is not there or not known: chosen is cpu, and the caller
    // who was asked for cuda must refuse rather than go on quietly.
    bool request_refused = false;
};

// Asks the driver. Never throws and never fails: a machine without a GPU is an answer.
[[nodiscard]] Probe probe();
// The same with an explicit request ("", "auto", "cpu" or "cuda") in place of SMOS_DEVICE.
[[nodiscard]] Probe probe(const std::string& request);

// Asked of a CUDA run by whoever measures: `repeats` launches between two events.
struct Timing {
    int repeats = 1;
    double kernel_ms =
        0.0; // written: mean time of one launch, copies to and from the host not counted
};

// Time of one device-to-device copy of `bytes` (the yardstick of `parity perf`).
[[nodiscard]] Outcome time_device_copy(std::size_t bytes, Timing& timing);

} // namespace smos::kernels
