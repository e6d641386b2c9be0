// SPDX-License-Identifier: Apache-2.0
// Dynamic programming over knots in time; a state is a place and a speed.
#include "libsmos/media/reframe/reframe_search.hpp"

#include "libsmos/media/reframe/reframe_grid.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

namespace smos::media {
namespace {

constexpr std::int64_t unreached = std::numeric_limits<std::int64_t>::max();
constexpr std::array<std::int64_t, 7> pan_knots{3, 5, 8, 12, 18, 27, 40};
constexpr std::array<std::int64_t, 3> start_knots{3, 6, 9}; // a third of them is whole
constexpr std::int64_t span_knots = 400;
constexpr std::int64_t hopeless = 300'000; // dearer than the cheapest by this: not followed further
constexpr std::int64_t change_knots = 2;
constexpr std::int64_t most_change = 2; // quanta a step

/// Speeds in quanta a step: both 0 and the same place is a rest.
struct Move {
    std::int64_t from_place = 0, from_speed = 0;
    std::int64_t to_place = 0, to_speed = 0;
    std::int64_t knots = 1;
};

/// The deviation at frame n of a move.
std::int64_t place_in(const Move& move, const Grid& grid, std::int64_t step, std::int64_t n) {
    const std::int64_t from = grid.places[static_cast<std::size_t>(move.from_place)];
    const std::int64_t length = grid.places[static_cast<std::size_t>(move.to_place)] - from;
    const std::int64_t frames = move.knots * step;
    const auto along = [&](records::Easing ease) {
        const std::int64_t t = n * (std::int64_t{1} << 20U) / frames;
        return from + ((length * records::eased(t, ease) + (std::int64_t{1} << 19U)) >> 20U);
    };
    if (move.from_speed == move.to_speed)
        return along(move.from_speed == 0 ? records::Easing::cubic_io : records::Easing::linear);
    if (move.from_speed == 0)
        return along(records::Easing::cubic_in);
    if (move.to_speed == 0)
        return along(records::Easing::cubic_out);
    const std::int64_t change = move.to_speed - move.from_speed;
    return from + grid.quantum * move.from_speed * n / step +
           grid.quantum * change * n * n / (2 * frames * step);
}

/// Long shots are searched in spans that overlap by a quarter, so that memory is bounded.
class Search {
  public:
    Search(const Axis& axis, const Pace& pace, std::int64_t anchor)
        : axis_(axis),
          pace_(pace),
          grid_(grid_for(axis, pace, anchor)) {
        const auto frames = static_cast<std::int64_t>(axis.wishes.size());
        total_ = (frames - 1 + pace.step - 1) / pace.step;
        states_ = static_cast<std::size_t>(2 * grid_.fastest + 1) * grid_.places.size();
        for (const std::int64_t knots : pan_knots)
            for (const std::int64_t from : grid_.places)
                for (const std::int64_t to : grid_.places)
                    pans_.push_back(cost_of_pan(pace_.milli(to - from), knots * pace_.step_ms));
    }

    Travel run() {
        Travel travel;
        Stand at;
        do {
            knots_ = std::min(span_knots, total_ - begin_);
            weigh();
            if (begin_ == 0)
                start_anywhere();
            else
                state(0, at.place, at.speed).cost = 0;
            for (std::int64_t knot = 0; knot < knots_; ++knot)
                leave_all(knot);
            at = cheapest_end();
            const std::vector<Move> moves = walked_back(at);
            const bool last = begin_ + knots_ == total_;
            at = walk(moves, last ? knots_ : knots_ * 3 / 4, at, travel);
        } while (begin_ < total_);
        travel.places.push_back(grid_.places[static_cast<std::size_t>(at.place)]);
        return travel;
    }

  private:
    struct Stand {
        std::int64_t place = 0;
        std::int64_t speed = 0;
    };

    /// Small: there are many of them. Where the cheapest way to a state comes from.
    struct State {
        std::int64_t cost = unreached;
        std::int16_t place = 0;
        std::int8_t speed = 0;
        std::int8_t knots = 1;
    };

    std::int64_t places() const { return static_cast<std::int64_t>(grid_.places.size()); }

    State& state(std::int64_t knot, std::int64_t place, std::int64_t speed) {
        const auto row = static_cast<std::size_t>(knot) * states_;
        return reached_[row + static_cast<std::size_t>((speed + grid_.fastest) * places() + place)];
    }

