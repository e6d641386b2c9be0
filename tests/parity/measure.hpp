// SPDX-License-Identifier: Apache-2.0
// What the measurements share.
#pragma once

#include "twins.hpp"

#include <chrono>
#include <ctime>
#include <memory>

namespace smos::parity {

struct Frame {
    Scene y, u, v;

    Frame(Noise& noise, int wide, int high)
        : y(noise, wide, high, 0, Fill::noise),
          u(noise, wide / 2, high / 2, 0, Fill::noise),
          v(noise, wide / 2, high / 2, 0, Fill::noise) {}

    [[nodiscard]] kernels::Picture<std::uint8_t> view() { return {y.view(), u.view(), v.view()}; }
    [[nodiscard]] kernels::Picture<const std::uint8_t> view() const {
        return {y.view(), u.view(), v.view()};
    }
};

// Of this thread alone: other programs may be at work. Falls back on the clock of the wall.
[[nodiscard]] inline double thread_ms() {
#if defined(CLOCK_THREAD_CPUTIME_ID)
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
#else
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration<double, std::milli>(now).count();
#endif
}

// The mean time of a frame of the film, on one thread with the unit in use.
void measure_short15(const char* unit_name);

} // namespace smos::parity
