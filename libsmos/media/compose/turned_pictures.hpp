// SPDX-License-Identifier: Apache-2.0
// Pictures as they are turned: with an edge that fades, and their planes in pairs.
#pragma once

#include "libsmos/kernels/compose.hpp"
#include "libsmos/media/picture/layer.hpp"

#include <list>
#include <memory>
#include <vector>

namespace smos::media {

/// Even, so that chroma stays in place.
constexpr int turned_border_px = 4;

/// The edge's pixels again outside it, and there transparent: a turned edge is then smooth and
/// keeps its colour.
Layer bordered(const Layer& picture);

/// A bordered picture with luma and alpha interleaved, and Cb and Cr.
struct TurnedPicture {
    int width_px = 0;
    int height_px = 0;
    std::vector<std::uint8_t> luma_alpha;
    std::vector<std::uint8_t> blue_red;

    explicit TurnedPicture(const Layer& picture);
    /// Views: width counts pixels, pitch bytes.
    kernels::Source luma() const;
    kernels::Source chroma() const;
};

/// Keeps those that were turned last, since a logo turns for many frames.
class TurnedPictures {
  public:
    /// Valid until the next call.
    const TurnedPicture& of(const std::shared_ptr<const Layer>& picture);

  private:
    struct Kept {
        std::shared_ptr<const Layer> picture; // held, so that no other has its address
        TurnedPicture turned;
    };
    std::list<Kept> kept_; // the latest first
};

} // namespace smos::media