    std::int64_t cost_at(std::int64_t knot, std::int64_t deviation) const {
        const auto last = static_cast<std::int64_t>(axis_.wishes.size()) - 1;
        const auto n = static_cast<std::size_t>(std::min((begin_ + knot) * pace_.step, last));
        return cost_of(axis_.wishes[n], deviation, pace_);
    }

    std::int64_t speed_of(std::int64_t quanta) const {
        return pace_.milli(grid_.quantum * quanta) * 1000 / pace_.step_ms;
    }

    void weigh() {
        reached_.assign(static_cast<std::size_t>(knots_ + 1) * states_, State{});
        stands_.clear();
        for (std::int64_t knot = 0; knot <= knots_; ++knot)
            for (const std::int64_t place : grid_.places)
                stands_.push_back(cost_at(knot, place));
    }

    void start_anywhere() {
        for (std::int64_t place = 0; place < places(); ++place)
            for (std::int64_t speed = -grid_.fastest; speed <= grid_.fastest; ++speed)
                if (speed == 0 || grid_.regular(place))
                    state(0, place, speed).cost = stands_[static_cast<std::size_t>(place)];
    }

    std::int64_t pan_cost(std::size_t length, std::int64_t from, std::int64_t to) const {
        const std::size_t row = length * grid_.places.size() + static_cast<std::size_t>(from);
        return pans_[row * grid_.places.size() + static_cast<std::size_t>(to)];
    }

    /// What a move that is not from rest to rest costs besides where it is; -1: it cannot be made.
    std::int64_t effort(const Move& move) const {
        const std::int64_t ms = move.knots * pace_.step_ms;
        if (move.from_speed == move.to_speed)
            return cost_of_cruise(speed_of(move.to_speed), ms);
        if (move.from_speed == 0 || move.to_speed == 0)
            return cost_of_start(speed_of(move.from_speed + move.to_speed), ms);
        return cost_of_change(speed_of(move.from_speed), speed_of(move.to_speed), ms);
    }

    void take(std::int64_t knot, const Move& move) {
        const bool inside = move.to_place >= 0 && move.to_place < places();
        if (inside && grid_.regular(move.from_place) && grid_.regular(move.to_place))
            try_move(knot, move, effort(move));
    }

    void try_move(std::int64_t knot, const Move& move, std::int64_t work) {
        const std::int64_t end = knot + move.knots;
        if (end > knots_ || work < 0)
            return;
        State& target = state(end, move.to_place, move.to_speed);
        std::int64_t cost = state(knot, move.from_place, move.from_speed).cost + work +
                            stands_[static_cast<std::size_t>(end * places() + move.to_place)];
        for (std::int64_t at = end - 1; at > knot && cost < target.cost; --at)
            cost += cost_at(at, place_in(move, grid_, pace_.step, (at - knot) * pace_.step));
        if (cost < target.cost)
            target = {cost,
                      static_cast<std::int16_t>(move.from_place),
                      static_cast<std::int8_t>(move.from_speed),
                      static_cast<std::int8_t>(move.knots)};
    }

    void leave_all(std::int64_t knot) {
        const auto row = reached_.begin() +
                         static_cast<std::ptrdiff_t>(knot) * static_cast<std::ptrdiff_t>(states_);
        const auto cheaper = [](const State& a, const State& b) { return a.cost < b.cost; };
        const std::int64_t least =
            std::min_element(row, row + static_cast<std::ptrdiff_t>(states_), cheaper)->cost;
        for (std::int64_t place = 0; place < places(); ++place)
            for (std::int64_t speed = -grid_.fastest; speed <= grid_.fastest; ++speed)
                if (const State& from = state(knot, place, speed);
                    from.cost != unreached && from.cost - least <= hopeless)
                    leave(knot, place, speed);
    }

    void leave(std::int64_t knot, std::int64_t place, std::int64_t speed) {
        if (speed == 0)
            leave_rest(knot, place);
        else
            leave_motion(knot, place, speed);
    }

    void leave_rest(std::int64_t knot, std::int64_t place) {
        try_move(knot, {place, 0, place, 0, 1}, 0);
        for (std::size_t i = 0; i < pan_knots.size(); ++i)
            for (std::int64_t to = 0; to < places(); ++to)
                if (to != place)
                    try_move(knot, {place, 0, to, 0, pan_knots[i]}, pan_cost(i, place, to));
        for (const std::int64_t knots : start_knots)
            for (std::int64_t to = -grid_.fastest; to <= grid_.fastest; ++to)
                if (to != 0)
                    take(knot, {place, 0, place + to * knots / 3, to, knots});
    }

