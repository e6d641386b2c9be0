// SPDX-License-Identifier: Apache-2.0
// Values between keyframes, in integers, so that every machine draws the same picture.
#include "libsmos/records/timeline/timeline.hpp"

#include <algorithm>
#include <cmath>

namespace smos::records {
namespace {

__extension__ using Wide = __int128;

constexpr std::int64_t one = std::int64_t{1} << 20U;

std::int64_t cubed(std::int64_t t) { return (t * t >> 20U) * t >> 20U; }

} // namespace

std::int64_t eased(std::int64_t t, Easing ease) {
    switch (ease) {
    case Easing::linear:
        return t;
    case Easing::hold:
        return t >= one ? one : 0;
    case Easing::cubic_in:
        return cubed(t);
    case Easing::cubic_out:
        return one - cubed(one - t);
    case Easing::cubic_io:
        return 3 * (t * t >> 20U) - 2 * cubed(t);
    }
    return t;
}

Micro Micro::of(double real) { return {std::llround(real * 1e6)}; }

std::int64_t value_at(const Curve& curve, std::size_t index, std::int64_t frame) {
    SMOS_EXPECT(!curve.keys.empty());
    const auto next = std::upper_bound(
        curve.keys.begin(), curve.keys.end(), frame, [](std::int64_t at, const Curve::Key& key) {
            return at < key.at;
        });
    if (next == curve.keys.begin())
        return next->value.at(index);
    const Curve::Key& from = *std::prev(next);
    if (next == curve.keys.end())
        return from.value.at(index);
    const std::int64_t t = (frame - from.at) * one / (next->at - from.at);
    const Wide step = Wide{next->value.at(index) - from.value.at(index)} * eased(t, next->ease);
    // Rounded to nearest, the same for both signs.
    const Wide half = Wide{1} << 19U;
    return from.value.at(index) + static_cast<std::int64_t>((step + half) >> 20U);
}

} // namespace smos::records
