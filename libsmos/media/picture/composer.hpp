// SPDX-License-Identifier: Apache-2.0
// Draws frame n of a resolved timeline: shots with their moves, dissolves on the cuts, captions on
// top.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/kernels/compose.hpp"
#include "libsmos/media/picture/frame.hpp"
#include "libsmos/records/timeline/timeline.hpp"

#include <cstdint>
#include <map>
#include <string>

namespace smos::media {

/// Which part of a still of width x height is seen by `item` in the frame `local` after its start,
/// in an output of the given size: fit cover, its view, its punches. Integers throughout.
/// `local` may lie outside the item by the handles of a transition.
kernels::Window still_window(const records::TimelineItem& item,
                             std::int64_t local,
                             int still_width_px,
                             int still_height_px,
                             int out_width_px,
                             int out_height_px);

/// Frames may be drawn in any order; the same frame has the same bytes on CPU and CUDA.
class Composer {
  public:
    /// The timeline is resolved; `stills` has every shot's asset. Both outlive the composer.
    Composer(const records::Timeline& timeline,
             const std::map<std::string, Frame>& stills,
             kernels::Device device);

    /// The picture without captions; `out` has the canvas's size.
    Result<void> draw(std::int64_t frame, Frame& out);

  private:
    Result<void> draw_shot(const records::TimelineItem& item, std::int64_t frame, Frame& out);
    Result<void> dissolve(const Frame& to, std::uint32_t weight, Frame& out);

    const records::Timeline& timeline_;
    const std::map<std::string, Frame>& stills_;
    kernels::Device device_;
    Frame second_; // the shot that comes in during a dissolve
};

} // namespace smos::media
