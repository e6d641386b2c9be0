// SPDX-License-Identifier: Apache-2.0
// Colour conversion between sRGB and planar BT.709, in integers only.
#include "libsmos/media/picture/frame.hpp"

#include "libsmos/media/backdrop/backdrop.hpp"

#include <algorithm>

namespace smos::media {
namespace {

// round(k * 65536) of the BT.709 matrix scaled to limited range; each chroma row sums to zero and
// the luma row to 219/255.
constexpr int y_r = 11966, y_g = 40254, y_b = 4064;
constexpr int u_r = -6596, u_g = -22188, u_b = 28784;
constexpr int v_r = 28784, v_g = -26145, v_b = -2639;
constexpr int half = 1 << 15;

// The inverse: 255/219, and 255/224 times 2(1-Kr), 2(1-Kb) and their shares in green.
constexpr int to_y = 76309, to_r_v = 117489, to_g_u = -13975, to_g_v = -34925, to_b_u = 138438;

std::uint8_t clamped(int value) { return static_cast<std::uint8_t>(std::clamp(value, 0, 255)); }

void luma_row(const std::uint8_t* rgb, std::uint8_t* y, int width) {
    for (int x = 0; x < width; ++x) {
        const int sum = y_r * rgb[3 * x] + y_g * rgb[3 * x + 1] + y_b * rgb[3 * x + 2];
        y[x] = static_cast<std::uint8_t>((sum + (16 << 16) + half) >> 16);
    }
}

/// Two source rows (the same one twice at an odd lower edge) to one row of chroma.
void chroma_row(const std::uint8_t* top,
                const std::uint8_t* bottom,
                std::uint8_t* u,
                std::uint8_t* v,
                int width) {
    constexpr int bias = (128 << 18) + (1 << 17);
    for (int x = 0; x < width; x += 2) {
        const int left = 3 * x;
        const int right = x + 1 < width ? left + 3 : left;
        int sum[3];
        for (int c = 0; c < 3; ++c)
            sum[c] = top[left + c] + top[right + c] + bottom[left + c] + bottom[right + c];
        u[x / 2] = clamped((u_r * sum[0] + u_g * sum[1] + u_b * sum[2] + bias) >> 18);
        v[x / 2] = clamped((v_r * sum[0] + v_g * sum[1] + v_b * sum[2] + bias) >> 18);
    }
}

void rgb_row(const std::uint8_t* y,
             const std::uint8_t* u,
             const std::uint8_t* v,
             std::uint8_t* rgb,
             int width) {
    for (int x = 0; x < width; ++x) {
        const int luma = to_y * (y[x] - 16) + half;
        const int blue = u[x / 2] - 128;
        const int red = v[x / 2] - 128;
        rgb[3 * x] = clamped((luma + to_r_v * red) >> 16);
        rgb[3 * x + 1] = clamped((luma + to_g_u * blue + to_g_v * red) >> 16);
        rgb[3 * x + 2] = clamped((luma + to_b_u * blue) >> 16);
    }
}

} // namespace

Frame::Frame(int width, int height) : width_px(width), height_px(height) {
    bytes = PixelBytes(y_size() + 2 * uv_size());
    std::fill_n(y(), y_size(), std::uint8_t{16});
    std::fill_n(u(), 2 * uv_size(), std::uint8_t{128});
}

Frame Frame::unpainted(int width, int height) {
    Frame frame;
    frame.width_px = width;
    frame.height_px = height;
    frame.bytes = PixelBytes(frame.y_size() + 2 * frame.uv_size());
    const auto pad = [](std::uint8_t* plane, int stride, int used, int rows, std::uint8_t value) {
        for (int row = 0; row < rows && used < stride; ++row)
            std::fill_n(plane + std::ptrdiff_t{row} * stride + used, stride - used, value);
    };
    pad(frame.y(), frame.y_stride(), width, height, 16);
    for (std::uint8_t* plane : {frame.u(), frame.v()})
        pad(plane, frame.uv_stride(), frame.chroma_width(), frame.chroma_height(), 128);
    return frame;
}

kernels::Picture<std::uint8_t> picture_of(Frame& frame) {
    return {{frame.y(), frame.width_px, frame.height_px, frame.y_stride()},
            {frame.u(), frame.chroma_width(), frame.chroma_height(), frame.uv_stride()},
            {frame.v(), frame.chroma_width(), frame.chroma_height(), frame.uv_stride()}};
}

kernels::Picture<const std::uint8_t> picture_of(const Frame& frame) {
    return {{frame.y(), frame.width_px, frame.height_px, frame.y_stride()},
            {frame.u(), frame.chroma_width(), frame.chroma_height(), frame.uv_stride()},
            {frame.v(), frame.chroma_width(), frame.chroma_height(), frame.uv_stride()}};
}

Frame to_frame(const RgbImage& image) {
    if (image.pixels.empty())
        return {};
    Frame frame = Frame::unpainted(image.width_px, image.height_px);
    const std::ptrdiff_t row_bytes = std::ptrdiff_t{3} * image.width_px;
    for (int row = 0; row < image.height_px; ++row) {
        luma_row(image.pixels.data() + row * row_bytes,
                 frame.y() + std::ptrdiff_t{row} * frame.y_stride(),
                 image.width_px);
    }
    for (int row = 0; row < frame.chroma_height(); ++row) {
        const std::uint8_t* top = image.pixels.data() + 2 * row * row_bytes;
        const bool has_bottom = 2 * row + 1 < image.height_px;
        const std::ptrdiff_t at = std::ptrdiff_t{row} * frame.uv_stride();
        chroma_row(top,
                   has_bottom ? top + row_bytes : top,
                   frame.u() + at,
                   frame.v() + at,
                   image.width_px);
    }
    return frame;
}

RgbImage to_rgb(const Frame& frame) {
    RgbImage image;
    if (frame.empty())
        return image;
    image.width_px = frame.width_px;
    image.height_px = frame.height_px;
    const std::ptrdiff_t row_bytes = std::ptrdiff_t{3} * frame.width_px;
    image.pixels.resize(static_cast<std::size_t>(row_bytes * frame.height_px));
    for (int row = 0; row < frame.height_px; ++row) {
        const std::ptrdiff_t chroma_at = std::ptrdiff_t{row / 2} * frame.uv_stride();
        rgb_row(frame.y() + std::ptrdiff_t{row} * frame.y_stride(),
                frame.u() + chroma_at,
                frame.v() + chroma_at,
                image.pixels.data() + row * row_bytes,
                frame.width_px);
    }
    return image;
}

} // namespace smos::media
