// SPDX-License-Identifier: Apache-2.0
// Costs: seconds of discomfort against the squares of speed, acceleration and jerk.
#include "libsmos/media/reframe/reframe_grid.hpp"

#include <algorithm>
#include <cstdlib>

namespace smos::media {
namespace {

__extension__ using Wide = __int128;

constexpr std::int64_t quantum_milli = 25; // of a window
constexpr std::int64_t least_quantum_milli = 4;
constexpr std::int64_t most_places = 160;
constexpr std::int64_t most_speed_milli = 1500; // of a window per second, of an even tracking
constexpr std::int64_t most_speeds = 10;
constexpr std::int64_t most_acceleration_milli = 3000; // of a window per second^2
constexpr std::int64_t move_cost = 3000;               // why it rests at all

std::int64_t beyond(const Interval& interval, std::int64_t value) {
    return std::abs(value - interval.nearest(value));
}

std::int64_t tightest(const Axis& axis) {
    std::int64_t width = whole_room;
    for (const Wish& wish : axis.wishes)
        if (wish.face && wish.fits)
            width = std::min(width, wish.inside.width());
    return width;
}

/// Where it is easy at any frame, and near it where the picture ends.
Interval worth_going(const Axis& axis, std::int64_t anchor) {
    Interval worth{anchor, anchor};
    for (const Wish& wish : axis.wishes) {
        const std::int64_t there = wish.limit.nearest(anchor);
        worth = {std::min(worth.low, wish.face ? wish.easy.low : there),
                 std::max(worth.high, wish.face ? wish.easy.high : there)};
    }
    return worth;
}

/// value / seconds^power; the factors may be far beyond 64 bits.
std::int64_t over(Wide value, std::int64_t ms, int power) {
    for (int i = 0; i < power; ++i)
        value = value * 1000 / ms;
    return static_cast<std::int64_t>(std::min(value, Wide{1} << 40U));
}

} // namespace

Grid grid_for(const Axis& axis, const Pace& pace, std::int64_t anchor) {
    Grid grid;
    const Interval limit = worth_going(axis, anchor);
    const auto deviation = [&](std::int64_t milli) {
        return std::max<std::int64_t>(1, milli * whole_room / pace.reach_milli);
    };
    grid.quantum =
        std::clamp(tightest(axis) / 2, deviation(least_quantum_milli), deviation(quantum_milli));
    grid.quantum = std::max(grid.quantum, limit.width() / most_places);
    const std::int64_t speed = pace.milli(grid.quantum) * 1000 / pace.step_ms;
    grid.fastest = static_cast<int>(
        std::min(most_speeds, most_speed_milli / std::max<std::int64_t>(1, speed)));
    grid.places.push_back(limit.low);
    const std::int64_t before = (anchor - limit.low) / grid.quantum;
    for (std::int64_t at = anchor - before * grid.quantum; at < limit.high; at += grid.quantum)
        if (at > limit.low)
            grid.places.push_back(at);
    if (limit.high > limit.low)
        grid.places.push_back(limit.high);
    return grid;
}

std::int64_t cost_of(const Wish& wish, std::int64_t deviation, const Pace& pace) {
    std::int64_t cost = 0;
    if (const std::int64_t off = beyond(wish.limit, deviation); off > 0)
        cost += 40'000 + 400 * pace.milli(off);
    if (!wish.face)
        return cost;
    if (const std::int64_t off = beyond(wish.inside, deviation); off > 0)
        cost += 200'000 + 2000 * pace.milli(off);
    const std::int64_t off = pace.milli(beyond(wish.easy, deviation));
    return cost + 40 * off + off * off / 8 + pace.milli(std::abs(deviation - wish.best)) / 10;
}

// With T seconds, 3t^2 - 2t^3 over a length A has its peaks at 1.5 A/T, 6 A/T^2 and 12 A/T^3, and
// its squares' integrals are 1.2 A^2/T, 12 A^2/T^3 and 144 A^2/T^5.
std::int64_t cost_of_pan(std::int64_t milli, std::int64_t ms) {
    const std::int64_t length = std::abs(milli);
    if (over(Wide{6} * length, ms, 2) > most_acceleration_milli)
        return -1;
    const Wide square = Wide{length} * length;
    return move_cost + over(square * 6 / 100, ms, 1) + over(square * 3 / 100, ms, 3) +
           over(square * 36 / 1000, ms, 5);
}

// t^3 with the speed v at its end has the peaks 2 v/T and 2 v/T^2, and the integrals v^2 T/5,
// 4 v^2/(3 T) and 4 v^2/T^3.
std::int64_t cost_of_start(std::int64_t milli_per_s, std::int64_t ms) {
    const std::int64_t speed = std::abs(milli_per_s);
    if (over(Wide{2} * speed, ms, 1) > most_acceleration_milli)
        return -1;
    const Wide square = Wide{speed} * speed;
    return move_cost / 2 + static_cast<std::int64_t>(square * ms / 100'000) +
           over(square / 300, ms, 1) + over(square / 1000, ms, 3);
}

std::int64_t cost_of_cruise(std::int64_t milli_per_s, std::int64_t ms) {
    return milli_per_s * milli_per_s * ms / 20'000;
}

std::int64_t
cost_of_change(std::int64_t from_milli_per_s, std::int64_t to_milli_per_s, std::int64_t ms) {
    const std::int64_t change = std::abs(to_milli_per_s - from_milli_per_s);
    if (over(change, ms, 1) > most_acceleration_milli)
        return -1;
    const Wide square = Wide{change} * change;
    return move_cost + cost_of_cruise((from_milli_per_s + to_milli_per_s) / 2, ms) +
           over(square / 400, ms, 1) + over(square / 1000, ms, 3);
}

} // namespace smos::media
