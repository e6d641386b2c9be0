// SPDX-License-Identifier: Apache-2.0
// A build without Highway has the plain rows only.
#include "libsmos/kernels/look_rows.hpp"
#include "libsmos/kernels/row_kernels.hpp"
#include "libsmos/kernels/shrink_rows.hpp"
#include "libsmos/kernels/ycc_rows.hpp"

namespace smos::kernels {

const RowKernels* highway_rows(Simd, bool) { return nullptr; }
GradeRows highway_grade_rows(Simd) { return nullptr; }
LayerRows highway_layer_rows(Simd) { return nullptr; }

const YccRows* highway_ycc_rows(Simd) { return nullptr; }

ShrinkAlong highway_shrink_along(Simd) { return nullptr; }

} // namespace smos::kernels
