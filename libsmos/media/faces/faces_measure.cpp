// SPDX-License-Identifier: Apache-2.0
// The arithmetic of faces: which landmarks can be believed, and how near two embeddings are.
#include "libsmos/media/faces/faces.hpp"

#include <algorithm>
#include <cmath>

namespace smos::media {
namespace {

constexpr double sure_score = 0.9;
constexpr double least_eye_distance_px = 16; // below it similarity falls off a cliff
constexpr double most_tilt_degrees = 30;
constexpr double most_nose_offset = 0.6; // of the eye distance: further is a profile
constexpr double least_inside = 0.6;     // of the box
constexpr double degrees = 57.29577951308232;

/// Along the line through the eyes and across it, in eye distances from their middle.
struct FaceAxes {
    double middle_x = 0, middle_y = 0, dx = 0, dy = 0, length = 0;

    explicit FaceAxes(const kernels::Landmarks& points) {
        middle_x = (points[0].x + points[1].x) / 2;
        middle_y = (points[0].y + points[1].y) / 2;
        dx = points[1].x - points[0].x;
        dy = points[1].y - points[0].y;
        length = std::hypot(dx, dy);
    }
    double along(kernels::Point p) const {
        return ((p.x - middle_x) * dx + (p.y - middle_y) * dy) / (length * length);
    }
    double below(kernels::Point p) const {
        return ((p.y - middle_y) * dx - (p.x - middle_x) * dy) / (length * length);
    }
};

double share_inside(const Face& face, int width_px, int height_px) {
    const double w =
        std::min(face.x + face.width, static_cast<double>(width_px)) - std::max(face.x, 0.0);
    const double h =
        std::min(face.y + face.height, static_cast<double>(height_px)) - std::max(face.y, 0.0);
    return std::max(w, 0.0) * std::max(h, 0.0) / (face.width * face.height);
}

} // namespace

std::string flaw_of(const Face& face, int width_px, int height_px) {
    const FaceAxes axes{face.landmarks};
    if (!std::isfinite(axes.length) || axes.length < 1 || !(face.width > 0) || !(face.height > 0))
        return "implausible";
    const kernels::Point mouth{(face.landmarks[3].x + face.landmarks[4].x) / 2,
                               (face.landmarks[3].y + face.landmarks[4].y) / 2};
    const double nose_below = axes.below(face.landmarks[2]);
    const double mouth_below = axes.below(mouth);
    const double across = axes.length / face.width;
    if (mouth_below <= 0 || nose_below <= 0 || nose_below >= mouth_below || across > 0.60)
        return "implausible";
    if (std::abs(axes.along(face.landmarks[2])) >= most_nose_offset || across < 0.25)
        return "turned";
    if (std::abs(std::atan2(axes.dy, axes.dx)) * degrees > most_tilt_degrees)
        return "tilted";
    if (axes.length < least_eye_distance_px)
        return "too_small";
    if (share_inside(face, width_px, height_px) < least_inside)
        return "cut_off";
    return face.score < sure_score ? "doubtful" : "";
}

double cosine(const Embedding& a, const Embedding& b) {
    if (a.size() != b.size())
        return 0.0;
    double ab = 0, aa = 0, bb = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        ab += static_cast<double>(a[i]) * static_cast<double>(b[i]);
        aa += static_cast<double>(a[i]) * static_cast<double>(a[i]);
        bb += static_cast<double>(b[i]) * static_cast<double>(b[i]);
    }
    return aa > 0 && bb > 0 ? ab / std::sqrt(aa * bb) : 0.0;
}

Embedding mean_embedding(const std::vector<Embedding>& embeddings) {
    if (embeddings.empty())
        return {};
    std::vector<double> sum(embeddings.front().size(), 0.0);
    for (const Embedding& one : embeddings) {
        for (std::size_t i = 0; i < sum.size() && i < one.size(); ++i)
            sum[i] += static_cast<double>(one[i]);
    }
    double squares = 0;
    for (const double value : sum)
        squares += value * value;
    if (!(squares > 0) || !std::isfinite(squares))
        return {};
    Embedding mean;
    for (const double value : sum)
        mean.push_back(static_cast<float>(value / std::sqrt(squares)));
    return mean;
}

} // namespace smos::media
