// SPDX-License-Identifier: Apache-2.0
// The CUDA runtime: what is there, and memory with owners.
#include "libsmos/kernels/device_memory.cuh"
#include "libsmos/kernels/device_probe.hpp"

namespace smos::kernels {

namespace {

std::string sentence(const char* what, cudaError_t error) {
    return std::string(what) + ": " + cudaGetErrorString(error);
}

CudaProbe ask_driver() {
    int driver = 0;
    cudaError_t error = cudaDriverGetVersion(&driver);
    if (error != cudaSuccess || driver == 0) {
        return {false, "", "no NVIDIA driver is installed"};
    }
    int count = 0;
    error = cudaGetDeviceCount(&count);
    if (error != cudaSuccess) {
        return {false, "", sentence("the driver shows no device", error)};
    }
    if (count == 0) {
        return {false, "", "the driver shows no device"};
    }
    cudaDeviceProp device{};
    error = cudaGetDeviceProperties(&device, 0);
    if (error != cudaSuccess) {
        return {false, "", sentence("the first device does not answer", error)};
    }
    if (device.major < 8) {
        return {false, "", std::string(device.name) + " is older than compute capability 8.0"};
    }
    error = cudaFree(nullptr);
    if (error != cudaSuccess) {
        return {false, "", sentence("the first device cannot be used", error)};
    }
    return {true, device.name, ""};
}

} // namespace

const CudaProbe& probe_cuda() {
    static const CudaProbe answer = ask_driver();
    return answer;
}

Work::Work() {
    if (!probe_cuda().available) {
        first_error_ = cudaErrorNoDevice;
        return;
    }
    note(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking));
}

Work::~Work() {
    if (begin_ != nullptr) {
        cudaEventDestroy(begin_);
    }
    if (end_ != nullptr) {
        cudaEventDestroy(end_);
    }
    if (stream_ != nullptr) {
        cudaStreamDestroy(stream_);
    }
    cudaGetLastError(); // an error that is reported must not be met again by the next run
}

Outcome Work::finish() {
    if (stream_ != nullptr) {
        const cudaError_t error = cudaStreamSynchronize(stream_);
        note(error);
    }
    return outcome_of(first_error_);
}

void Work::begin_timing() {
    if (good()) {
        note(cudaEventCreate(&begin_));
    }
    if (good()) {
        note(cudaEventCreate(&end_));
    }
    if (good()) {
        note(cudaEventRecord(begin_, stream_));
    }
}

void Work::end_timing(Timing& timing) {
    float elapsed_ms = 0.0F;
    if (good()) {
        note(cudaEventRecord(end_, stream_));
    }
    if (good()) {
        note(cudaEventSynchronize(end_));
    }
    if (good()) {
        note(cudaEventElapsedTime(&elapsed_ms, begin_, end_));
    }
    timing.kernel_ms = timing.repeats > 0 ? static_cast<double>(elapsed_ms) / timing.repeats : 0.0;
}

DeviceBytes::DeviceBytes(Work& work, std::size_t size) {
    if (work.good() && size > 0) {
        work.note(cudaMalloc(&data_, size));
    }
}

DeviceBytes::~DeviceBytes() {
    if (data_ != nullptr) {
        cudaFree(data_);
    }
}

void DeviceBytes::copy_in(Work& work, const void* host, std::size_t size) const {
    if (work.good() && size > 0) {
        work.note(cudaMemcpyAsync(data_, host, size, cudaMemcpyHostToDevice, work.stream()));
    }
}

void DeviceBytes::copy_out(Work& work, void* host, std::size_t size) const {
    if (work.good() && size > 0) {
        work.note(cudaMemcpyAsync(host, data_, size, cudaMemcpyDeviceToHost, work.stream()));
    }
}

DevicePlane::DevicePlane(Work& work, const Plane<const std::uint8_t>& host, int bytes_per_pixel)
    : bytes_(work,
             static_cast<std::size_t>(host.width) * static_cast<std::size_t>(bytes_per_pixel) *
                 static_cast<std::size_t>(host.height)),
      view_{bytes_.as<std::uint8_t>(),
            host.width,
            host.height,
            static_cast<std::ptrdiff_t>(host.width) * bytes_per_pixel} {
    if (work.good() && !host.empty()) {
        const auto row = static_cast<std::size_t>(view_.pitch);
        work.note(cudaMemcpy2DAsync(view_.data,
                                    row,
                                    host.data,
                                    static_cast<std::size_t>(host.pitch),
                                    row,
                                    static_cast<std::size_t>(host.height),
                                    cudaMemcpyHostToDevice,
                                    work.stream()));
    }
}

void DevicePlane::copy_out(Work& work, const Plane<std::uint8_t>& host) const {
    if (work.good() && !host.empty()) {
        const auto row = static_cast<std::size_t>(view_.pitch);
        work.note(cudaMemcpy2DAsync(host.data,
                                    static_cast<std::size_t>(host.pitch),
                                    view_.data,
                                    row,
                                    row,
                                    static_cast<std::size_t>(host.height),
                                    cudaMemcpyDeviceToHost,
                                    work.stream()));
    }
}

Outcome time_device_copy(std::size_t bytes, Timing& timing) {
    Work work;
    const DeviceBytes from(work, bytes);
    const DeviceBytes to(work, bytes);
    work.launched(
        [&](cudaStream_t stream) {
            return cudaMemcpyAsync(
                to.as<void>(), from.as<void>(), bytes, cudaMemcpyDeviceToDevice, stream);
        },
        &timing);
    return work.finish();
}

} // namespace smos::kernels
