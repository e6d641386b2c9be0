// SPDX-License-Identifier: Apache-2.0
// Pictures of videos that are shown much smaller than they are.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/kernels/mip.hpp"
#include "libsmos/media/picture/layer.hpp"

#include <list>
#include <memory>

namespace smos::media {

/// The size for a window of the picture that is seen in a canvas: its own up to 1.7 of its pixels
/// in one of the canvas's, beyond which four taps begin to alias, then as a still's mip. It follows
/// the window of each frame: a video is shrunk anew with every picture anyway.
kernels::Size video_mip(kernels::Size full, kernels::Window seen, kernels::Size canvas);

/// Colour and alpha, shrunk by Lanczos-3. Error: compose_failed.
Result<Layer> shrunk_layer(const Layer& layer, kernels::Size size);

/// Keeps a few: a picture stands for several frames where the video is slower than the film.
class ShrunkVideos {
  public:
    /// The picture itself where `size` is its own.
    Result<std::shared_ptr<const Layer>> at(const std::shared_ptr<const Layer>& picture,
                                            kernels::Size size);

  private:
    struct Kept {
        std::shared_ptr<const Layer> picture;
        kernels::Size size;
        std::shared_ptr<const Layer> shrunk;
    };
    std::list<Kept> kept_; // the latest first
};

} // namespace smos::media
