// SPDX-License-Identifier: Apache-2.0
// What was compiled for each target of Highway, by vector unit. For the end of the sources that
// foreach_target.h reads, where every target has been seen.
#pragma once

#include "libsmos/kernels/simd.hpp"

#include <hwy/highway.h>

// A name of a target's namespace, or nothing where this build lacks the target.
#if HWY_TARGETS & HWY_AVX3
#define SMOS_OF_AVX512(name) N_AVX3::name
#else
#define SMOS_OF_AVX512(name) nullptr
#endif
#if HWY_TARGETS & HWY_AVX2
#define SMOS_OF_AVX2(name) N_AVX2::name
#else
#define SMOS_OF_AVX2(name) nullptr
#endif

namespace smos::kernels {

// Null: this unit has the plain loops.
template <class Code>
Code code_for(Simd unit, Code avx512, Code avx2) {
    if (unit == Simd::avx512)
        return avx512;
    return unit == Simd::avx2 ? avx2 : nullptr;
}

} // namespace smos::kernels
