// SPDX-License-Identifier: Apache-2.0
// Rectangles of samples in memory that somebody else owns.
#pragma once

#include "libsmos/kernels/portable.hpp"

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace smos::kernels {

// No side of a plane, and no offset between planes, is longer: positions stay exact in int64.
inline constexpr int max_side_px = 32768;

// A view: `height` rows of `width` pixels, row y starting `y * pitch` elements after `data`.
// Trivially copyable; the pointer lives in the address space of whoever runs the formula.
// For interleaved RGB8, `width` counts pixels and `pitch` counts bytes.
template <class T>
struct Plane {
    T* data = nullptr;
    int width = 0;
    int height = 0;
    std::ptrdiff_t pitch = 0;

    [[nodiscard]] SMOS_HD T* row(int y) const { return data + y * pitch; }
    [[nodiscard]] SMOS_HD T& at(int x, int y) const { return data[y * pitch + x]; }
    [[nodiscard]] SMOS_HD bool empty() const { return width == 0 || height == 0; }
    // A view for reading of the same samples.
    SMOS_HD operator Plane<const T>() const requires(!std::is_const_v<T>) {
        return {data, width, height, pitch};
    }
};

// Half-open band of rows of the plane that is written: the unit in which callers share out work.
// Every row depends on the inputs only, so any split into bands gives the same bytes.
struct Rows {
    int first = 0;
    int last = 0;
};

// All rows of a plane.
template <class T>
[[nodiscard]] Rows all_rows(const Plane<T>& plane) {
    return {0, plane.height};
}

// The chroma rows that go with a band of luma rows; `first` must be even, `last` even or the
// height.
[[nodiscard]] inline Rows chroma_rows(Rows luma) { return {luma.first / 2, (luma.last + 1) / 2}; }

// A rectangle of pixels; x1 and y1 are one past the end.
struct Rect {
    int x0 = 0;
    int y0 = 0;
    int x1 = 0;
    int y1 = 0;

    [[nodiscard]] SMOS_HD bool empty() const { return x0 >= x1 || y0 >= y1; }
};

// 4:2:0 pictures, 8 bits, limited range BT.709 unless the caller says otherwise.
// The chroma planes are (width + 1) / 2 by (height + 1) / 2.
template <class T>
struct Picture {
    Plane<T> y, u, v;

    SMOS_HD operator Picture<const T>() const requires(!std::is_const_v<T>) { return {y, u, v}; }
};

struct Colour {
    std::uint8_t y = 16;
    std::uint8_t u = 128;
    std::uint8_t v = 128;
};

} // namespace smos::kernels
