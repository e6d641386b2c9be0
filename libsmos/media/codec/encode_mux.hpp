// SPDX-License-Identifier: Apache-2.0
// Packets into an MP4 file with the index first, each byte written once.
#pragma once

#include "libsmos/media/codec/encode.hpp"
#include "libsmos/media/codec/encode_file.hpp"
#include "libsmos/media/codec/encode_packets.hpp"
#include "libsmos/media/codec/libav.hpp"
#include "libsmos/media/codec/sound_packets.hpp"

#include <memory>
#include <optional>
#include <string>

namespace smos::media {

/// The streams of a file.
struct MuxPlan {
    const char* muxer = "mp4";
    std::uint32_t video_tag = 0; ///< 0: the muxer's choice
    std::int64_t frames = 0;
    const AVCodecContext* video = nullptr;
    const AVCodecContext* audio = nullptr;       ///< null: no sound
    std::shared_ptr<const SoundPackets> sound{}; ///< of `audio`
};

/// Packets of a stream come in its own order and are interleaved here by their decoding times.
/// Room for the index is kept at the front, for the most that so many packets can need; what is
/// left of it (about 20 bytes for each packet) is a `free` box.
class Mp4Writer {
  public:
    /// Writes into the empty file `fd`. `named` is the path for messages.
    static Result<Mp4Writer>
    open(int fd, const std::string& named, const EncodeOptions& options, MuxPlan plan);

    /// The packets of frames from `first` on.
    Result<void> write_video(const PacketList& list, std::int64_t first);
    /// The rest of the sound, and the index.
    Result<void> finish();

  private:
    using OutputHandle = UniqueHandle<AVFormatContext, avformat_free_context>;

    Mp4Writer(OutputStream stream, OutputHandle output, std::string named)
        : stream_(std::move(stream)),
          output_(std::move(output)),
          named_(std::move(named)) {}
    Result<void> write(const KeptPacket& packet,
                       std::string_view bytes,
                       int stream,
                       std::int64_t first,
                       AVRational time_base);
    Result<void> write_sound_before(std::int64_t dts, AVRational time_base);

    OutputStream stream_;
    OutputHandle output_;
    std::string named_;
    AVRational frame_time_{1, 30};
    std::shared_ptr<const SoundPackets> sound_;
    std::size_t sound_at_ = 0;
};

} // namespace smos::media
