// SPDX-License-Identifier: Apache-2.0
// Value noise in octaves (amplitude as 1/f), slanted edges, rows of strokes, grain: whole numbers.
#include "stills.hpp"

#include <algorithm>

namespace smos::quality {

namespace {

constexpr int fine = 256; // levels are kept in 256ths until the end

std::uint32_t mixed(std::uint32_t a, std::uint32_t b, std::uint32_t c) {
    std::uint32_t h = a * 0x9e3779b1U ^ b * 0x85ebca77U ^ c * 0xc2b2ae3dU;
    h = (h ^ (h >> 16U)) * 0x7feb352dU;
    h = (h ^ (h >> 15U)) * 0x846ca68bU;
    return h ^ (h >> 16U);
}

// -255 .. 255 at a corner of the lattice.
int corner(std::uint32_t x, std::uint32_t y, std::uint32_t seed) {
    return static_cast<int>(mixed(x, y, seed) % 511U) - 255;
}

// 3 t^2 - 2 t^3 in 1024ths.
int eased(int t) { return t * t / 1024 * (3 * 1024 - 2 * t) / 1024; }

// One octave: corners `cell` samples apart, eased between, -255 .. 255.
void add_octave(
    std::vector<int>& level, int width, int height, int cell, int strength, std::uint32_t seed) {
    std::vector<int> ease(static_cast<std::size_t>(cell));
    for (int i = 0; i < cell; ++i) {
        ease[static_cast<std::size_t>(i)] = eased(i * 1024 / cell);
    }
    const int columns = width / cell + 2;
    std::vector<int> edge(static_cast<std::size_t>(columns));
    for (int y = 0; y < height; ++y) {
        const int down = ease[static_cast<std::size_t>(y % cell)];
        const auto row = static_cast<std::uint32_t>(y / cell);
        for (int i = 0; i < columns; ++i) {
            const auto at = static_cast<std::uint32_t>(i);
            const int top = corner(at, row, seed);
            edge[static_cast<std::size_t>(i)] =
                top * 1024 + (corner(at, row + 1, seed) - top) * down;
        }
        int* out = &level[static_cast<std::size_t>(y) * static_cast<std::size_t>(width)];
        for (int x = 0; x < width; ++x) {
            const auto i = static_cast<std::size_t>(x / cell);
            const std::int64_t slope = edge[i + 1] - edge[i];
            const auto value = edge[i] + slope * ease[static_cast<std::size_t>(x % cell)] / 1024;
            out[x] += static_cast<int>(value * strength / 1024 * fine / 255);
        }
    }
}

// A half plane's edge through a box, softened over `soft` 16ths of a sample: slanted edges.
struct Edge {
    int x0, y0, x1, y1; // the box
    int dx, dy;         // the edge's normal, in 64ths
    int level;          // in 256ths, added where the normal points

    [[nodiscard]] int at(int x, int y) const {
        const int along = (x - (x0 + x1) / 2) * dx + (y - (y0 + y1) / 2) * dy;
        return std::clamp(along + 32, 0, 64) * level / 64;
    }
};

void add_edges(std::vector<int>& level, int width, int height, int count, std::uint32_t seed) {
    for (int i = 0; i < count; ++i) {
        const auto drawn = [&](std::uint32_t what, int range) {
            return static_cast<int>(mixed(static_cast<std::uint32_t>(i), what, seed) %
                                    static_cast<std::uint32_t>(range));
        };
        Edge edge{};
        edge.x0 = drawn(1, width);
        edge.y0 = drawn(2, height);
        edge.x1 = std::min(width, edge.x0 + 20 + drawn(3, width / 4));
        edge.y1 = std::min(height, edge.y0 + 20 + drawn(4, height / 6));
        edge.dx = drawn(5, 129) - 64;
        edge.dy = drawn(6, 129) - 64;
        edge.level = (drawn(7, 161) - 80) * fine;
        for (int y = edge.y0; y < edge.y1; ++y) {
            for (int x = edge.x0; x < edge.x1; ++x) {
                level[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                      static_cast<std::size_t>(x)] += edge.at(x, y);
            }
        }
    }
}

// Lines of strokes as lettering has them, 3 to 9 samples thick, hard and dark or light.
void add_lettering(std::vector<int>& level, int width, int height, std::uint32_t seed) {
    for (int line = 0; line < height / 160; ++line) {
        const auto at = static_cast<std::uint32_t>(line);
        const int thick = 3 + static_cast<int>(mixed(at, 1, seed) % 7U);
        const int tone = (mixed(at, 2, seed) % 2U == 0 ? -90 : 90) * fine;
        const int top = line * 160 + 40;
        for (int y = top; y < std::min(height, top + 12 * thick); ++y) {
            for (int x = width / 8; x < width * 7 / 8; ++x) {
                const auto letter = static_cast<std::uint32_t>(x / (thick * 2));
                const auto part = static_cast<std::uint32_t>((y - top) / (thick * 2));
                if (mixed(letter, part, seed + at) % 3U == 0) {
                    level[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                          static_cast<std::size_t>(x)] += tone;
                }
            }
        }
    }
}

std::vector<std::uint8_t>
plane_of(int width, int height, int middle, int low, int high, int grain, std::uint32_t seed) {
    const auto count = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
    std::vector<int> level(count, middle * fine);
    const int strength[] = {6, 7, 8, 9, 10, 12, 14, 16, 18};
    for (int octave = 0; octave < 9; ++octave) {
        add_octave(level,
                   width,
                   height,
                   2 << octave,
                   strength[octave],
                   seed + static_cast<std::uint32_t>(octave));
    }
    add_edges(level, width, height, 90, seed + 100);
    add_lettering(level, width, height, seed + 200);
    std::vector<std::uint8_t> out(count);
    for (std::size_t i = 0; i < count; ++i) {
        const auto noise = static_cast<int>(mixed(static_cast<std::uint32_t>(i), 7, seed) %
                                            static_cast<unsigned>(2 * grain + 1));
        const int value = (level[i] + fine / 2) / fine + noise - grain;
        out[i] = static_cast<std::uint8_t>(std::clamp(value, low, high));
    }
    return out;
}

} // namespace

Still::Still(int width, int height) : width_px(width), height_px(height) {
    const auto luma = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
    const auto chroma =
        static_cast<std::size_t>((width + 1) / 2) * static_cast<std::size_t>((height + 1) / 2);
    y.resize(luma);
    u.resize(chroma);
    v.resize(chroma);
}

kernels::Picture<std::uint8_t> Still::view() {
    const int w = (width_px + 1) / 2;
    const int h = (height_px + 1) / 2;
    return {{y.data(), width_px, height_px, width_px}, {u.data(), w, h, w}, {v.data(), w, h, w}};
}

kernels::Picture<const std::uint8_t> Still::view() const {
    const int w = (width_px + 1) / 2;
    const int h = (height_px + 1) / 2;
    return {{y.data(), width_px, height_px, width_px}, {u.data(), w, h, w}, {v.data(), w, h, w}};
}

Still made_still(int width, int height, std::uint32_t seed) {
    Still still(width, height);
    const int half_width = (width + 1) / 2;
    const int half_height = (height + 1) / 2;
    still.y = plane_of(width, height, 120, 16, 235, 6, seed);
    still.u = plane_of(half_width, half_height, 128, 16, 240, 2, seed + 1000);
    still.v = plane_of(half_width, half_height, 128, 16, 240, 2, seed + 2000);
    return still;
}

} // namespace smos::quality
