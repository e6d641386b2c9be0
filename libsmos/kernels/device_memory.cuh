// SPDX-License-Identifier: Apache-2.0
// Device memory, stream and events with owners, and errors as outcomes.
#pragma once

#include "libsmos/kernels/device.hpp"
#include "libsmos/kernels/plane.hpp"

#include <cuda_runtime.h>

#include <cstddef>

namespace smos::kernels {

[[nodiscard]] inline Outcome outcome_of(cudaError_t error) {
    switch (error) {
    case cudaSuccess:
        return Outcome::done;
    case cudaErrorMemoryAllocation:
        return Outcome::out_of_memory;
    case cudaErrorNoDevice:
    case cudaErrorInsufficientDriver:
    case cudaErrorNoKernelImageForDevice:
        return Outcome::no_device;
    default:
        return Outcome::launch_failed;
    }
}

// Remembers the first error and makes everything after it a no-op.
class Work {
  public:
    Work();
    ~Work();
    Work(const Work&) = delete;
    Work& operator=(const Work&) = delete;

    [[nodiscard]] bool good() const { return first_error_ == cudaSuccess; }
    [[nodiscard]] cudaStream_t stream() const { return stream_; }
    void note(cudaError_t error) {
        if (good()) {
            first_error_ = error;
        }
    }
    // Waits for everything launched and says how it went.
    [[nodiscard]] Outcome finish();

    // Calls launch(stream) once, or timing->repeats times between two events.
    template <class Launch>
    void launched(const Launch& launch, Timing* timing) {
        if (timing == nullptr) {
            if (good()) {
                note(launch(stream_));
            }
            return;
        }
        begin_timing();
        for (int i = 0; i < timing->repeats && good(); ++i) {
            note(launch(stream_));
        }
        end_timing(*timing);
    }

  private:
    void begin_timing();
    void end_timing(Timing& timing);

    cudaError_t first_error_ = cudaSuccess;
    cudaStream_t stream_ = nullptr;
    cudaEvent_t begin_ = nullptr;
    cudaEvent_t end_ = nullptr;
};

// Bytes on the device, freed with their owner.
class DeviceBytes {
  public:
    DeviceBytes() = default;
    DeviceBytes(Work& work, std::size_t size);
    ~DeviceBytes();
    DeviceBytes(DeviceBytes&& other) noexcept : data_(other.data_) { other.data_ = nullptr; }
    DeviceBytes& operator=(DeviceBytes&&) = delete;
    DeviceBytes(const DeviceBytes&) = delete;
    DeviceBytes& operator=(const DeviceBytes&) = delete;

    template <class T>
    [[nodiscard]] T* as() const {
        return static_cast<T*>(data_);
    }
    void copy_in(Work& work, const void* host, std::size_t size) const;
    void copy_out(Work& work, void* host, std::size_t size) const;

  private:
    void* data_ = nullptr;
};

// A host plane's twin on the device, rows packed.
class DevicePlane {
  public:
    // Copies the pixels in. `bytes_per_pixel` is 3 for RGB8, whose pitch counts bytes.
    DevicePlane(Work& work, const Plane<const std::uint8_t>& host, int bytes_per_pixel = 1);

    [[nodiscard]] Plane<std::uint8_t> view() const { return view_; }
    void copy_out(Work& work, const Plane<std::uint8_t>& host) const;

  private:
    DeviceBytes bytes_;
    Plane<std::uint8_t> view_;
};

} // namespace smos::kernels
