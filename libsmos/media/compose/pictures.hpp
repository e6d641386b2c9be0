// SPDX-License-Identifier: Apache-2.0
// The pictures that layers show: stills from files, shrunk once to the size of their move, and what
// the renderer makes itself.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/kernels/mip.hpp"
#include "libsmos/media/compose/frame_plan.hpp"
#include "libsmos/media/compose/stills_ahead.hpp"
#include "libsmos/media/compose/video_players.hpp"
#include "libsmos/media/picture/layer.hpp"

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <string>

namespace smos::media {

/// A picture at the size at which it is kept, and the size that the timeline knows it by.
struct Shown {
    std::shared_ptr<const Layer> layer;
    kernels::Size full;
};

/// One thread. Pictures are loaded when they are first asked for; those that were not asked for
/// longest go when all of them hold more than `limit_bytes`. The outputs of one timeline share
/// one, so that a file is decoded once for all of them.
class Pictures {
  public:
    /// `files` has a path for each asset; `sharers` is the number of outputs.
    Pictures(std::map<std::string, std::string> files, std::size_t limit_bytes, int sharers = 1);

    /// Where shrunk stills are looked for first and kept.
    void keep_in(std::shared_ptr<const ShrunkStills> shrunk) { shrunk_ = std::move(shrunk); }

    /// The file's own size; reads its header or, where that does not say, the whole file once.
    Result<kernels::Size> size_of(const std::string& asset);
    /// A still that will soon be asked for: it is loaded beside what is done until then.
    void expect(const std::string& asset, kernels::Size mip);
    /// The same for the place where a video will be played from.
    void expect_moving(const std::string& asset, const records::Rational& seconds);
    /// A still, shrunk to `mip` (its own size: not at all).
    Result<Shown> still(const std::string& asset, kernels::Size mip);
    /// A video at a time from its first picture. The frames of a lane come in order.
    Result<Shown> moving(const std::string& asset, const records::Rational& seconds, int lane);
    /// A generated picture of a canvas's size.
    Result<Shown> made(const EffectPlan& effect, std::int64_t frame, kernels::Size canvas);
    /// Lets go of an asset's pictures and decoders once every sharer has said so; asked for again,
    /// they are made again.
    void forget(const std::string& asset);
    Result<std::string> path_of(const std::string& asset) const;

  private:
    struct Kept {
        std::string key;
        std::string asset; // empty for what was made
        std::shared_ptr<const Layer> layer;
        std::size_t bytes = 0;
    };

    std::shared_ptr<const Layer> find(const std::string& key);
    void keep(const std::string& key, std::string asset, std::shared_ptr<const Layer> layer);
    Result<std::shared_ptr<const Layer>> load(const std::string& asset);
    Result<void> learn_size(const std::string& asset, const std::string& path, kernels::Size size);
    Result<LoadedStill> take_still(const std::string& asset, kernels::Size mip);

    std::map<std::string, std::string> files_;
    std::map<std::string, kernels::Size> sizes_;
    std::map<std::string, int> forgotten_; // how many sharers have
    std::size_t limit_bytes_;
    std::size_t held_bytes_ = 0;
    int sharers_;
    std::list<Kept> kept_;                       // the latest first
    std::shared_ptr<const ShrunkStills> shrunk_; // may be null
    VideoPlayers videos_;
    StillsAhead ahead_;
};

/// #rrggbb as BT.709 limited.
kernels::Colour colour_named(const std::string& text);

} // namespace smos::media
