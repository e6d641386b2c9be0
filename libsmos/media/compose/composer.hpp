// SPDX-License-Identifier: Apache-2.0
// Draws frame n of a resolved timeline: the tracks' layers with their moves, filters and blends,
// and the transitions between them. Captions come on top elsewhere.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/media/codec/frame_span.hpp"
#include "libsmos/media/compose/frame_plan.hpp"
#include "libsmos/media/compose/paint.hpp"
#include "libsmos/media/compose/picture_uses.hpp"
#include "libsmos/media/compose/pictures.hpp"
#include "libsmos/media/compose/shrunk_videos.hpp"
#include "libsmos/media/compose/turned_pictures.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace smos::media {

/// Of stills that are kept, shrunk to their moves: a dozen scenes'. Others are loaded again.
constexpr std::size_t default_picture_bytes = std::size_t{96} << 20U;

/// Frames may be drawn in any order; the same frame has the same bytes, however often and on
/// whichever device it is drawn. One thread.
class Composer {
  public:
    /// The timeline is resolved and outlives the composer; `pictures` has its files.
    Composer(const records::Timeline& timeline,
             std::shared_ptr<Pictures> pictures,
             kernels::Device device);

    /// The picture without captions; `out` has the canvas's size.
    /// The frames of one lane should come in order: each has its own place in every video.
    Result<void> draw(std::int64_t frame, int lane, Frame& out);

    /// Spans that will be drawn from their first frames on, in this order, `at_once` (>= 1) of them
    /// beside each other. Their stills are loaded beside the drawing, and the videos of the first
    /// ones opened; later ones play on.
    void expect(std::vector<FrameSpan> spans, int at_once);

    /// Text on which the frame's picture depends and nothing else: equal for equal pictures, also
    /// at another place of another film.
    Result<std::string> words(std::int64_t frame);

  private:
    /// A layer's picture at the size it is painted from, and where it lies.
    struct Ready {
        std::shared_ptr<const Layer> picture;
        Geometry geometry;
        bool replaces = false; // all of the canvas
    };
    Result<Ready> ready(const LayerPlan& plan, int lane);
    /// The background, if nothing has covered it.
    void lay_ground(Frame& canvas);
    Result<void> draw_track(const TrackPlan& track, int lane, Frame& canvas);
    bool is_video(const LayerPlan& plan) const;
    records::Rational seconds_of(const LayerPlan& plan) const;
    /// What a layer's pixels depend on besides its plan: the size it is kept at, or the pixels of a
    /// text, since fonts are the machine's.
    Result<std::string> words_of_source(const LayerPlan& plan);
    void expect_next(bool videos);
    void expect(const LayerPlan& plan, bool videos);
    /// The size at which an asset is kept, by the largest and the smallest part of it that any item
    /// shows in one go.
    Result<kernels::Size> mip_of(const std::string& asset);

    const records::Timeline& timeline_;
    kernels::Device device_;
    std::shared_ptr<Pictures> pictures_;
    PictureUses uses_;
    Filters filters_;
    std::map<std::string, kernels::Size> mips_;
    std::map<std::string, std::string> text_hashes_; // of the pixels, by the text's words
    TurnedPictures turned_;
    ShrunkVideos shrunk_videos_;
    std::optional<kernels::Colour> ground_; // not yet laid
    Frame second_;                          // what a transition goes to
    Frame spare_;
    int joining_lane_ = -1; // who had a transition last
    std::vector<FrameSpan> spans_;
    std::size_t begun_ = 0;    // of the spans
    std::size_t expected_ = 0; // of the spans
};

} // namespace smos::media
