// SPDX-License-Identifier: Apache-2.0
// Pictures inside the gamut, colour in real numbers, and formulas without the CPU's loops.
#include "looks.hpp"

namespace smos::parity {

using namespace kernels;

namespace {

bool inside(const Real& rgb) {
    return rgb.a >= 0 && rgb.b >= 0 && rgb.c >= 0 && rgb.a <= 1 && rgb.b <= 1 && rgb.c <= 1;
}

// Luma that keeps (u, v) in the gamut; drawn, and moved up until it does.
int fitting_luma(Noise& noise, int u, int v) {
    const int drawn = noise.between(16, 235);
    for (int i = 0; i < 220; ++i) {
        const int y = 16 + (drawn - 16 + i) % 220;
        if (inside(real_rgb(y, u, v))) {
            return y;
        }
    }
    return -1;
}

template <class Op>
void over_plane(const Op& op, int width, int height) {
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            op(x, y);
        }
    }
}

template <class Job>
void each_blurred(const Job& job) {
    const int width = job.out.width;
    const int height = job.out.height;
    std::vector<std::uint16_t> memory(static_cast<std::size_t>(width) *
                                      static_cast<std::size_t>(height));
    const Plane<std::uint16_t> between{memory.data(), width, height, width};
    const BlurTaps& columns = columns_of(job);
    const BlurTaps& rows = rows_of(job);
    const auto end = end_of(job);
    over_plane(BlurDownOp{job.source, between, rows.weight.data(), rows.reach}, width, height);
    over_plane(
        BlurAlongOp<std::remove_const_t<decltype(end)>>{
            job.source, between, job.out, columns.weight.data(), columns.reach, end},
        width,
        height);
}

} // namespace

Real real_rgb(double y, double u, double v) {
    const double luma = (y - 16) / 219;
    const double cb = (u - 128) / 224;
    const double cr = (v - 128) / 224;
    const double r = luma + 1.5748 * cr;
    const double b = luma + 1.8556 * cb;
    return {r, (luma - 0.2126 * r - 0.0722 * b) / 0.7152, b};
}

Real real_levels(const Real& rgb) {
    const double luma = 0.2126 * rgb.a + 0.7152 * rgb.b + 0.0722 * rgb.c;
    return {
        16 + 219 * luma, 128 + 224 * (rgb.c - luma) / 1.8556, 128 + 224 * (rgb.a - luma) / 1.5748};
}

Canvas in_gamut(Noise& noise, int width, int height, int gap) {
    Canvas canvas(noise, width, height, gap, Fill::flat);
    for (int y = 0; y < height; y += 2) {
        for (int x = 0; x < width; x += 2) {
            int u = 128;
            int v = 128;
            do {
                u = noise.between(16, 240);
                v = noise.between(16, 240);
            } while (fitting_luma(noise, u, v) < 0);
            canvas.u.view().at(x / 2, y / 2) = static_cast<std::uint8_t>(u);
            canvas.v.view().at(x / 2, y / 2) = static_cast<std::uint8_t>(v);
            for (int i = 0; i < 4; ++i) {
                const int px = std::min(x + i % 2, width - 1);
                const int py = std::min(y + i / 2, height - 1);
                canvas.y.view().at(px, py) = static_cast<std::uint8_t>(fitting_luma(noise, u, v));
            }
        }
    }
    return canvas;
}

void each_pixel(const Vignette& job) {
    const VignetteOps ops = formula(job);
    over_plane(ops.y, job.out.y.width, job.out.y.height);
    over_plane(ops.u, job.out.u.width, job.out.u.height);
    over_plane(ops.v, job.out.v.width, job.out.v.height);
}
void each_pixel(const Blur& job) { each_blurred(job); }
void each_pixel(const Sharpen& job) { each_blurred(job); }

} // namespace smos::parity
