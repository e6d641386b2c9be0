// SPDX-License-Identifier: Apache-2.0
// A whole film by one encoder with threads of its own.
#include "libsmos/media/codec/encode_whole.hpp"

#include <new>

namespace smos::media {
namespace {

// Bit-exact flags: without them the result depends on the CPU.
constexpr int exact_scaling = SWS_BICUBIC | SWS_ACCURATE_RND | SWS_BITEXACT;

/// To another pixel format of the same size, BT.709 limited on both sides.
Result<void>
convert_picture(const AVFrame& from, AVFrame& to, ScalerHandle& scaler, const std::string& where) {
    if (!scaler) {
        scaler.reset(sws_getContext(from.width,
                                    from.height,
                                    static_cast<AVPixelFormat>(from.format),
                                    to.width,
                                    to.height,
                                    static_cast<AVPixelFormat>(to.format),
                                    exact_scaling,
                                    nullptr,
                                    nullptr,
                                    nullptr));
        if (!scaler)
            return Error{"encoder", "cannot convert to the encoder's pixel format", where};
        const int* matrix = sws_getCoefficients(SWS_CS_ITU709);
        sws_setColorspaceDetails(scaler.get(), matrix, 0, matrix, 0, 0, 1 << 16, 1 << 16);
    }
    const int rows =
        sws_scale(scaler.get(), from.data, from.linesize, 0, from.height, to.data, to.linesize);
    if (rows != to.height)
        return libav_error("encoder", "cannot convert a frame", rows, where);
    return {};
}

// Packets that wait for the sound.
constexpr std::size_t waiting_bytes_limit = std::size_t{32} << 20;

} // namespace

WholeVideo::WholeVideo(const EncodeOptions& options, CodecHandle codec, std::string where)
    : where_(std::move(where)),
      pool_(options.width_px, options.height_px),
      codec_(std::move(codec)) {
    for (const Gop& gop : options.gops)
        frames_ += gop.frames;
}

Result<VideoTurn> WholeVideo::turn(bool want_frames, bool may_collect) {
    if (may_collect && !packets_.packets.empty())
        return VideoTurn{VideoTurn::Kind::packets, {}};
    if (pushed_ == frames_ && !flushed_) {
        flushed_ = true;
        SMOS_CHECK(send(nullptr));
        return turn(want_frames, may_collect);
    }
    if (flushed_ && packets_.packets.empty())
        return VideoTurn{VideoTurn::Kind::done, {}};
    if (want_frames && flushed_)
        return VideoTurn{VideoTurn::Kind::drawn, {}};
    const bool full = !may_collect && packets_.bytes.size() > waiting_bytes_limit;
    if (want_frames && !full)
        return VideoTurn{VideoTurn::Kind::frame, WantedFrame{pushed_, 0}};
    std::unique_lock lock(mutex_);
    turn_.wait(lock, [this] { return woken_; });
    woken_ = false;
    return VideoTurn{VideoTurn::Kind::woken, {}};
}

Result<PictureHandle> WholeVideo::picture_of(Frame frame) {
    PictureHandle lent = pool_.lend(std::move(frame), pushed_);
    lent->chroma_location = AVCHROMA_LOC_LEFT;
    if (codec_->pix_fmt == AV_PIX_FMT_YUV420P)
        return lent;
    PictureHandle picture = make_picture();
    picture->format = codec_->pix_fmt;
    picture->width = lent->width;
    picture->height = lent->height;
    if (av_frame_get_buffer(picture.get(), 0) < 0)
        throw std::bad_alloc();
    av_frame_copy_props(picture.get(), lent.get());
    SMOS_CHECK(convert_picture(*lent, *picture, scaler_, where_));
    return picture;
}

Result<void> WholeVideo::send(const AVFrame* picture) {
    const int sent = avcodec_send_frame(codec_.get(), picture);
    if (sent < 0)
        return libav_error("encoder", "cannot encode a frame", sent, where_);
    SMOS_CHECK(packets_.take_from(*codec_, "cannot encode", where_));
    return {};
}

Result<void> WholeVideo::push(Frame frame) {
    SMOS_TRY(const PictureHandle picture, picture_of(std::move(frame)));
    SMOS_CHECK(send(picture.get()));
    ++pushed_;
    return {};
}

PlacedPackets WholeVideo::collect() {
    for (KeptPacket& packet : packets_.packets)
        packet.duration = 1;
    return {0, std::exchange(packets_, {})};
}

void WholeVideo::wake() {
    {
        const std::lock_guard lock(mutex_);
        woken_ = true;
    }
    turn_.notify_all();
}

void WholeVideo::report(EncodedFile& file) const {
    file.frames = frames_;
    file.gops_encoded = 1;
}

} // namespace smos::media
