// SPDX-License-Identifier: Apache-2.0
// What a job must keep, and which pixels it writes.
#include "libsmos/kernels/compose_plan.hpp"

#include <algorithm>

namespace smos::kernels {

namespace {

std::int16_t weight_of(std::uint32_t weight) {
    return static_cast<std::int16_t>((weight + 2) >> 2);
}

bool offset_sound(int x0, int y0) {
    return x0 >= -max_side_px && x0 <= max_side_px && y0 >= -max_side_px && y0 <= max_side_px;
}

Rect clipped(Rect wish, const Target& out) {
    return {std::max(wish.x0, 0),
            std::max(wish.y0, 0),
            std::min(wish.x1, out.width),
            std::min(wish.y1, out.height)};
}

bool front_sound(const Blend& job) {
    if (job.front.empty()) {
        return job.front.width == 0 && job.front.height == 0;
    }
    if (!job.chroma) {
        return same_size(job.front, job.mask);
    }
    const bool even = job.x0 % 2 == 0 && job.y0 % 2 == 0;
    return even && job.front.width == (job.mask.width + 1) / 2 &&
           job.front.height == (job.mask.height + 1) / 2;
}

} // namespace

bool sound(const Place& job) {
    if (!sound(job.source) || !sound(job.out) || job.columns == nullptr || job.rows == nullptr) {
        return false;
    }
    return !job.source.empty() && job.columns->source_count == job.source.width &&
           job.rows->source_count == job.source.height && offset_sound(job.x0, job.y0);
}

bool sound(const Warp& job) {
    return sound(job.source) && sound(job.out) && fixed(job.to_source).has_value();
}

bool sound(const Crossfade& job) {
    return sound(job.from) && sound(job.to) && sound(job.out) && same_size(job.from, job.out) &&
           same_size(job.to, job.out) && job.weight <= full_weight;
}

bool sound(const Fade& job) { return sound(job.out) && job.weight <= full_weight; }

bool sound(const Blend& job) {
    return sound(job.out) && sound(job.mask) && sound(job.front) && front_sound(job) &&
           offset_sound(job.x0, job.y0) && job.opacity <= full_weight;
}

Rect touched(const Place& job) {
    const int width = static_cast<int>(job.columns->first.size());
    const int height = static_cast<int>(job.rows->first.size());
    return clipped({job.x0, job.y0, job.x0 + width, job.y0 + height}, job.out);
}

Rect touched(const Blend& job) {
    if (job.mask.empty()) {
        return {};
    }
    const Rect luma{job.x0, job.y0, job.x0 + job.mask.width, job.y0 + job.mask.height};
    if (!job.chroma) {
        return clipped(luma, job.out);
    }
    return clipped({luma.x0 >> 1, luma.y0 >> 1, (luma.x1 + 1) >> 1, (luma.y1 + 1) >> 1}, job.out);
}

PlaceOp formula(const Place& job) {
    const Rect whole{job.x0,
                     job.y0,
                     job.x0 + static_cast<int>(job.columns->first.size()),
                     job.y0 + static_cast<int>(job.rows->first.size())};
    return {job.source,
            job.out,
            whole,
            job.columns->first.data(),
            job.columns->along.data(),
            job.rows->first.data(),
            job.rows->down.data()};
}

WarpOp formula(const Warp& job) {
    return {job.source, job.out, fixed(job.to_source).value_or(FixedAffine{}), job.border};
}

CrossfadeOp formula(const Crossfade& job) {
    return {job.from, job.to, job.out, weight_of(job.weight)};
}

FadeOp formula(const Fade& job) { return {job.out, job.colour, weight_of(job.weight)}; }

} // namespace smos::kernels
