// SPDX-License-Identifier: Apache-2.0
// What can be told from small luma planes: black frames, frozen frames, what came and went.
#include "libsmos/media/inspect/inspect_picture.hpp"

#include <algorithm>
#include <cstdlib>

namespace smos::media {
namespace {

constexpr int black_luma = 32; // of 16..235
constexpr double black_share = 0.98;
constexpr double still_levels = 0.2; // mean absolute change of luma that counts as none
constexpr std::int64_t least_freeze_ms = 500;
constexpr int stray_levels = 48;
constexpr std::size_t stray_values = 40; // of 4x4 pixels: a letter, not a spark

} // namespace

SmallPlane small_plane(const Frame& frame) {
    SmallPlane plane;
    plane.width = frame.width_px / SmallPlane::step;
    plane.height = frame.height_px / SmallPlane::step;
    plane.values.assign(
        static_cast<std::size_t>(plane.width) * static_cast<std::size_t>(plane.height), 0);
    std::uint16_t* out = plane.values.data();
    for (int row = 0; row < plane.height; ++row, out += plane.width) {
        for (int line = 0; line < SmallPlane::step; ++line) {
            const std::uint8_t* luma =
                frame.y() +
                static_cast<std::ptrdiff_t>(row * SmallPlane::step + line) * frame.y_stride();
            for (int i = 0; i < plane.width; ++i, luma += SmallPlane::step) {
                out[i] = static_cast<std::uint16_t>(out[i] + luma[0] + luma[1] + luma[2] + luma[3]);
            }
        }
    }
    return plane;
}

void BlackWatch::see(const SmallPlane& plane, std::int64_t from_ms, std::int64_t to_ms) {
    const auto dark =
        std::count_if(plane.values.begin(), plane.values.end(), [](std::uint16_t value) {
            return value <= black_luma * SmallPlane::scale;
        });
    if (static_cast<double>(dark) < black_share * static_cast<double>(plane.values.size()))
        return;
    // Times are rounded to milliseconds.
    if (!ranges.empty() && ranges.back().to_ms + 2 >= from_ms)
        ranges.back().to_ms = to_ms;
    else
        ranges.push_back({from_ms, to_ms});
}

void FreezeWatch::start(const SmallPlane& plane, std::int64_t at_ms) {
    if (ignored_.empty()) {
        ignored_.assign(plane.values.size(), 0);
        for (const CaptionBox& box : captions_) {
            const int x0 = std::clamp(box.x / SmallPlane::step - 3, 0, plane.width);
            const int x1 = std::clamp((box.x + box.width) / SmallPlane::step + 4, x0, plane.width);
            const int y0 = std::clamp(box.y / SmallPlane::step - 3, 0, plane.height);
            const int y1 =
                std::clamp((box.y + box.height) / SmallPlane::step + 4, y0, plane.height);
            for (int y = y0; y < y1; ++y) {
                auto* row = ignored_.data() + static_cast<std::ptrdiff_t>(y) * plane.width;
                std::fill(row + x0, row + x1, std::uint8_t{1});
            }
        }
    }
    first_ = plane;
    run_from_ms_ = at_ms;
}

double FreezeWatch::change(const SmallPlane& plane) const {
    std::int64_t sum = 0, count = 0;
    for (std::size_t i = 0; i < plane.values.size(); ++i) {
        if (ignored_[i] != 0)
            continue;
        sum += std::abs(static_cast<int>(plane.values[i]) - static_cast<int>(first_.values[i]));
        ++count;
    }
    return count == 0 ? 255.0
                      : static_cast<double>(sum) / static_cast<double>(count * SmallPlane::scale);
}

void FreezeWatch::see(const SmallPlane& plane, std::int64_t from_ms, std::int64_t to_ms) {
    if (!running_ || plane.values.size() != first_.values.size() || change(plane) > still_levels) {
        finish();
        start(plane, from_ms);
        running_ = true;
    }
    run_to_ms_ = to_ms;
}

void FreezeWatch::finish() {
    if (running_ && run_to_ms_ - run_from_ms_ >= least_freeze_ms)
        ranges.push_back({run_from_ms_, run_to_ms_});
    running_ = false;
}

void StrayWatch::note_start(std::size_t box, const SmallPlane& plane) {
    appeared_[box].clear();
    for (const std::uint32_t i : margin_) {
        if (plane.values[i] - before_.values[i] >= stray_levels * SmallPlane::scale)
            appeared_[box].push_back(i);
    }
}

void StrayWatch::note_end(std::size_t box, const SmallPlane& plane) {
    const auto width = static_cast<std::uint32_t>(plane.width);
    Stray stray;
    stray.box = box;
    std::size_t count = 0;
    for (const std::uint32_t i : appeared_[box]) {
        if (before_.values[i] - plane.values[i] < stray_levels * SmallPlane::scale)
            continue;
        const auto x = static_cast<std::int64_t>(i % width) * SmallPlane::step;
        const auto y = static_cast<std::int64_t>(i / width) * SmallPlane::step;
        const bool first = count++ == 0;
        stray.left_px = first ? x : std::min(stray.left_px, x);
        stray.right_px = std::max(stray.right_px, x + SmallPlane::step);
        stray.top_px = first ? y : std::min(stray.top_px, y);
        stray.bottom_px = std::max(stray.bottom_px, y + SmallPlane::step);
    }
    stray.pixels = static_cast<std::int64_t>(count) * SmallPlane::scale;
    if (count >= stray_values)
        strays.push_back(stray);
}

void StrayWatch::see(const SmallPlane& plane, std::int64_t at_ms) {
    if (margin_.empty()) {
        const int left = plane.width * safe_.left / 1000;
        const int right = plane.width - plane.width * safe_.right / 1000;
        const int top = plane.height * safe_.top / 1000;
        const int bottom = plane.height - plane.height * safe_.bottom / 1000;
        for (int y = 0; y < plane.height; ++y) {
            for (int x = 0; x < plane.width; ++x) {
                if (x < left - 1 || x > right + 1 || y < top - 1 || y > bottom + 1)
                    margin_.push_back(static_cast<std::uint32_t>(y * plane.width + x));
            }
        }
    }
    if (before_.values.size() == plane.values.size()) {
        for (std::size_t i = 0; i < captions_.size(); ++i) {
            const CaptionBox& box = captions_[i];
            if (before_ms_ < box.start_ms && at_ms >= box.start_ms)
                note_start(i, plane);
            if (before_ms_ < box.end_ms && at_ms >= box.end_ms)
                note_end(i, plane);
        }
    }
    before_ = plane;
    before_ms_ = at_ms;
}

} // namespace smos::media
