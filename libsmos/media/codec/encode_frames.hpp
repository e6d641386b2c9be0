// SPDX-License-Identifier: Apache-2.0
// Frames on their way into an encoder and back for reuse.
#pragma once

#include "libsmos/media/codec/libav.hpp"
#include "libsmos/media/picture/frame.hpp"

#include <mutex>
#include <vector>

namespace smos::media {

/// Any thread. Outlives every picture that it lent.
class FramePool {
  public:
    FramePool(int width_px, int height_px) : width_px_(width_px), height_px_(height_px) {}

    /// Of the right size, with any content.
    Frame take();
    /// The frame as FFmpeg's picture; it comes back here when the encoder has let go of it.
    PictureHandle lend(Frame frame, std::int64_t pts);

  private:
    struct Lent;
    void give(Frame frame);
    static void give_back(void* lent, std::uint8_t* bytes);

    const int width_px_;
    const int height_px_;
    std::mutex mutex_;
    std::vector<Frame> spares_;
};

} // namespace smos::media
