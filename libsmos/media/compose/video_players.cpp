// SPDX-License-Identifier: Apache-2.0
// Chooses the decoder that is nearest behind a picture.
#include "libsmos/media/compose/video_players.hpp"

#include <algorithm>

namespace smos::media {
namespace {

// Of decoded video behind the place where it plays, for playing backwards.
constexpr std::size_t video_cache_bytes = std::size_t{48} << 20U;
// Of pictures for the other outputs: they are drawn in lockstep, a few frames apart.
constexpr std::size_t held_limit_bytes = std::size_t{64} << 20U;
// A decoder this far behind or ahead plays on; every other way is a jump.
constexpr std::int64_t plays_on_ms = 1000;
constexpr std::int64_t plays_back_ms = 500;
// A decoder that another lane has not used for so many pictures is free.
constexpr std::int64_t left_alone = 48;
// One that nobody has used for so many pictures is opened again when it has its turn.
constexpr std::int64_t rests_after = 48;
// A decoder that jumps again after so few pictures serves two places in turn.
constexpr std::int64_t jumps_in_turn = 16;

// Of pictures: a video that is faster than the film leaves some out.
constexpr std::int64_t longest_step = 4;

// One that is opened for a place so short before will most likely be shared.
constexpr std::int64_t shared_ms = 2500;

// Threads that open videos before they are asked for.
constexpr std::size_t most_coming = 4;

std::int64_t milliseconds(const records::Rational& seconds) {
    return seconds.num * 1000 / seconds.den;
}

} // namespace

std::int64_t VideoPlayers::needed_by_others(const Player& player, int lane) const {
    std::int64_t least = INT64_MAX;
    for (const auto& [other, reader] : player.readers)
        if (other != lane && clock_ - reader.used < left_alone)
            least = std::min(least, reader.index);
    return least;
}

/// Lanes are at work some pictures apart: one that goes ahead decodes what the others come to.
VideoPlayers::Player*
VideoPlayers::shared_player(const std::string& path, const records::Rational& seconds, int lane) {
    Player* nearest = nullptr;
    std::int64_t least_gap = INT64_MAX;
    for (Player& each : players_[path]) {
        const std::int64_t others = needed_by_others(each, lane);
        const std::int64_t index = others == INT64_MAX ? 0 : each.source->index_at(seconds);
        if (others == INT64_MAX || !each.source->is_within_reach(index))
            continue;
        const std::int64_t gap = std::abs(index - others);
        if (gap < least_gap) {
            nearest = &each;
            least_gap = gap;
        }
    }
    return nearest;
}

Result<std::unique_ptr<VideoSource>> VideoPlayers::open(const std::string& path) {
    VideoSourceOptions options;
    options.cache_bytes = video_cache_bytes;
    return VideoSource::open(path, options);
}

void VideoPlayers::expect(const std::string& path, const records::Rational& seconds) {
    const std::int64_t wanted_ms = milliseconds(seconds);
    const bool known = std::any_of(coming_.begin(), coming_.end(), [&](const Coming& each) {
        return each.path == path && wanted_ms >= each.at_ms && wanted_ms - each.at_ms < shared_ms;
    });
    if (known || coming_.size() >= most_coming)
        return;
    const auto load = [path, seconds]() -> Result<std::unique_ptr<VideoSource>> {
        SMOS_TRY(auto source, open(path));
        SMOS_CHECK(source->at(seconds));
        return source;
    };
    coming_.push_back({path, milliseconds(seconds), std::async(std::launch::async, load)});
}

/// What is wrong with a file is said by whoever opens it in its turn.
std::unique_ptr<VideoSource> VideoPlayers::take_coming(const std::string& path,
                                                       std::int64_t wanted_ms) {
    const auto found = std::find_if(coming_.begin(), coming_.end(), [&](const Coming& each) {
        return each.path == path && each.at_ms == wanted_ms;
    });
    if (found == coming_.end())
        return nullptr;
    auto source = found->source.get();
    coming_.erase(found);
    return source ? *std::move(source) : nullptr;
}

Result<VideoPlayers::Player*>
VideoPlayers::player_for(const std::string& path, const records::Rational& seconds, int lane) {
    const std::int64_t wanted_ms = milliseconds(seconds);
    std::vector<Player>& players = players_[path];
    Player* nearest = nullptr;
    Player* idle = nullptr;
    std::int64_t nearest_ms = 0;
    for (Player& each : players) {
        if (needed_by_others(each, lane) != INT64_MAX)
            continue; // two that send it to and fro
        if (idle == nullptr || each.used < idle->used)
            idle = &each;
        const std::int64_t gap_ms = wanted_ms - each.at_ms;
        if (gap_ms < -plays_back_ms || gap_ms > plays_on_ms)
            continue;
        const std::int64_t away_ms = gap_ms >= 0 ? gap_ms : plays_on_ms - gap_ms;
        if (nearest == nullptr || away_ms < nearest_ms) {
            nearest = &each;
            nearest_ms = away_ms;
        }
    }
    if (nearest == nullptr)
        nearest = shared_player(path, seconds, lane);
    if (nearest != nullptr)
        return nearest;
    const bool busy = idle == nullptr || clock_ - idle->jumped < jumps_in_turn;
    if (busy && players.size() < 2 * lanes_) {
        auto source = take_coming(path, wanted_ms);
        if (source == nullptr) {
            SMOS_TRY(source, open(path));
        }
        players.push_back({std::move(source), 0, clock_, clock_});
        return &players.back();
    }
    if (idle == nullptr)
        idle = &*std::min_element(players.begin(),
                                  players.end(),
                                  [](const Player& a, const Player& b) { return a.used < b.used; });
    idle->jumped = clock_;
    return idle;
}

std::shared_ptr<const Layer> VideoPlayers::take_held(const std::string& path,
                                                     const records::Rational& seconds) {
    const auto found = std::find_if(held_.begin(), held_.end(), [&](const Held& each) {
        return each.seconds.num == seconds.num && each.seconds.den == seconds.den &&
               each.path == path;
    });
    if (found == held_.end())
        return nullptr;
    auto layer = found->layer;
    if (--found->left == 0) {
        held_bytes_ -= layer->size_bytes();
        held_.erase(found);
    }
    return layer;
}

void VideoPlayers::hold(Held held) {
    held_bytes_ += held.layer->size_bytes();
    held_.push_front(std::move(held));
    while (held_bytes_ > held_limit_bytes && held_.size() > 1) {
        held_bytes_ -= held_.back().layer->size_bytes();
        held_.pop_back();
    }
}

void VideoPlayers::rest_idle_ones() {
    for (auto& [path, players] : players_) {
        for (Player& each : players) {
            if (each.rests || clock_ - each.used <= rests_after)
                continue;
            each.source->rest();
            each.readers.clear();
            each.rests = true;
        }
    }
}

std::size_t VideoPlayers::awake() const {
    std::size_t count = 0;
    for (const auto& [path, players] : players_)
        count += static_cast<std::size_t>(std::count_if(
            players.begin(), players.end(), [](const Player& each) { return !each.rests; }));
    return count;
}

Result<std::shared_ptr<const Layer>>
VideoPlayers::picture(const std::string& path, const records::Rational& seconds, int lane) {
    ++clock_;
    lanes_ = std::max(lanes_, static_cast<std::size_t>(lane) + 1);
    rest_idle_ones();
    if (auto layer = take_held(path, seconds))
        return layer;
    SMOS_TRY(Player * player, player_for(path, seconds, lane));
    SMOS_TRY(auto layer, play(*player, seconds, lane));
    if (sharers_ > 1)
        hold({path, seconds, layer, sharers_ - 1});
    return layer;
}

Result<std::shared_ptr<const Layer>>
VideoPlayers::play(Player& player, const records::Rational& seconds, int lane) {
    const std::int64_t others = needed_by_others(player, lane);
    const std::int64_t index = player.source->index_at(seconds);
    const auto known = player.readers.find(lane);
    const bool again = known != player.readers.end() && known->second.layer != nullptr &&
                       known->second.index == index;
    // Who is in front and goes on step by step passes over what nobody wants.
    const bool steps = known != player.readers.end() && others != INT64_MAX &&
                       known->second.index > others && index - known->second.index <= longest_step;
    Reader& reader = player.readers[lane];
    player.rests = false;
    player.at_ms = milliseconds(seconds);
    player.used = reader.used = clock_;
    if (again && others != INT64_MAX)
        return reader.layer;
    auto picture = others == INT64_MAX
                       ? player.source->at(seconds)
                       : player.source->at(seconds, {std::min(others, index), !steps});
    if (!picture)
        return picture.error();
    reader.index = index;
    reader.layer = others == INT64_MAX ? nullptr : picture->layer;
    return std::move(picture->layer);
}

void VideoPlayers::forget(const std::string& path) {
    players_.erase(path);
    coming_.remove_if([&](const Coming& each) { return each.path == path; });
    held_.remove_if([&](const Held& each) {
        if (each.path == path)
            held_bytes_ -= each.layer->size_bytes();
        return each.path == path;
    });
}

} // namespace smos::media
