// SPDX-License-Identifier: Apache-2.0
// A build without Highway has the plain rows only.
#include "libsmos/kernels/look_rows.hpp"
#include "libsmos/kernels/row_kernels.hpp"

namespace smos::kernels {

const RowKernels* highway_rows(Simd, bool) { return nullptr; }
GradeRows highway_grade_rows(Simd) { return nullptr; }
LayerRows highway_layer_rows(Simd) { return nullptr; }

} // namespace smos::kernels
