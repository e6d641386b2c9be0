// SPDX-License-Identifier: Apache-2.0
// Pictures as text: two pixels above each other in every cell of a terminal.
#include "tools/smos-render/cells.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>

namespace smos::tools {
namespace {

using media::Rgb;
using media::RgbImage;

constexpr std::string_view brightness = " .:-=+*#%@";
constexpr int pictures_across = 3;
constexpr int fewest_pixels = 8;

/// The last row stands for one that is not there.
Rgb pixel(const RgbImage& image, int x, int y) {
    const auto at = 3 * (static_cast<std::size_t>(std::min(y, image.height_px - 1)) *
                             static_cast<std::size_t>(image.width_px) +
                         static_cast<std::size_t>(x));
    return {image.pixels[at], image.pixels[at + 1], image.pixels[at + 2]};
}

/// BT.709 weights of the codes, 0..255.
int luma(Rgb c) { return (54 * c.r + 183 * c.g + 19 * c.b + 128) / 256; }

constexpr std::array<int, 6> cube_levels{0, 95, 135, 175, 215, 255};

int cube_step(int value) {
    const auto nearest =
        std::min_element(cube_levels.begin(), cube_levels.end(), [&](int a, int b) {
            return std::abs(a - value) < std::abs(b - value);
        });
    return static_cast<int>(nearest - cube_levels.begin());
}

int distance(Rgb c, int r, int g, int b) {
    return (c.r - r) * (c.r - r) + (c.g - g) * (c.g - g) + (c.b - b) * (c.b - b);
}

/// xterm: 16..231 a cube of six levels, 232..255 greys from 8 in steps of 10.
int palette_index(Rgb c) {
    const int r = cube_step(c.r), g = cube_step(c.g), b = cube_step(c.b);
    const auto level = [](int step) { return cube_levels.at(static_cast<std::size_t>(step)); };
    const int grey_step = std::clamp((luma(c) - 8 + 5) / 10, 0, 23);
    const int grey = 8 + 10 * grey_step;
    if (distance(c, grey, grey, grey) < distance(c, level(r), level(g), level(b)))
        return 232 + grey_step;
    return 16 + 36 * r + 6 * g + b;
}

std::string cell(Rgb above, Rgb below, CellColours colours) {
    if (colours == CellColours::none) {
        const auto level = static_cast<std::size_t>((luma(above) + luma(below)) / 2);
        return std::string(1, brightness[level * brightness.size() / 256]);
    }
    if (colours == CellColours::palette)
        return fmt::format(
            "\033[38;5;{}m\033[48;5;{}m▀", palette_index(above), palette_index(below));
    return fmt::format("\033[38;2;{};{};{}m\033[48;2;{};{};{}m▀",
                       above.r,
                       above.g,
                       above.b,
                       below.r,
                       below.g,
                       below.b);
}

std::string time_text(std::int64_t ms) {
    return fmt::format("{}:{:02}.{}", ms / 60'000, ms / 1000 % 60, ms / 100 % 10);
}

void add_picture_row(const RgbImage& image, int row, CellColours colours, std::string& line) {
    for (int x = 0; x < image.width_px; ++x)
        line += cell(pixel(image, x, 2 * row), pixel(image, x, 2 * row + 1), colours);
    if (colours != CellColours::none)
        line += "\033[0m";
}

} // namespace

int picture_width_for(const TerminalSize& size, int canvas_width_px, int canvas_height_px) {
    const int by_columns = (size.columns - (pictures_across - 1)) / pictures_across;
    // A line for the time, and one for the prompt that follows.
    const int by_rows = 2 * (size.rows - 2) * canvas_width_px / std::max(1, canvas_height_px);
    return std::max(fewest_pixels, std::min(by_columns, by_rows));
}

std::vector<std::string> cell_lines(const std::vector<stages::Moment>& moments,
                                    const TerminalSize& size,
                                    CellColours colours) {
    std::vector<std::string> lines;
    if (moments.empty())
        return lines;
    const int width = moments.front().picture.width_px;
    const int rows = (moments.front().picture.height_px + 1) / 2;
    const auto across = static_cast<std::size_t>(std::max(1, (size.columns + 1) / (width + 1)));
    for (std::size_t first = 0; first < moments.size(); first += across) {
        const std::size_t end = std::min(moments.size(), first + across);
        for (int row = 0; row < rows; ++row) {
            std::string line;
            for (std::size_t i = first; i < end; ++i) {
                line += i > first ? " " : "";
                add_picture_row(moments[i].picture, row, colours, line);
            }
            lines.push_back(std::move(line));
        }
        std::string times;
        for (std::size_t i = first; i < end; ++i)
            times += fmt::format("{:<{}}", time_text(moments[i].at_ms), width + 1);
        times.resize(times.find_last_not_of(' ') + 1);
        lines.push_back(std::move(times));
    }
    return lines;
}

} // namespace smos::tools
