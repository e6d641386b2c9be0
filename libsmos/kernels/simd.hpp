// SPDX-License-Identifier: Apache-2.0
// Which vector unit of the processor the CPU twins use. The bits are the same with each.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace smos::kernels {

// In order of width. `scalar` is plain C++; avx2 and avx512 (F, BW, DQ, VL) need a processor that
// has them, and avx512 a build that had Highway.
enum class Simd { scalar, avx2, avx512 };

[[nodiscard]] const char* name_of(Simd unit);
// "scalar", "avx2" or "avx512"; none for any other word.
[[nodiscard]] std::optional<Simd> simd_named(const std::string& name);

// What this build can use on this processor, scalar first.
[[nodiscard]] std::vector<Simd> simd_units();
// True where the rows are written with Highway, false where the compiler's own loops do the work.
[[nodiscard]] bool built_with_highway();

// The widest of simd_units(), unless another was forced.
[[nodiscard]] Simd simd_in_use();
// From here on this unit and no wider. False, and nothing changes, where it is not in simd_units().
// For tests and for people who compare machines: call it before any work starts.
[[nodiscard]] bool force_simd(Simd unit);
// Back to the widest.
void free_simd();

// AVX-512 with permutes of bytes across a vector (VBMI): used unasked where the processor has them.
[[nodiscard]] bool byte_permutes_in_use();
// For tests: false, as on a processor without them; true, where it has them. Says what is used now.
bool allow_byte_permutes(bool allowed);

} // namespace smos::kernels
