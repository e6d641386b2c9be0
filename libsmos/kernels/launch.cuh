// SPDX-License-Identifier: Apache-2.0
// The CUDA grid: the only place that launches, checks bounds and chooses block sizes.
#pragma once

#include "libsmos/kernels/device.hpp"

#include <cuda_runtime.h>

namespace smos::kernels {

struct Extent {
    int x0 = 0;
    int y0 = 0;
    int width = 0;
    int height = 0;
    int depth = 1;
};

template <class Op>
__global__ void grid_2d(const Op op, const Extent extent) {
    const int x = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
    const int y = static_cast<int>(blockIdx.y * blockDim.y + threadIdx.y);
    if (x < extent.width && y < extent.height) {
        op(extent.x0 + x, extent.y0 + y);
    }
}

template <class Op>
__global__ void grid_3d(const Op op, const Extent extent) {
    const int x = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
    const int y = static_cast<int>(blockIdx.y * blockDim.y + threadIdx.y);
    if (x >= extent.width || y >= extent.height) {
        return;
    }
    for (int z = static_cast<int>(blockIdx.z); z < extent.depth; z += static_cast<int>(gridDim.z)) {
        op(x, y, z);
    }
}

inline constexpr int block_width = 32;
inline constexpr int block_height = 8;
inline constexpr int most_blocks_deep = 65535;

[[nodiscard]] inline dim3 blocks_for(const Extent& extent) {
    const int deep = extent.depth < most_blocks_deep ? extent.depth : most_blocks_deep;
    return {static_cast<unsigned>((extent.width + block_width - 1) / block_width),
            static_cast<unsigned>((extent.height + block_height - 1) / block_height),
            static_cast<unsigned>(deep)};
}

// op(x, y) for every pixel of the extent.
template <class Op>
[[nodiscard]] cudaError_t per_pixel(const Op& op, const Extent& extent, cudaStream_t stream) {
    grid_2d<<<blocks_for(extent), dim3(block_width, block_height), 0, stream>>>(op, extent);
    return cudaGetLastError();
}

// op(x, y, z) for every pixel of every layer.
template <class Op>
[[nodiscard]] cudaError_t per_pixel_deep(const Op& op, const Extent& extent, cudaStream_t stream) {
    grid_3d<<<blocks_for(extent), dim3(block_width, block_height), 0, stream>>>(op, extent);
    return cudaGetLastError();
}

} // namespace smos::kernels
