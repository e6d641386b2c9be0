// SPDX-License-Identifier: Apache-2.0
// Pictures as text: two pixels above each other in every cell of a terminal.
#pragma once

#include "libsmos/stages/render/render_preview.hpp"

#include <string>
#include <vector>

namespace smos::tools {

enum class CellColours {
    none,    ///< brightness as letters
    palette, ///< the 256 colours of xterm
    full     ///< 24 bits
};

struct TerminalSize {
    int columns = 80;
    int rows = 24;
};

/// Pixels of a picture's width, so that a row of three fits the columns and one fits the rows.
int picture_width_for(const TerminalSize& size, int canvas_width_px, int canvas_height_px);

/// Rows of pictures, the time of each below it. Every line ends with the colours off.
std::vector<std::string> cell_lines(const std::vector<stages::Moment>& moments,
                                    const TerminalSize& size,
                                    CellColours colours);

} // namespace smos::tools
