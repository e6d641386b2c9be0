// SPDX-License-Identifier: Apache-2.0
// Wide Gaussians: of the means of 2, 4 or 8 pixels across and down, shown again at full size.
#include "libsmos/kernels/blur.hpp"
#include "libsmos/kernels/compose_plan.hpp"
#include "libsmos/kernels/cpu_rows.hpp"

#include <algorithm>
#include <cmath>
#include <new>

namespace smos::kernels {

namespace {

// The least radius that a shrunk picture is blurred by, in its own pixels: less would show how it
// was shrunk.
constexpr int least_radius_256ths = 6 * 256;
constexpr int most_shrunk = 8;

int shrunk_by(int radius_256ths) {
    int scale = 1;
    while (2 * scale <= most_shrunk && radius_256ths >= 2 * scale * least_radius_256ths) {
        scale *= 2;
    }
    return scale;
}

// What is left to do after the means have blurred, and the four taps sharpened: a mean of n pixels
// has the variance (n^2 - 1) / 12, those taps -1/15 (the second moment of their cubic).
int radius_left(int radius_256ths, int scale) {
    const double sigma = radius_256ths / 512.0;
    const double square = static_cast<double>(scale) * scale;
    const double left = (sigma * sigma - (square - 1.0) / 12.0) / square + 1.0 / 15.0;
    return static_cast<int>(std::lround(512.0 * std::sqrt(left)));
}

// One row of means. Rows and columns beyond the edge are the edge's.
template <int scale>
struct MeanRow {
    Source source;
    std::uint8_t* out;
    std::uint16_t* sum; // of each column, as many as whole blocks need
    int row;
    int count;

    __attribute__((always_inline)) void operator()() const {
        const int width = source.width;
        std::fill(sum, sum + width, std::uint16_t{0});
        for (int k = 0; k < scale; ++k) {
            const std::uint8_t* from = source.row(clamp_index(scale * row + k, source.height));
            SMOS_PIXELS_ARE_INDEPENDENT
            for (int x = 0; x < width; ++x) {
                sum[x] = static_cast<std::uint16_t>(sum[x] + from[x]);
            }
        }
        std::fill(sum + width, sum + scale * count, sum[width - 1]);
        constexpr int share = scale * scale;
        SMOS_PIXELS_ARE_INDEPENDENT
        for (int i = 0; i < count; ++i) {
            int block = share / 2;
            for (int k = 0; k < scale; ++k) {
                block += sum[scale * i + k];
            }
            out[i] = static_cast<std::uint8_t>(block / share);
        }
    }
};

template <int scale>
void means(const Source& source, const Target& out) {
    std::vector<std::uint16_t> sum(static_cast<std::size_t>(scale) *
                                   static_cast<std::size_t>(out.width));
    for (int y = 0; y < out.height; ++y) {
        on_best_unit(MeanRow<scale>{source, out.row(y), sum.data(), y, out.width});
    }
}

struct OwnPlane {
    std::vector<std::uint8_t> bytes;
    Target view;

    OwnPlane(int width, int height)
        : bytes(static_cast<std::size_t>(width) * static_cast<std::size_t>(height)),
          view{bytes.data(), width, height, width} {}
};

Outcome direct(int radius_256ths, const Source& source, const Target& out) {
    const auto taps = gaussian_taps(radius_256ths);
    return taps ? run_rows(Blur{source, out, &*taps, &*taps}, all_rows(out)) : Outcome::bad_job;
}

Outcome by_means(int radius_256ths, int scale, const Source& source, const Target& out) {
    const auto shrunk = [&](int side) { return (side + scale - 1) / scale; };
    OwnPlane small(shrunk(source.width), shrunk(source.height));
    OwnPlane soft(small.view.width, small.view.height);
    if (scale == 2) {
        means<2>(source, small.view);
    } else if (scale == 4) {
        means<4>(source, small.view);
    } else {
        means<8>(source, small.view);
    }
    const Outcome blurred = direct(radius_left(radius_256ths, scale), small.view, soft.view);
    if (blurred != Outcome::done) {
        return blurred;
    }
    const std::int64_t step = (std::int64_t{1} << 32) / scale;
    const Axis axis{step / 2 - (std::int64_t{1} << 31), step};
    const auto columns = tap_table(axis, out.width, small.view.width);
    const auto rows = tap_table(axis, out.height, small.view.height, TapUse::down);
    if (!columns || !rows) {
        return Outcome::bad_job;
    }
    return run_rows(Place{soft.view, out, 0, 0, &*columns, &*rows}, all_rows(out));
}

} // namespace

Outcome blur_plane(int radius_256ths, const Source& source, const Target& out) {
    if (radius_256ths < 0 || radius_256ths > max_blur_256ths || !sound(source) || !sound(out) ||
        !same_size(source, out)) {
        return Outcome::bad_job;
    }
    if (out.empty()) {
        return Outcome::done;
    }
    try {
        const int scale = shrunk_by(radius_256ths);
        return scale == 1 ? direct(radius_256ths, source, out)
                          : by_means(radius_256ths, scale, source, out);
    } catch (const std::bad_alloc&) {
        return Outcome::out_of_memory;
    }
}

Outcome
blur_picture(int radius_256ths, Picture<const std::uint8_t> source, Picture<std::uint8_t> out) {
    const Outcome y = blur_plane(radius_256ths, source.y, out.y);
    const Outcome u = blur_plane(radius_256ths / 2, source.u, out.u);
    const Outcome v = blur_plane(radius_256ths / 2, source.v, out.v);
    const Outcome early = y != Outcome::done ? y : u;
    return early != Outcome::done ? early : v;
}

} // namespace smos::kernels
