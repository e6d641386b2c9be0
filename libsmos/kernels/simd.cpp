// SPDX-License-Identifier: Apache-2.0
// What the processor has, and which of it is used.
#include "libsmos/kernels/simd.hpp"

#include "libsmos/kernels/row_kernels.hpp"

#include <atomic>

namespace smos::kernels {

namespace {

bool processor_has(Simd unit) {
#if defined(__x86_64__)
    if (unit == Simd::avx512) {
        return __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0 &&
               __builtin_cpu_supports("avx512dq") != 0 && __builtin_cpu_supports("avx512vl") != 0 &&
               __builtin_cpu_supports("avx512cd") != 0;
    }
    if (unit == Simd::avx2) {
        return __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0 &&
               __builtin_cpu_supports("bmi") != 0 && __builtin_cpu_supports("bmi2") != 0;
    }
#endif
    return unit == Simd::scalar;
}

bool usable(Simd unit) {
    const bool written = unit != Simd::avx512 || highway_rows(unit, false) != nullptr;
    return written && processor_has(unit);
}

Simd widest() {
    static const Simd unit = simd_units().back();
    return unit;
}

std::atomic<Simd>& unit_in_use() {
    static std::atomic<Simd> unit{widest()};
    return unit;
}

bool processor_permutes() {
#if defined(__x86_64__)
    // With these come all that Highway's AVX3_DL may use.
    return __builtin_cpu_supports("avx512vbmi") != 0 &&
           __builtin_cpu_supports("avx512vbmi2") != 0 &&
           __builtin_cpu_supports("avx512vnni") != 0 &&
           __builtin_cpu_supports("avx512bitalg") != 0 &&
           __builtin_cpu_supports("avx512vpopcntdq") != 0 && __builtin_cpu_supports("gfni") != 0 &&
           __builtin_cpu_supports("vpclmulqdq") != 0;
#else
    return false;
#endif
}

std::atomic<bool>& permutes_in_use() {
    static std::atomic<bool> used{processor_permutes()};
    return used;
}

} // namespace

const char* name_of(Simd unit) {
    switch (unit) {
    case Simd::scalar:
        return "scalar";
    case Simd::avx2:
        return "avx2";
    case Simd::avx512:
        return "avx512";
    }
    return "unknown";
}

std::optional<Simd> simd_named(const std::string& name) {
    for (const Simd unit : {Simd::scalar, Simd::avx2, Simd::avx512}) {
        if (name == name_of(unit)) {
            return unit;
        }
    }
    return std::nullopt;
}

std::vector<Simd> simd_units() {
    std::vector<Simd> units;
    for (const Simd unit : {Simd::scalar, Simd::avx2, Simd::avx512}) {
        if (usable(unit)) {
            units.push_back(unit);
        }
    }
    return units;
}

bool built_with_highway() { return highway_rows(Simd::avx2, false) != nullptr; }

Simd simd_in_use() { return unit_in_use().load(std::memory_order_relaxed); }

bool force_simd(Simd unit) {
    if (!usable(unit)) {
        return false;
    }
    unit_in_use().store(unit);
    return true;
}

void free_simd() { unit_in_use().store(widest()); }

bool byte_permutes_in_use() { return permutes_in_use().load(std::memory_order_relaxed); }

bool allow_byte_permutes(bool allowed) {
    permutes_in_use().store(allowed && processor_permutes());
    return byte_permutes_in_use();
}

} // namespace smos::kernels
