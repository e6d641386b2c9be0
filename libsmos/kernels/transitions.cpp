// SPDX-License-Identifier: Apache-2.0
// The numbers of transitions: where both pictures are at some progress.
#include "libsmos/kernels/transitions.hpp"

#include "libsmos/kernels/blur.hpp"

#include <algorithm>

namespace smos::kernels {

namespace {

std::int64_t kept(std::uint32_t progress) { return std::min(progress, full_weight); }

// progress^2 (3 - 2 progress).
std::int64_t eased(std::int64_t p) { return ((p * p >> 16) * (3 * 65536 - 2 * p)) >> 16; }

// How far something of that length has gone, an even number of pixels; the whole length, rounded up
// to even, at the end.
int gone(std::int64_t progress, int length) {
    const std::int64_t pairs = (length + 1) / 2;
    return static_cast<int>(2 * ((progress * pairs + 32768) >> 16));
}

std::int64_t unit() { return std::int64_t{1} << 32; }

// The middle `part` / 65536 of a picture.
Window middle(std::int64_t part, int width, int height) {
    Window window;
    window.width = (unit() >> 16) * part * width;
    window.height = (unit() >> 16) * part * height;
    window.x = (unit() * width - window.width) / 2;
    window.y = (unit() * height - window.height) / 2;
    return window;
}

} // namespace

DipAt dip_at(std::uint32_t progress) {
    const auto p = static_cast<std::uint32_t>(kept(progress));
    const bool second = p > full_weight / 2;
    return {second, 2 * (second ? full_weight - p : p)};
}

JoinedAt joined_at(Direction direction, bool push, std::uint32_t progress, int width, int height) {
    const bool across = direction == Direction::left || direction == Direction::right;
    const bool backwards = direction == Direction::left || direction == Direction::up;
    const int length = across ? width : height;
    const int whole = gone(full_weight, length);
    const int moved = gone(kept(progress), length);
    const int from = push ? (backwards ? -moved : moved) : 0;
    const int to = backwards ? whole - moved : moved - whole;
    return across ? JoinedAt{from, 0, to, 0} : JoinedAt{0, from, 0, to};
}

WhipAt
whip_at(Direction direction, std::uint32_t progress, std::uint32_t frame, int width, int height) {
    const std::int64_t p = kept(progress);
    const std::int64_t speed = (6 * p * (65536 - p)) >> 16; // of the whole way, per transition
    const bool across = direction == Direction::left || direction == Direction::right;
    const std::int64_t way = across ? width : height;
    const std::int64_t travelled = (speed * std::min(frame, full_weight) >> 16) * way;
    const auto streak =
        static_cast<int>(std::min<std::int64_t>(travelled * 256 / 65536 / 2, max_streak_256ths));
    WhipAt whip;
    whip.at = joined_at(direction, true, static_cast<std::uint32_t>(eased(p)), width, height);
    (across ? whip.across_256ths : whip.down_256ths) = streak;
    return whip;
}

std::optional<ZoomAt> zoom_at(std::uint32_t progress,
                              std::uint32_t zoom_65536ths,
                              int from_width,
                              int from_height,
                              int to_width,
                              int to_height) {
    const auto sized = [](int side) { return side >= 1 && side <= max_side_px; };
    if (zoom_65536ths < full_weight || zoom_65536ths > 16 * full_weight || !sized(from_width) ||
        !sized(from_height) || !sized(to_width) || !sized(to_height)) {
        return std::nullopt;
    }
    const std::int64_t near = (std::int64_t{1} << 32) / zoom_65536ths; // the smallest part shown
    const std::int64_t p = kept(progress);
    const std::int64_t lost = 65536 - near;
    ZoomAt at;
    at.from = middle(65536 - (lost * eased(p) >> 16), from_width, from_height);
    at.to = middle(near + (lost * eased(p) >> 16), to_width, to_height);
    at.weight = static_cast<std::uint32_t>(eased(p));
    return at;
}

} // namespace smos::kernels
