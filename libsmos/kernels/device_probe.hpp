// SPDX-License-Identifier: Apache-2.0
// The one question about CUDA that both builds answer.
#pragma once

#include <string>

namespace smos::kernels {

struct CudaProbe {
    bool available = false;
    std::string name;
    std::string why_not;
};

// Asks once per process.
[[nodiscard]] const CudaProbe& probe_cuda();

} // namespace smos::kernels
