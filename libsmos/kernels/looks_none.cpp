// SPDX-License-Identifier: Apache-2.0
// The symbols of the CUDA twins of looks in a build without CUDA.
#include "libsmos/kernels/looks_cuda.hpp"

namespace smos::kernels {

Outcome run_on_cuda(const Layer&, Timing*) { return Outcome::no_device; }
Outcome run_on_cuda(const Grade&, Timing*) { return Outcome::no_device; }
Outcome run_on_cuda(const Blur&, Timing*) { return Outcome::no_device; }
Outcome run_on_cuda(const Sharpen&, Timing*) { return Outcome::no_device; }
Outcome run_on_cuda(const Vignette&, Timing*) { return Outcome::no_device; }
Outcome run_on_cuda(const Grain&, Timing*) { return Outcome::no_device; }
Outcome run_on_cuda(const ChromaKey&, Timing*) { return Outcome::no_device; }
Outcome run_on_cuda(const Despill&, Timing*) { return Outcome::no_device; }
Outcome run_on_cuda(const Region&, Timing*) { return Outcome::no_device; }
Outcome run_on_cuda(const MixByMask&, Timing*) { return Outcome::no_device; }
Outcome run_on_cuda(const Dip&, Timing*) { return Outcome::no_device; }
Outcome run_on_cuda(const Join&, Timing*) { return Outcome::no_device; }
Outcome run_on_cuda(const WipeMask&, Timing*) { return Outcome::no_device; }
Outcome run_on_cuda(const MatteMask&, Timing*) { return Outcome::no_device; }

} // namespace smos::kernels
