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
// A decoder that jumps again after so few pictures serves two places in turn.
constexpr std::int64_t jumps_in_turn = 16;

// Threads that open videos before they are asked for.
constexpr std::size_t most_coming = 4;

std::int64_t milliseconds(const records::Rational& seconds) {
    return seconds.num * 1000 / seconds.den;
}

} // namespace

/// What another lane is playing it still needs: two that share one send it to and fro.
bool VideoPlayers::is_free(const Player& player, int lane) const {
    return player.lane == lane || clock_ - player.used >= left_alone;
}

Result<std::unique_ptr<VideoSource>> VideoPlayers::open(const std::string& path) {
    VideoSourceOptions options;
    options.cache_bytes = video_cache_bytes;
    return VideoSource::open(path, options);
}

void VideoPlayers::expect(const std::string& path, const records::Rational& seconds) {
    const bool known = std::any_of(coming_.begin(), coming_.end(), [&](const Coming& each) {
        return each.path == path && each.at_ms == milliseconds(seconds);
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
VideoPlayers::player_for(const std::string& path, std::int64_t wanted_ms, int lane) {
    std::vector<Player>& players = players_[path];
    Player* nearest = nullptr;
    Player* idle = nullptr;
    std::int64_t nearest_ms = 0;
    for (Player& each : players) {
        if (!is_free(each, lane))
            continue;
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
    if (nearest != nullptr)
        return nearest;
    const bool busy = idle == nullptr || clock_ - idle->jumped < jumps_in_turn;
    if (busy && players.size() < 2 * lanes_) {
        auto source = take_coming(path, wanted_ms);
        if (source == nullptr) {
            SMOS_TRY(source, open(path));
        }
        players.push_back({std::move(source), 0, clock_, clock_, lane});
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

Result<std::shared_ptr<const Layer>>
VideoPlayers::picture(const std::string& path, const records::Rational& seconds, int lane) {
    ++clock_;
    lanes_ = std::max(lanes_, static_cast<std::size_t>(lane) + 1);
    if (auto layer = take_held(path, seconds))
        return layer;
    const std::int64_t wanted_ms = milliseconds(seconds);
    SMOS_TRY(Player * player, player_for(path, wanted_ms, lane));
    player->at_ms = wanted_ms;
    player->used = clock_;
    player->lane = lane;
    SMOS_TRY(SourcePicture picture, player->source->at(seconds));
    if (sharers_ > 1)
        hold({path, seconds, picture.layer, sharers_ - 1});
    return std::move(picture.layer);
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
