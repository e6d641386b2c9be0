// SPDX-License-Identifier: Apache-2.0
// Whether burned-in text can be read: its contrast measured on the decoded picture.
#include "libsmos/media/inspect/inspect.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace smos::media {
namespace {

constexpr int stroke_levels = 14; // below the brightest text level still counts as text

/// The luma of the rectangle, and where the text is in it.
struct Patch {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> luma;
};

Patch cut(const Frame& frame, const CaptionBox& box) {
    const int x0 = std::clamp(box.x, 0, frame.width_px);
    const int y0 = std::clamp(box.y, 0, frame.height_px);
    Patch patch;
    patch.width = std::clamp(box.x + box.width, x0, frame.width_px) - x0;
    patch.height = std::clamp(box.y + box.height, y0, frame.height_px) - y0;
    for (int y = 0; y < patch.height; ++y) {
        const std::uint8_t* row =
            frame.y() + static_cast<std::ptrdiff_t>(y0 + y) * frame.y_stride() + x0;
        patch.luma.insert(patch.luma.end(), row, row + patch.width);
    }
    return patch;
}

using Histogram = std::array<std::size_t, 256>;

int percentile(const Histogram& histogram, double share) {
    std::size_t total = 0;
    for (const std::size_t count : histogram)
        total += count;
    const auto wanted = static_cast<std::size_t>(share * static_cast<double>(total));
    std::size_t seen = 0;
    for (std::size_t level = 0; level < histogram.size(); ++level) {
        seen += histogram[level];
        if (seen > wanted)
            return static_cast<int>(level);
    }
    return 255;
}

/// True within `radius` steps along one axis of a true value: one pass forth and one back.
void spread(
    std::vector<std::uint8_t>& mask, int count, int length, int step, int jump, int radius) {
    for (int line = 0; line < count; ++line) {
        std::uint8_t* first = mask.data() + static_cast<std::ptrdiff_t>(line) * jump;
        std::vector<std::uint8_t> out(static_cast<std::size_t>(length), 0);
        int near = radius + 1;
        for (int i = 0; i < length; ++i) {
            near = first[static_cast<std::ptrdiff_t>(i) * step] != 0 ? 0 : near + 1;
            out[static_cast<std::size_t>(i)] = near <= radius ? 1 : 0;
        }
        near = radius + 1;
        for (int i = length - 1; i >= 0; --i) {
            near = first[static_cast<std::ptrdiff_t>(i) * step] != 0 ? 0 : near + 1;
            if (near <= radius)
                out[static_cast<std::size_t>(i)] = 1;
        }
        for (int i = 0; i < length; ++i)
            first[static_cast<std::ptrdiff_t>(i) * step] = out[static_cast<std::size_t>(i)];
    }
}

std::vector<std::uint8_t> dilated(std::vector<std::uint8_t> mask, const Patch& patch, int radius) {
    spread(mask, patch.height, patch.width, 1, patch.width, radius);
    spread(mask, patch.width, patch.height, patch.width, 1, radius);
    return mask;
}

/// Relative luminance (WCAG 2) of grey with this luma.
double luminance(int luma) {
    const double value = std::clamp((luma - 16) / 219.0, 0.0, 1.0);
    return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}

} // namespace

double text_contrast(const Frame& frame, const CaptionBox& box) {
    const Patch patch = cut(frame, box);
    if (patch.luma.empty())
        return 1.0;
    Histogram all{};
    for (const std::uint8_t value : patch.luma)
        ++all[value];
    const int text_level = percentile(all, 0.97);
    std::vector<std::uint8_t> text(patch.luma.size());
    for (std::size_t i = 0; i < text.size(); ++i)
        text[i] = patch.luma[i] >= text_level - stroke_levels ? 1 : 0;
    // Antialiasing and the codec blur the edge itself; what lies just beyond is what the eye
    // holds the stroke against.
    const int inner = std::max(1, frame.width_px / 360);
    const int outer = std::max(inner + 1, frame.width_px / 160);
    const auto edge = dilated(text, patch, inner);
    const auto around = dilated(text, patch, outer);
    Histogram inside{}, beside{};
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != 0)
            ++inside[patch.luma[i]];
        else if (around[i] != 0 && edge[i] == 0)
            ++beside[patch.luma[i]];
    }
    const double bright = luminance(percentile(inside, 0.5));
    const double dark = luminance(percentile(beside, 0.75));
    return std::max(1.0, (bright + 0.05) / (dark + 0.05));
}

bool inside_safe_area(const CaptionBox& box, const SafeArea& safe, int width_px, int height_px) {
    // Rounding to whole pixels may take one from each side.
    return box.x + 1 >= width_px * safe.left / 1000 && box.y + 1 >= height_px * safe.top / 1000 &&
           box.x + box.width - 1 <= width_px - width_px * safe.right / 1000 &&
           box.y + box.height - 1 <= height_px - height_px * safe.bottom / 1000;
}

} // namespace smos::media
