// SPDX-License-Identifier: Apache-2.0
// Faces cut out upright, 112 by 112, by five landmarks: what every embedding expects.
#pragma once

#include "libsmos/kernels/align_math.hpp"
#include "libsmos/kernels/device.hpp"

#include <array>
#include <optional>
#include <span>

namespace smos::kernels {

struct Point {
    double x = 0.0;
    double y = 0.0;
};

// In the order of YuNet and ArcFace, as seen in the picture: left eye, right eye, nose, left
// mouth corner, right mouth corner.
using Landmarks = std::array<Point, 5>;

// Where the landmarks of an upright face lie in 112 by 112 pixels (InsightFace `arcface_dst`).
inline constexpr Landmarks arcface_template = {{{38.2946, 51.6963},
                                                {73.5318, 51.5014},
                                                {56.0252, 71.7366},
                                                {41.5493, 92.3655},
                                                {70.7299, 92.2041}}};

// x' = xx x + xy y + x0, y' = yx x + yy y + y0; integers are pixel centres.
struct Affine {
    double xx = 1.0, xy = 0.0, x0 = 0.0;
    double yx = 0.0, yy = 1.0, y0 = 0.0;
};

// The rotation, scale and shift (no mirror) with the least squared distance from `from` to `to`:
// Umeyama 1991, which in the plane needs no decomposition. None if the points coincide, the best
// scale is 0, or a coordinate is not finite.
[[nodiscard]] std::optional<Affine> similarity(const Landmarks& from, const Landmarks& to);

// None if the map is singular or not finite.
[[nodiscard]] std::optional<Affine> inverse(const Affine& map);

// From pixels of the aligned face to pixels of the picture the landmarks were found in.
[[nodiscard]] std::optional<Affine> face_map(const Landmarks& landmarks);

// None unless every factor is within +-4096 and every shift within +-2^26 pixels.
[[nodiscard]] std::optional<FixedAffine> fixed(const Affine& map);

// One face to cut: RGB8 interleaved, `width` in pixels and `pitch` in bytes.
struct FaceJob {
    Plane<const std::uint8_t> source;
    Affine to_source; // see face_map
};

// Cuts all faces, of any number of pictures, in one launch. `out` holds jobs.size() * face_bytes
// bytes, RGB8, one face after the other; pixels outside the picture are 0. On bad_job nothing is
// written.
[[nodiscard]] Outcome align(std::span<const FaceJob> jobs,
                            std::span<std::uint8_t> out,
                            Device device,
                            Timing* timing = nullptr);

} // namespace smos::kernels
