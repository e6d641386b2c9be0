// SPDX-License-Identifier: Apache-2.0
// Faces that move by rule, and what a path of the window does with them.
#pragma once

#include "libsmos/media/compose/geometry.hpp"
#include "libsmos/media/reframe/reframe.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <random>

namespace smos::media::test {

inline constexpr records::Rational thirty{30, 1};

inline records::TimelineItem item_of(std::int64_t frames) {
    records::TimelineItem item;
    item.id = "a";
    item.asset = "film";
    item.at = records::TimelineTime::of(100);
    item.dur = records::TimelineTime::of(frames);
    return item;
}

inline FaceBox face_at(double middle_x, double middle_y, double size) {
    FaceBox box;
    box.x = std::llround(middle_x - size / 2);
    box.y = std::llround(middle_y - size / 2);
    box.width = box.height = std::llround(size);
    box.score_milli = 950;
    return box;
}

using Faces = std::function<std::vector<FaceBox>(std::int64_t)>;

inline std::vector<FaceSample> sampled(std::int64_t frames, const Faces& faces) {
    std::vector<FaceSample> samples;
    for (std::int64_t frame = 0; frame < frames; ++frame)
        if (frame % 5 == 0 || frame + 1 == frames)
            samples.push_back({frame, faces(frame), false});
    return samples;
}

/// From 16:9 to 9:16 unless said otherwise.
struct Reframe {
    records::TimelineItem item;
    kernels::Size source{1920, 1080};
    kernels::Size canvas{1080, 1920};

    CropPath path(const std::vector<FaceSample>& samples) const {
        return crop_path(samples, item, source, canvas, thirty);
    }
    kernels::Window window(const CropPath& path, std::int64_t frame) const {
        records::TimelineItem shown = item;
        shown.anim.view = path.view;
        return geometry_of(plan_layer(shown, item.at.value + frame),
                           source.width,
                           source.height,
                           canvas.width,
                           canvas.height)
            .source;
    }
    /// The left edge for each frame, in pixels of the canvas.
    std::vector<double> lefts(const CropPath& path) const {
        std::vector<double> lefts;
        for (std::int64_t frame = 0; frame < item.dur.value; ++frame) {
            const kernels::Window seen = window(path, frame);
            lefts.push_back(static_cast<double>(seen.x) / static_cast<double>(seen.width) *
                            canvas.width);
        }
        return lefts;
    }
    bool holds(const CropPath& path, std::int64_t frame, const FaceBox& box) const {
        const kernels::Window seen = window(path, frame);
        const auto px = [](std::int64_t fixed) {
            return static_cast<double>(fixed) / 4294967296.0;
        };
        const auto whole = [](std::int64_t pixels) { return static_cast<double>(pixels); };
        return whole(box.x) >= px(seen.x) && whole(box.y) >= px(seen.y) &&
               whole(box.x + box.width) <= px(seen.x + seen.width) &&
               whole(box.y + box.height) <= px(seen.y + seen.height);
    }
};

/// The greatest absolute difference of an order: 1 speed, 2 acceleration, 3 jerk, per frame.
inline double most(std::vector<double> values, int order) {
    for (int i = 0; i < order; ++i) {
        for (std::size_t n = 0; n + 1 < values.size(); ++n)
            values[n] = values[n + 1] - values[n];
        if (!values.empty())
            values.pop_back();
    }
    double greatest = 0;
    for (const double value : values)
        greatest = std::max(greatest, std::abs(value));
    return greatest;
}

} // namespace smos::media::test
