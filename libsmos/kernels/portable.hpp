// SPDX-License-Identifier: Apache-2.0
// The one word that lets a formula be read by the C++ compiler and by nvcc.
#pragma once

// Always inlined, so that a loop compiled for a wider vector unit takes the formula with it.
#ifdef __CUDACC__
#define SMOS_HD __host__ __device__ inline
#else
#define SMOS_HD inline __attribute__((always_inline))
#endif
