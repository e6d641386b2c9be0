// SPDX-License-Identifier: Apache-2.0
// A whole film by one encoder with threads of its own: HEVC, AV1, ProRes, and H.264 by hardware.
#pragma once

#include "libsmos/media/codec/encode_video.hpp"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>

namespace smos::media {

class WholeVideo final : public VideoSource {
  public:
    WholeVideo(const EncodeOptions& options, CodecHandle codec, std::string where);

    const AVCodecContext& headers() const override { return *codec_; }
    Frame spare() override { return pool_.take(); }
    std::vector<FrameSpan> to_draw() const override { return {{0, frames_}}; }
    Result<VideoTurn> turn(bool want_frames, bool may_collect) override;
    Result<void> push(Frame frame) override;
    PlacedPackets collect() override;
    bool take_on(std::function<void()>) override { return false; }
    void wake() override;
    void report(EncodedFile& file) const override;

  private:
    Result<PictureHandle> picture_of(Frame frame);
    Result<void> send(const AVFrame* picture);

    const std::string where_;
    FramePool pool_;
    CodecHandle codec_;
    ScalerHandle scaler_;
    PacketList packets_;
    std::int64_t frames_ = 0;
    std::int64_t pushed_ = 0;
    bool flushed_ = false;
    std::mutex mutex_;
    std::condition_variable turn_;
    bool woken_ = false;
};

} // namespace smos::media
