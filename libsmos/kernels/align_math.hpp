// SPDX-License-Identifier: Apache-2.0
// Fixed-point affine maps and bilinear samples: the only place where a warp is written.
#pragma once

#include "libsmos/kernels/plane.hpp"

namespace smos::kernels {

// Output pixel (x, y) to source position, in units of 2^-32 pixel; integers are pixel centres.
struct FixedAffine {
    std::int64_t xx = 0, xy = 0, x0 = 0;
    std::int64_t yx = 0, yy = 0, y0 = 0;
};

// A source position split into a whole pixel and 11 bits of fraction.
struct Spot {
    std::int64_t x = 0;
    std::int64_t y = 0;
    int fx = 0;
    int fy = 0;
};

SMOS_HD Spot spot_at(std::int64_t qx, std::int64_t qy) {
    return {qx >> 11, qy >> 11, static_cast<int>(qx & 2047), static_cast<int>(qy & 2047)};
}

SMOS_HD Spot spot_of(const FixedAffine& map, int x, int y) {
    const std::int64_t half = std::int64_t{1} << 20;
    const std::int64_t qx = (map.xx * x + map.xy * y + map.x0 + half) >> 21;
    const std::int64_t qy = (map.yx * x + map.yy * y + map.y0 + half) >> 21;
    return spot_at(qx, qy);
}

SMOS_HD std::uint8_t bilinear(int p00, int p10, int p01, int p11, int fx, int fy) {
    const int top = p00 * 2048 + (p10 - p00) * fx;
    const int bottom = p01 * 2048 + (p11 - p01) * fx;
    return static_cast<std::uint8_t>((top * 2048 + (bottom - top) * fy + (1 << 21)) >> 22);
}

template <int channels>
SMOS_HD int sample_or(const Plane<const std::uint8_t>& source,
                      std::int64_t x,
                      std::int64_t y,
                      int channel,
                      int border) {
    const bool inside = x >= 0 && y >= 0 && x < source.width && y < source.height;
    return inside ? source.data[y * source.pitch + x * channels + channel] : border;
}

// Writes one pixel of `channels` bytes; whatever lies outside the source has the value `border`.
template <int channels>
SMOS_HD void
warp_pixel(const Plane<const std::uint8_t>& source, const Spot& at, int border, std::uint8_t* out) {
    if (at.x >= 0 && at.y >= 0 && at.x < source.width - 1 && at.y < source.height - 1) {
        const std::uint8_t* p = source.data + at.y * source.pitch + at.x * channels;
        const std::uint8_t* q = p + source.pitch;
        for (int c = 0; c < channels; ++c) {
            out[c] = bilinear(p[c], p[c + channels], q[c], q[c + channels], at.fx, at.fy);
        }
        return;
    }
    for (int c = 0; c < channels; ++c) {
        out[c] = bilinear(sample_or<channels>(source, at.x, at.y, c, border),
                          sample_or<channels>(source, at.x + 1, at.y, c, border),
                          sample_or<channels>(source, at.x, at.y + 1, c, border),
                          sample_or<channels>(source, at.x + 1, at.y + 1, c, border),
                          at.fx,
                          at.fy);
    }
}

inline constexpr int face_side_px = 112;
inline constexpr int face_bytes = face_side_px * face_side_px * 3;

// One face of a batch, as the twins see it.
struct FaceSource {
    Plane<const std::uint8_t> source;
    FixedAffine map;
};

// All faces of a batch: pixel (x, y) of face z.
struct FaceOp {
    const FaceSource* faces;
    std::uint8_t* out;

    SMOS_HD void operator()(int x, int y, int z) const {
        const FaceSource& face = faces[z];
        std::uint8_t* pixel =
            out + static_cast<std::int64_t>(z) * face_bytes + (y * face_side_px + x) * 3;
        warp_pixel<3>(face.source, spot_of(face.map, x, y), 0, pixel);
    }
};

} // namespace smos::kernels
