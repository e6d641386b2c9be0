// SPDX-License-Identifier: Apache-2.0
// Values that begin on a cache line: a vector that straddles two costs double.
#pragma once

#include <cstddef>
#include <vector>

namespace smos::kernels {

// As many zeroes as asked for, and up to the end of the last cache line. Copied as a vector is.
template <class T>
class Aligned {
  public:
    Aligned() = default;
    explicit Aligned(std::size_t count) : lines_((count + per_line - 1) / per_line) {}

    [[nodiscard]] bool empty() const { return lines_.empty(); }
    [[nodiscard]] T* data() { return empty() ? nullptr : lines_.data()->value; }
    [[nodiscard]] const T* data() const { return empty() ? nullptr : lines_.data()->value; }

  private:
    static constexpr std::size_t per_line = 64 / sizeof(T);
    struct alignas(64) Line {
        T value[per_line];
    };
    std::vector<Line> lines_;
};

} // namespace smos::kernels
