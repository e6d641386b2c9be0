// SPDX-License-Identifier: Apache-2.0
// The videos that play: as many decoders for a file as there are places in it that are shown in
// turn, and the pictures that another output of the same timeline asks for next.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/media/codec/video_source.hpp"

#include <cstdint>
#include <future>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace smos::media {

/// One thread. Which decoder serves a picture has no influence on it.
class VideoPlayers {
  public:
    /// `sharers`: how many outputs ask for every picture, about at the same time.
    explicit VideoPlayers(int sharers) : sharers_(sharers) {}

    /// The picture at `seconds` from the first one. `lane` counts from 0; each lane goes on through
    /// the film on its own, and has room for two places in every file.
    Result<std::shared_ptr<const Layer>>
    picture(const std::string& path, const records::Rational& seconds, int lane);

    /// A picture of a file that nobody plays yet, soon to be asked for: opened beside the drawing.
    void expect(const std::string& path, const records::Rational& seconds);

    /// Those that hold a decoder and pictures now.
    std::size_t awake() const;

    /// Closes what plays the file; asked for again, it is opened again.
    void forget(const std::string& path);

  private:
    /// A lane, and the picture it had last.
    struct Reader {
        std::int64_t index = 0;
        std::int64_t used = 0; // by the clock
        std::shared_ptr<const Layer> layer;
    };
    struct Player {
        std::unique_ptr<VideoSource> source;
        std::int64_t at_ms = 0;
        std::int64_t used = 0;   // by the clock
        std::int64_t jumped = 0; // or opened
        bool rests = false;
        std::map<int, Reader> readers{}; // by lane
    };
    struct Held {
        std::string path;
        records::Rational seconds;
        std::shared_ptr<const Layer> layer;
        int left = 0; // outputs that have not asked yet
    };

    struct Coming {
        std::string path;
        std::int64_t at_ms = 0;
        std::future<Result<std::unique_ptr<VideoSource>>> source;
    };

    static Result<std::unique_ptr<VideoSource>> open(const std::string& path);
    std::unique_ptr<VideoSource> take_coming(const std::string& path, std::int64_t wanted_ms);
    /// What the lanes beside this one have yet to ask of a player; INT64_MAX: nobody is there.
    std::int64_t needed_by_others(const Player& player, int lane) const;
    /// Those that nobody has asked for a while hold on to nothing.
    void rest_idle_ones();
    Player* shared_player(const std::string& path, const records::Rational& seconds, int lane);
    Result<Player*> player_for(const std::string& path, const records::Rational& seconds, int lane);
    Result<std::shared_ptr<const Layer>>
    play(Player& player, const records::Rational& seconds, int lane);
    std::shared_ptr<const Layer> take_held(const std::string& path,
                                           const records::Rational& seconds);
    void hold(Held held);

    int sharers_;
    std::size_t lanes_ = 1;
    std::int64_t clock_ = 0;
    std::map<std::string, std::vector<Player>> players_; // by path
    std::list<Held> held_;                               // the latest first
    std::size_t held_bytes_ = 0;
    std::list<Coming> coming_;
};

} // namespace smos::media
