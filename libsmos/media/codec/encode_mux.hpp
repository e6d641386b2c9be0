// SPDX-License-Identifier: Apache-2.0
// Packets into an MP4 file with the index first.
#pragma once

#include "libsmos/media/codec/encode.hpp"
#include "libsmos/media/codec/encode_audio.hpp"
#include "libsmos/media/codec/libav.hpp"

#include <deque>
#include <string>

namespace smos::media {

/// Writes one file that already exists (empty) at `path`. Packets of a stream come in its own order
/// and are interleaved here by their decoding times.
class Mp4Writer {
  public:
    /// `audio` may be null: no sound. `named` is the path for messages.
    static Result<Mp4Writer> open(const std::string& path,
                                  const std::string& named,
                                  const EncodeOptions& options,
                                  const AVCodecContext& video,
                                  const AVCodecContext* audio);

    Result<void> write_video(PacketHandle packet);
    void add_audio(std::vector<PacketHandle> packets);
    /// The rest of the sound, and the index moved to the front.
    Result<void> finish();

  private:
    static void close_output(AVFormatContext* output);
    using OutputHandle = UniqueHandle<AVFormatContext, close_output>;

    Mp4Writer(OutputHandle output, std::string named)
        : output_(std::move(output)),
          named_(std::move(named)) {}
    Result<void> write(PacketHandle packet, int stream, AVRational time_base);
    Result<void> write_audio_before(std::int64_t dts, AVRational time_base);

    OutputHandle output_;
    std::string named_;
    AVRational frame_time_{1, 30};
    std::deque<PacketHandle> audio_;
};

} // namespace smos::media
