// SPDX-License-Identifier: Apache-2.0
// What the writer of a film sees of those who encode its pictures.
#pragma once

#include "libsmos/media/codec/encode.hpp"
#include "libsmos/media/codec/encode_frames.hpp"
#include "libsmos/media/codec/encode_packets.hpp"

#include <functional>
#include <optional>
#include <vector>

namespace smos::media {

/// What can be done next.
struct VideoTurn {
    enum class Kind {
        frame,   ///< `wanted` is to be drawn and pushed
        packets, ///< collect() has some
        woken,   ///< wake() was called
        drawn,   ///< every frame was pushed; packets may still come
        done     ///< and every packet was collected
    };
    Kind kind = Kind::done;
    WantedFrame wanted{};
};

/// Packets with the place of their group in the film.
struct PlacedPackets {
    std::int64_t first = 0;
    PacketList list;
};

class VideoSource {
  public:
    virtual ~VideoSource() = default;
    /// An opened encoder whose parameters describe the stream.
    virtual const AVCodecContext& headers() const = 0;
    virtual Frame spare() = 0;
    /// As Encoder::to_draw().
    virtual std::vector<FrameSpan> to_draw() const = 0;
    /// Waits until there is something to do. Without `want_frames` no frame is asked for; without
    /// `may_collect` finished packets are no reason to return.
    virtual Result<VideoTurn> turn(bool want_frames, bool may_collect) = 0;
    virtual Result<void> push(Frame frame) = 0;
    virtual PlacedPackets collect() = 0;
    /// True: `errand`, which takes about a twentieth of the encoding, is done by a worker that has
    /// nothing left to encode, so that the workers end close to each other. False: it is not, and
    /// should begin at once.
    virtual bool take_on(std::function<void()> errand) = 0;
    /// From any thread: ends a wait in turn().
    virtual void wake() = 0;
    virtual void report(EncodedFile& file) const = 0;
};

} // namespace smos::media