    void leave_motion(std::int64_t knot, std::int64_t place, std::int64_t speed) {
        take(knot, {place, speed, place + speed, speed, 1});
        for (const std::int64_t knots : start_knots)
            take(knot, {place, speed, place + speed * knots / 3, 0, knots});
        for (std::int64_t to = speed - most_change; to <= speed + most_change; ++to)
            if (to != speed && to * speed > 0 && std::abs(to) <= grid_.fastest)
                take(knot, {place, speed, place + speed + to, to, change_knots});
    }

    Stand cheapest_end() {
        Stand best;
        for (std::int64_t place = 0; place < places(); ++place)
            for (std::int64_t speed = -grid_.fastest; speed <= grid_.fastest; ++speed)
                if (state(knots_, place, speed).cost < state(knots_, best.place, best.speed).cost)
                    best = {place, speed};
        return best;
    }

    /// In the order of time.
    std::vector<Move> walked_back(Stand to) {
        std::vector<Move> moves;
        for (std::int64_t knot = knots_; knot > 0;) {
            const State& here = state(knot, to.place, to.speed);
            moves.push_back({here.place, here.speed, to.place, to.speed, here.knots});
            knot -= here.knots;
            to = {here.place, here.speed};
        }
        std::reverse(moves.begin(), moves.end());
        return moves;
    }

    /// Takes the moves that begin within the first `knots`; where they end.
    Stand walk(const std::vector<Move>& moves, std::int64_t knots, Stand at, Travel& travel) {
        std::int64_t gone = 0;
        for (const Move& move : moves) {
            if (gone >= knots)
                break;
            travel.joints.push_back((begin_ + gone) * pace_.step);
            travel.moves = travel.moves || move.from_place != move.to_place;
            for (std::int64_t n = 0; n < move.knots * pace_.step; ++n)
                travel.places.push_back(place_in(move, grid_, pace_.step, n));
            gone += move.knots;
            at = {move.to_place, move.to_speed};
        }
        begin_ += gone;
        return at;
    }

    const Axis& axis_;
    const Pace& pace_;
    Grid grid_;
    std::int64_t total_ = 0; // knots of the shot
    std::int64_t begin_ = 0; // of the span
    std::int64_t knots_ = 0; // of the span
    std::size_t states_ = 0; // of one knot
    std::vector<State> reached_;
    std::vector<std::int64_t> stands_; // knot by knot, place by place
    std::vector<std::int64_t> pans_;   // length in time, from, to
};

/// The middle one of the best places of all frames with a face; 0 without any.
std::int64_t middle_wish(const Axis& axis) {
    std::vector<std::int64_t> best;
    for (const Wish& wish : axis.wishes)
        if (wish.face)
            best.push_back(wish.best);
    if (best.empty())
        return 0;
    const auto middle = best.begin() + static_cast<std::ptrdiff_t>(best.size() / 2);
    std::nth_element(best.begin(), middle, best.end());
    return *middle;
}

/// One place that is easy at every frame, the nearest to `wanted`.
std::optional<std::int64_t> resting_place(const Axis& axis, std::int64_t wanted) {
    Interval common{-whole_room, whole_room};
    for (const Wish& wish : axis.wishes) {
        const Interval asked = wish.face ? wish.easy : wish.limit;
        common = {std::max(common.low, asked.low), std::min(common.high, asked.high)};
    }
    if (common.low > common.high)
        return std::nullopt;
    return common.nearest(wanted);
}

} // namespace

Travel travel_through(const Axis& axis, std::int64_t step, std::int64_t rate_milli) {
    Travel travel;
    travel.places.assign(axis.wishes.size(), 0);
    if (axis.reach_milli == 0)
        return travel;
    const std::int64_t wanted = middle_wish(axis);
    if (const auto place = resting_place(axis, wanted)) {
        travel.places.assign(axis.wishes.size(), *place);
        return travel;
    }
    const Pace pace{
        step, std::max<std::int64_t>(1, step * 1'000'000 / rate_milli), axis.reach_milli};
    return Search{axis, pace, wanted}.run();
}

} // namespace smos::media
